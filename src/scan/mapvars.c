/* mapvars.c - partition maps in environments, stored and compiled in */
#include <stdio.h>

#include "core/maps.h"
#include "core/text.h"
#include "scan/mapmake.h"

enum { MOST_TELLING = 64 };

/* bootargs first: it is what the kernel is really told. */
static bool is_telling(struct view entry, bool bootargs)
{
	if (!memmem(entry.p, entry.len, "mtdparts", 8))
		return false;
	return view_equal(var_name(entry), view_text("bootargs")) == bootargs;
}

static int pass(struct maps *m, const struct speaker *who, struct view vars,
		uint64_t size, bool bootargs)
{
	struct buf text = { 0 };
	struct view rest = vars, entry;
	int n = 0, told = 0;

	while (vars_next(&rest, &entry) && told < MOST_TELLING) {
		if (!is_telling(entry, bootargs))
			continue;
		told++;
		buf_clear(&text);
		vars_expand(vars, entry, &text);
		n += maps_hunt(m, who, buf_view(&text), size);
	}
	buf_free(&text);
	return n;
}

int maps_vars(struct maps *m, const struct speaker *who, struct view vars,
	      uint64_t size)
{
	return pass(m, who, vars, size, true) + pass(m, who, vars, size, false);
}

static void one_env(struct maps *m, const struct env *env, const char *what,
		    uint64_t size)
{
	char source[64];
	struct speaker who = { .rank = MAP_ENV, .from = env->v.at,
			       .source = source };

	snprintf(source, sizeof(source), "the %senvironment at 0x%06llx", what,
		 (unsigned long long)env->v.at);
	maps_vars(m, &who, env_vars(env), size);
}

enum { MOST_ENVS = 64 };

size_t envs_found(struct view image, const struct scan *s, struct env *envs,
		  size_t most)
{
	size_t n = 0;

	for (size_t i = 0; i < s->nfound && n < most; i++) {
		const struct region *r = &s->found[i].r;

		if (strcmp(r->format->name, "env") || r->proof < PROOF_PROVEN)
			continue;
		n += env_given(&envs[n], view_sub(image, r->at, r->size));
		maps_give_back();
	}
	return n;
}

void maps_envs(struct maps *m, struct view image, const struct scan *s)
{
	struct env envs[MOST_ENVS];
	size_t n = envs_found(image, s, envs, MOST_ENVS);

	for (unsigned stale = 0; stale < 2; stale++) {
		for (size_t i = 0; i < n; i++) {
			const struct env *o = env_other(envs, n, &envs[i]);
			const struct env *a = o > &envs[i] || !o
				? env_active(&envs[i], o) : env_active(o, &envs[i]);

			if ((a != &envs[i]) == stale)
				one_env(m, &envs[i], stale ? "stale copy of the " : "",
					s->size);
			maps_give_back();
		}
	}
}

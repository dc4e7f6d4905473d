/* mapkernel.c - partition maps in packed kernels and boot loaders */
#include <stdio.h>

#include "scan/dig.h"
#include "scan/mapmake.h"

/*
 * Command lines, device trees and default environments are compiled into
 * programs, which are packed. Worth unpacking only where nothing in the open
 * says how the flash is divided.
 */
enum { MOST_DECODED = 16 << 20, MOST_TREES = 64, MOST_HITS = 64 };

struct seen { struct maps *m; uint64_t size; };

static void search_trees(struct seen *s, struct speaker *who, struct view v)
{
	const uint8_t *hit;

	for (int i = 0; i < MOST_TREES && v.len; i++) {
		hit = memmem(v.p, v.len, "\xd0\x0d\xfe\xed", 4);
		if (!hit)
			return;
		v = view_from(v, (uint64_t)(hit - v.p));
		maps_tree(s->m, who, v, s->size);
		v = view_from(v, 4);
	}
}

/* One "mtdparts=" at `at`: the offset up to which it was dealt with. */
static uint64_t search_text(struct seen *s, struct speaker *who, struct view v,
			    uint64_t at)
{
	struct view vars;
	struct err e;

	if (env_default(v, at, &vars)) {
		who->rank = MAP_ENV_DEFAULT;
		maps_vars(s->m, who, vars, s->size);
		return (uint64_t)(vars.p - v.p) + vars.len;
	}
	who->rank = MAP_CMDLINE;
	maps_mtdparts(s->m, who, view_from(v, at), s->size, &e);
	return at + 1;
}

static void see(void *arg, struct view v, const struct region *r)
{
	char source[64];
	struct speaker who = { .rank = MAP_DEVICETREE, .from = r->at,
			       .source = source };
	const uint8_t *hit;
	uint64_t at = 0;

	snprintf(source, sizeof(source), "the %s at 0x%06llx", r->format->name,
		 (unsigned long long)r->at);
	search_trees(arg, &who, v);
	for (int i = 0; i < MOST_HITS && at < v.len; i++) {
		hit = memmem(v.p + at, v.len - at, "mtdparts=", 9);
		if (!hit)
			return;
		at = search_text(arg, &who, v, (uint64_t)(hit - v.p));
	}
}

void maps_kernels(struct maps *m, struct view image, const struct scan *s)
{
	struct seen seen = { m, s->size };
	struct digger d = { see, &seen, MOST_DECODED };

	dig(&d, image, s);
}

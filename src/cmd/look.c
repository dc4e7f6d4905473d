/* look.c - the file systems of an input, for who looks into them */
#include "cmd/look.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "fs/fs.h"

void look_deep(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur >= 4096)
		return;
	limit.rlim_cur = limit.rlim_max < 4096 ? limit.rlim_max : 4096;
	setrlimit(RLIMIT_NOFILE, &limit);
}

bool look_readable(const struct look *l, const struct part *part)
{
	const struct found *f = part->main < 0 ? NULL
					       : &l->plan.scan.found[part->main];

	return f && f->r.proof >= PROOF_PLAUSIBLE && f->r.format->fs &&
	       f->r.format->fs->read;
}

/* Whether nothing but erased bytes lies around the one file system. */
static bool is_alone(const struct look *l)
{
	size_t others = 0, readable = 0;

	for (size_t i = 0; i < l->plan.n; i++) {
		readable += look_readable(l, &l->plan.part[i]);
		others += !l->plan.part[i].erased;
	}
	return readable == 1 && others == 1 && l->plan.maps.best < 0;
}

static void make_top(struct look *l)
{
	struct err ignored;

	tree_init(&l->top);
	for (size_t i = 0; i < l->plan.n; i++) {
		const struct part *part = &l->plan.part[i];
		bool fs = look_readable(l, part);
		struct node *n = tree_add(&l->top, l->top.root, part->dir,
					  strlen(part->dir),
					  fs ? S_IFDIR | 0755 : S_IFREG | 0444,
					  &ignored);

		if (n && !fs)
			tree_bytes(&l->top, n, plan_part(&l->plan, part));
		if (n)
			n->ino = (uint32_t)i;
	}
}

int look_open(struct look *l, const char *input, const struct look_opts *o,
	      struct err *e)
{
	struct plan_opts how = {
		.input = { .fixup = o->fixup, .range = o->range },
		.scan = { .depth = (unsigned)o->depth }, .map = o->map,
	};

	*l = (struct look){ 0 };
	tree_init(&l->t);
	make_top(l);
	l->how = how;
	if (plan_make(&l->plan, input, &how, e) < 0)
		return -1;
	l->selected = xcalloc(l->plan.n + 1, sizeof(*l->selected));
	l->chosen = xcalloc(l->plan.n + 1, sizeof(*l->chosen));
	for (size_t i = 0; i < l->plan.n; i++)
		l->selected[i] = !o->part;
	if (o->part && plan_select(&l->plan, o->part, l->selected, e) < 0)
		return -1;
	for (size_t i = 0; i < l->plan.n; i++) {
		l->chosen[i] = l->selected[i] &&
			       look_readable(l, &l->plan.part[i]);
		l->n += l->chosen[i];
	}
	l->alone = is_alone(l);
	tree_free(&l->top);
	make_top(l);
	return 0;
}

void look_close(struct look *l)
{
	if (l->t.root)
		tree_free(&l->t);
	if (l->top.root)
		tree_free(&l->top);
	free(l->selected);
	free(l->chosen);
	plan_free(&l->plan);
	*l = (struct look){ 0 };
}

const struct part *look_part(const struct look *l, const char *path,
			     const char **rest)
{
	size_t n;

	path += strspn(path, "/");
	n = strcspn(path, "/");
	*rest = path + n + strspn(path + n, "/");
	for (size_t i = 0; i < l->plan.n; i++)
		if (strlen(l->plan.part[i].dir) == n &&
		    !memcmp(l->plan.part[i].dir, path, n))
			return &l->plan.part[i];
	return plan_named(&l->plan, path, n);
}

static int load(struct look *l, const struct part *part, struct err *e)
{
	struct extract_opts o = { .partial = true, .max_files = TREE_MOST_NODES };
	struct extracted x;
	struct source s;

	if (l->in == part)
		return 0;
	tree_free(&l->t);
	tree_init(&l->t);
	l->in = NULL;
	if (source_of_part(&s, &l->plan, part, e) < 0)
		return -1;
	if (l->alone)
		s.from.part[0] = 0;
	tree_free(&l->t);
	if (extract_read(&s, &l->t, &o, &x, e) < 0)
		return -1;
	l->in = part;
	return 0;
}

static const struct node *not_there(const char *path, struct err *e)
{
	fail(e, ERR_USAGE, "is not there; see fwtool ls");
	err_about(e, path);
	return NULL;
}

const struct node *look_find(struct look *l, const char *path,
			     const struct part **part, struct err *e)
{
	const struct node *n;
	const char *rest = path;

	*part = NULL;
	if (!l->alone && !path[strspn(path, "/")])
		return l->top.root;
	if (l->alone) {
		for (size_t i = 0; i < l->plan.n; i++)
			if (look_readable(l, &l->plan.part[i]) &&
			    load(l, &l->plan.part[i], e) < 0)
				return NULL;
	} else {
		*part = look_part(l, path, &rest);
		if (!*part)
			return not_there(path, e);
		if (!look_readable(l, *part) && !*rest)
			return tree_find(&l->top, (*part)->dir);
		if (load(l, *part, e) < 0)
			return NULL;
	}
	n = tree_find(&l->t, rest);
	return n ? n : not_there(path, e);
}

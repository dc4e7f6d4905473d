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
	l->past = o->past;
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
	opening_free(&l->opened);
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

/* Open all containers; what they hold stands beside the parts. */
static void open_all(struct look *l)
{
	struct err ignored;

	if (l->is_opened || l->alone)
		return;
	l->is_opened = true;
	l->opened.plan = &l->plan;
	l->opened.depth = MOST_OPENED_DEPTH;
	for (size_t i = 0; i < l->plan.n; i++)
		if (l->selected[i])
			opening_part(&l->opened, &l->plan.part[i]);
	for (size_t i = 0; i < l->opened.n; i++) {
		const struct opened *x = &l->opened.v[i];
		bool tree = is_tree(x);
		struct node *n = !tree && !x->file[0] ? NULL :
			tree_add(&l->top, l->top.root, x->name, strlen(x->name),
				 tree ? S_IFDIR | 0755 : S_IFREG | 0444, &ignored);

		if (n && !tree)
			tree_bytes(&l->top, n, l->opened.content[i].v);
	}
}

/* The entry that path's first word names, and the rest; NULL: none. */
static const struct opened *look_opened(struct look *l, const char *path,
					const char **rest)
{
	size_t n;

	open_all(l);
	path += strspn(path, "/");
	n = strcspn(path, "/");
	*rest = path + n + strspn(path + n, "/");
	for (size_t i = 0; i < l->opened.n; i++) {
		const struct opened *x = &l->opened.v[i];

		if (strlen(x->name) == n && !memcmp(x->name, path, n))
			return x;
	}
	return NULL;
}

static int load_past(struct look *l, const struct source *s, const char *name,
		     struct err *e)
{
	tree_init(&l->t);
	if (!s->format->fs->history) {
		fail(e, ERR_UNSUPPORTED, "%s keeps no older versions; see fwtool ls",
		     s->format->name);
		return err_about(e, name);
	}
	if (s->format->fs->history(s->v, &l->t, e) < 0)
		return -1;
	l->in = name;
	return 0;
}

static int load(struct look *l, const struct source *s, const char *name,
		struct err *e)
{
	struct extract_opts o = { .partial = true, .max_files = TREE_MOST_NODES };
	struct extracted x;

	if (l->in && !strcmp(l->in, name))
		return 0;
	tree_free(&l->t);
	l->in = NULL;
	if (l->past)
		return load_past(l, s, name, e);
	if (extract_read(s, &l->t, &o, &x, e) < 0)
		return -1;
	l->in = name;
	return 0;
}

static int load_part(struct look *l, const struct part *part, struct err *e)
{
	struct source s;

	if (source_of_part(&s, &l->plan, part, e) < 0)
		return -1;
	if (l->alone)
		s.from.part[0] = 0;
	return load(l, &s, part->dir, e);
}

static const struct node *not_there(const char *path, struct err *e)
{
	fail(e, ERR_USAGE, "is not there; see fwtool ls");
	err_about(e, path);
	return NULL;
}

/* Make the tree that path leads to the one that is loaded; or a node of top. */
static int load_named(struct look *l, const char **path, const char **name,
		      const struct node **top, struct err *e)
{
	const char *rest;
	const struct part *part = look_part(l, *path, &rest);
	const struct opened *x = part ? NULL
				      : look_opened(l, *path, &rest);
	struct source s;

	if (!part && !x) {
		not_there(*path, e);
		return -1;
	}
	*name = part ? part->dir : x->name;
	if (!*rest && !(part ? look_readable(l, part) : is_tree(x)))
		*top = tree_find(&l->top, *name);
	*path = rest;
	if (*top)
		return 0;
	if (part)
		return load_part(l, part, e);
	if (!is_tree(x)) {
		fail(e, ERR_USAGE, "is no file system");
		return err_about(e, *name);
	}
	source_of_opened(&s, &l->opened, (size_t)(x - l->opened.v));
	return load(l, &s, *name, e);
}

const struct node *look_find(struct look *l, const char *path,
			     const char **name, struct err *e)
{
	const struct node *n = NULL;
	const char *rest = path;

	*name = NULL;
	if (!l->alone && !path[strspn(path, "/")]) {
		open_all(l);
		return l->top.root;
	}
	for (size_t i = 0; l->alone && i < l->plan.n; i++)
		if (look_readable(l, &l->plan.part[i]) &&
		    load_part(l, &l->plan.part[i], e) < 0)
			return NULL;
	if (!l->alone && load_named(l, &rest, name, &n, e) < 0)
		return NULL;
	if (!n)
		n = tree_find(&l->t, rest);
	return n ? n : not_there(path, e);
}

/* pastput.c - the states that files of a log had, as files of a tree */
#include <stdlib.h>

#include "fs/pastlog.h"

static int compare(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

/* The states of one path come together, the oldest first. */
static int by_path(const void *pa, const void *pb)
{
	const struct past_state *a = pa, *b = pb;
	const struct past_file *x = a->f, *y = b->f;
	size_t n = x->length < y->length ? x->length : y->length;
	int c = compare(x->dir, y->dir);

	if (!c && n)
		c = memcmp(x->name, y->name, n);
	if (!c)
		c = compare(x->length, y->length);
	if (!c)
		c = compare(x->age, y->age);
	if (!c)
		c = compare(x->ino, y->ino);
	if (!c)
		c = compare(x->first, y->first);
	return c ? c : compare(a->end, b->end);
}

static bool same_path(const struct past_file *a, const struct past_file *b)
{
	if (!a->length || !b->length)
		return a->length == b->length && a->ino == b->ino;
	return a->dir == b->dir && a->length == b->length &&
	       !memcmp(a->name, b->name, a->length);
}

/* Whether a file is there now under the name that f had. */
static bool is_there(const struct past_log *p, const struct past_file *f)
{
	const struct node *dir = past_live(p, f->dir);

	if (f->live)
		return true;
	if (f->dir == p->root)
		dir = p->live.root;
	return dir && f->length && tree_child(&p->live, dir, f->name, f->length);
}

static int put_dir(struct past_log *p, const struct past_state *s, struct err *e)
{
	struct node *n = past_place(p, s->f->ino, e);

	if (!n)
		return -1;
	if (n->parent) {
		p->format->attributes(p, s, n);
		n->mode = S_IFDIR | (n->mode & 07777);
	}
	return 0;
}

static void fill(struct past_log *p, const struct past_state *s, struct node *n)
{
	tree_bytes(p->t, n, (struct view){ 0 });
	n->ino = s->f->ino;
	if (p->format->attributes(p, s, n))
		p->format->fill(p, s, n);
}

/* *number: of the state before, if it had the same path. */
static int put_state(struct past_log *p, const struct past_state *s,
		     uint64_t *number, struct err *e)
{
	const struct past_file *f = s->f;
	struct past past = { .number = *number, .deleted = !is_there(p, f) };
	struct node *dir, *n = NULL;

	if (S_ISDIR(f->mode))
		return put_dir(p, s, e);
	if (f->length) {
		dir = past_place(p, f->dir, e);
		n = dir ? past_add(p->t, dir, f->name, f->length, &past, e) : NULL;
	}
	if (!n && (!f->length || e->kind != ERR_LIMIT))
		n = past_nameless(p, f->ino, &past, e);
	if (!n)
		return -1;
	fill(p, s, n);
	*number = past.number;
	return 0;
}

/* What is there now counts for what it is called now, and is the newest. */
static void rename_live(struct past_log *p)
{
	for (size_t i = 0; i < p->files; i++) {
		struct past_file *f = &p->file[i];

		if (!f->live || !f->live->parent)
			continue;
		f->dir = f->live->parent->ino;
		f->age = UINT64_MAX;
		f->name = f->live->name;
		f->length = strlen(f->name);
	}
}

int past_put(struct past_log *p, struct err *e)
{
	uint64_t number = 0;

	if (!p->n)
		return 0;
	rename_live(p);
	qsort(p->state, p->n, sizeof(*p->state), by_path);
	for (size_t i = 0; i < p->n; i++) {
		if (!i || !same_path(p->state[i - 1].f, p->state[i].f))
			number = 0;
		*e = (struct err){ 0 };
		if (put_state(p, &p->state[i], &number, e) < 0)
			return -1;
	}
	return 0;
}

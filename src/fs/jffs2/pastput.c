/* pastput.c - the states that files of jffs2 had, as files of a tree */
#include <stdlib.h>

#include "fs/jffs2/past.h"

static int compare(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

/* The states of one path come together, the oldest first. */
static int by_path(const void *pa, const void *pb)
{
	const struct oldstate *a = pa, *b = pb;
	size_t n = a->length < b->length ? a->length : b->length;
	int c = compare(a->dir, b->dir);

	if (!c && n)
		c = memcmp(a->name, b->name, n);
	if (!c)
		c = compare(a->length, b->length);
	if (!c)
		c = compare(a->age, b->age);
	if (!c)
		c = compare(a->f->ino, b->f->ino);
	return c ? c : compare(a->end, b->end);
}

static bool same_path(const struct oldstate *a, const struct oldstate *b)
{
	return a->dir == b->dir && a->length == b->length &&
	       (!a->length || !memcmp(a->name, b->name, a->length));
}

/* Whether a file is there now under the name that s had. */
static bool is_there(const struct oldlog *p, const struct oldstate *s)
{
	const struct jfile *dir = jmodel_file(&p->r->m, s->dir);

	if (s->f->live)
		return true;
	return dir && jfile_node(dir) && s->length &&
	       tree_child(&p->live, jfile_node(dir), s->name, s->length);
}

static int put_dir(struct oldlog *p, const struct oldstate *s, struct err *e)
{
	struct node *n = oldlog_dir(p, s->f->ino, e);
	struct jinode i;

	if (!n)
		return -1;
	if (n->parent && oldlog_inode(p, s->f->nodes[s->end - 1], &i)) {
		n->mode = S_IFDIR | (i.mode & 07777);
		n->uid = i.uid;
		n->gid = i.gid;
		n->mtime = i.mtime;
	}
	return 0;
}

/* *number: of the state before, if it had the same path. */
static int put_state(struct oldlog *p, const struct oldstate *s,
		     uint64_t *number, struct err *e)
{
	struct past past = { .number = *number, .deleted = !is_there(p, s) };
	struct node *dir, *n = NULL;
	struct jinode i;

	if (oldlog_inode(p, s->f->nodes[s->end - 1], &i) && S_ISDIR(i.mode))
		return put_dir(p, s, e);
	if (s->length) {
		dir = oldlog_dir(p, s->dir, e);
		n = dir ? past_add(p->t, dir, s->name, s->length, &past, e) : NULL;
	}
	if (!n && (!s->length || e->kind != ERR_LIMIT))
		n = oldlog_nameless(p, s->f->ino, &past, e);
	if (!n)
		return -1;
	oldlog_fill(p, n, s);
	*number = past.number;
	return 0;
}

int oldlog_put(struct oldlog *p, struct err *e)
{
	uint64_t number = 0;

	if (!p->n)
		return 0;
	qsort(p->state, p->n, sizeof(*p->state), by_path);
	for (size_t i = 0; i < p->n; i++) {
		if (!i || !same_path(&p->state[i - 1], &p->state[i]))
			number = 0;
		*e = (struct err){ 0 };
		if (put_state(p, &p->state[i], &number, e) < 0)
			return -1;
	}
	return 0;
}

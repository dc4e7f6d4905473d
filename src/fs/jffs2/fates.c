/* fates.c - what becomes of each inode, from the old tree to the new one */
#include <stdlib.h>

#include "core/mem.h"
#include "core/par.h"
#include "fs/jffs2/update.h"

enum { MUCH = 64 << 20 };

static int clear_mark(const struct node *n, const char *path, void *arg)
{
	(void)path;
	(void)arg;
	((struct node *)(uintptr_t)n)->mark = 0;
	return 0;
}

static struct fate *add(struct update *u, struct node *self)
{
	struct fate *f;

	u->fate = xgrow(u->fate, &u->cap, u->n + 1, sizeof(*u->fate));
	f = &u->fate[u->n++];
	*f = (struct fate){ .n = self };
	self->mark = u->n;
	return f;
}

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

static bool same_time(int64_t a, int64_t b)
{
	return a == TREE_NO_TIME || b == TREE_NO_TIME || (uint32_t)a == (uint32_t)b;
}

static bool same_attrs(const struct node *a, const struct node *b)
{
	return a->mode == b->mode && a->uid == b->uid && a->gid == b->gid &&
	       same_time(a->mtime, b->mtime) && a->major == b->major &&
	       a->minor == b->minor && same_text(a->target, b->target);
}

/*
 * A link's target and a device's number must be the only data its inode ever
 * had, or the kernel refuses it: there, what changes becomes a new inode.
 */
static bool can_change(const struct node *self, const struct node *was)
{
	if (!S_ISLNK(self->mode) && !S_ISCHR(self->mode) && !S_ISBLK(self->mode))
		return true;
	return same_attrs(self, was);
}

/* self is what the old inode becomes. */
static void keep_inode(struct update *u, struct node *self, struct node *was)
{
	uint32_t ino = self->parent ? was->ino : JFFS2_ROOT_INO;
	const struct jfile *file = jmodel_file(u->model, ino);
	struct fate *f = add(u, self);

	f->was = was;
	f->id.ino = ino;
	f->id.version = file ? file->most_version : 0;
	was->mark = u->n;
}

/* Any name of the two may bring them together. */
static int pair(const struct node *n, const char *path, void *arg)
{
	struct update *u = arg;
	struct node *self = tree_self(n), *was = tree_find(&u->was, path);

	was = was ? tree_self(was) : NULL;
	if (!self->mark && was && !was->mark &&
	    (was->mode & S_IFMT) == (self->mode & S_IFMT) && can_change(self, was))
		keep_inode(u, self, was);
	return 0;
}

struct naming { struct update *u; struct lost *lost; };

static int number(const struct node *n, const char *path, void *arg)
{
	struct naming *k = arg;
	struct node *self = tree_self(n), *was = NULL;
	struct fate *f;

	(void)path;
	if (self->mark)
		return 0;
	if (S_ISREG(self->mode) && self->size)
		was = renames_find(k->lost, self);
	if (was) {
		keep_inode(k->u, self, was);
		return 0;
	}
	f = add(k->u, self);
	f->id.ino = ++k->u->ino;
	f->attrs = f->xattrs = f->content = true;
	return 0;
}

/* Numbers of inodes long gone count too: their nodes may still be there. */
static uint32_t last_ino(const struct jlog *l)
{
	uint32_t last = JFFS2_ROOT_INO;

	for (size_t i = 0; i < l->n; i++) {
		const struct jrec *r = &l->rec[i];

		if (r->state == J_BAD_NODE)
			continue;
		if (r->type != JFFS2_XATTR && r->ino > last)
			last = r->ino;
		if (r->type == JFFS2_DIRENT && r->from > last)
			last = r->from;
	}
	return last;
}

static int check(const struct node *n, const char *path, void *arg)
{
	(void)path;
	return jffs2_check_node(n, arg);
}

int fates_make(struct update *u, struct err *e)
{
	struct naming k = { .u = u };

	if (tree_each(u->t, check, e) < 0)
		return -1;
	tree_each(u->t, clear_mark, NULL);
	u->ino = last_ino(&u->model->log);
	tree_each(u->t, pair, u);
	if (u->ino > UINT32_MAX - u->t->nodes - 2)
		return fail(e, ERR_LIMIT, "the inode numbers of this jffs2 are used "
			    "up; add --rebuild");
	k.lost = renames_start(&u->was);
	tree_each(u->t, number, &k);
	renames_end(k.lost);
	return 0;
}

static bool same_xattrs(const struct node *a, const struct node *b)
{
	const struct xattr *x = a->xattr, *y = b->xattr;

	for (; x && y; x = x->next, y = y->next)
		if (strcmp(x->name, y->name) || !view_equal(x->value, y->value))
			return false;
	return x == y;
}

static void compare_pages(struct fate *f, struct view new, struct view old,
			  size_t size)
{
	size_t n = (new.len + size - 1) / size;

	f->content = new.len != old.len;
	f->pages = xcalloc(n, 1);
	for (size_t i = 0; i < n; i++) {
		f->pages[i] = !view_equal(view_upto(new, i * size, size),
					  view_upto(old, i * size, size));
		f->content |= f->pages[i];
	}
}

/* Not where it is a hole of gigabytes that is gone. */
static bool load_old(const struct fate *f, struct buf *old)
{
	struct err e;

	if (f->was->size > f->n->size + MUCH)
		return false;
	return !f->was->size || !f->was->content.load(&f->was->content, old, &e);
}

/* A damaged old content is as good as none. */
static void compare_content(struct fate *f, size_t page)
{
	struct buf new = { 0 }, old = { 0 };
	struct err e = { 0 };

	if (f->n->size && f->n->content.load(&f->n->content, &new, &e) < 0) {
		f->err = xmalloc(sizeof(e));
		*f->err = e;
	} else if (!load_old(f, &old)) {
		f->content = true;
	} else {
		compare_pages(f, buf_view(&new), buf_view(&old), page);
	}
	buf_free(&new);
	buf_free(&old);
}

static void compare(size_t i, void *arg)
{
	struct update *u = arg;
	struct fate *f = &u->fate[i];

	if (!f->was)
		return;
	f->attrs = !same_attrs(f->n, f->was);
	f->xattrs = u->plan->o.xattr && !same_xattrs(f->n, f->was);
	if (S_ISREG(f->n->mode))
		compare_content(f, u->plan->o.pagesize);
}

static int take(size_t i, void *arg, struct err *e)
{
	const struct fate *f = &((struct update *)arg)->fate[i];

	if (!f->err)
		return 0;
	*e = *f->err;
	return jffs2_complain(f->n, e);
}

int fates_compare(struct update *u, struct err *e)
{
	const struct par par = { compare, take, u, 0 };

	return par_run(&par, u->n, e);
}

void fates_free(struct update *u)
{
	for (size_t i = 0; i < u->n; i++) {
		free(u->fate[i].pages);
		free(u->fate[i].err);
	}
	free(u->fate);
}

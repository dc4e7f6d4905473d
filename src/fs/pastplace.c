/* pastplace.c - where in the tree of the past a file of a log belongs */
#include <stdio.h>

#include "fs/pastlog.h"

enum { MOST_DEPTH = 256 };

/* The newest file that had this number; or NULL. */
static struct past_file *file_of(const struct past_log *p, uint32_t ino)
{
	size_t low = 0, high = p->files;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (p->file[mid].ino <= ino)
			low = mid + 1;
		else
			high = mid;
	}
	return low && p->file[low - 1].ino == ino ? &p->file[low - 1] : NULL;
}

/* The directory that holds what is in the live one n. */
static struct node *of_live(struct past_log *p, const struct node *n,
			    struct err *e)
{
	struct node *up;

	if (!n->parent)
		return p->t->root;
	up = of_live(p, n->parent, e);
	up = up ? past_dir(p->t, up, n->name, strlen(n->name), e) : NULL;
	if (up) {
		up->mode = n->mode;
		up->uid = n->uid;
		up->gid = n->gid;
		up->mtime = n->mtime;
	}
	return up;
}

struct node *past_nameless(struct past_log *p, uint32_t ino, struct past *past,
			   struct err *e)
{
	char name[16];
	size_t n = (size_t)snprintf(name, sizeof(name), "#%u", ino);

	*e = (struct err){ 0 };
	return past ? past_add(p->t, p->t->root, name, n, past, e)
		    : past_dir(p->t, p->t->root, name, n, e);
}

static struct node *place(struct past_log *p, uint32_t ino, unsigned depth,
			  struct err *e)
{
	const struct node *now = past_live(p, ino);
	struct past_file *f = file_of(p, ino);
	struct node *up = NULL;

	if (ino == p->root)
		return p->t->root;
	if (now && S_ISDIR(now->mode))
		return of_live(p, now, e);
	if (!f || f->place)
		return f ? f->place : past_nameless(p, ino, NULL, e);
	if (f->length && !f->busy && depth < MOST_DEPTH) {
		f->busy = true;
		up = place(p, f->dir, depth + 1, e);
		f->busy = false;
	}
	if (up)
		up = past_dir(p->t, up, f->name, f->length, e);
	if (!up && e->kind != ERR_LIMIT)
		up = past_nameless(p, ino, NULL, e);
	f->place = up;
	return up;
}

struct node *past_place(struct past_log *p, uint32_t ino, struct err *e)
{
	return place(p, ino, 0, e);
}

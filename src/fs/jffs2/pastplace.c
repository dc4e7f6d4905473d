/* pastplace.c - where in the tree of the past a file of jffs2 belongs */
#include <stdio.h>

#include "fs/jffs2/past.h"

enum { MOST_DEPTH = 256 };

/* The directory that holds what is in the live one n. */
static struct node *of_live(struct oldlog *p, const struct node *n, struct err *e)
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

/* "#12": see past.h. */
struct node *oldlog_nameless(struct oldlog *p, uint32_t ino, struct past *past,
			     struct err *e)
{
	char name[16];
	size_t n = (size_t)snprintf(name, sizeof(name), "#%u", ino);

	*e = (struct err){ 0 };
	return past ? past_add(p->t, p->t->root, name, n, past, e)
		    : past_dir(p->t, p->t->root, name, n, e);
}

static struct node *dir_of(struct oldlog *p, uint32_t ino, unsigned depth,
			   struct err *e)
{
	const struct jfile *now = jmodel_file(&p->r->m, ino);
	struct oldfile *f = oldlog_file(p, ino);
	struct node *up = NULL;

	if (ino == JFFS2_ROOT_INO)
		return p->t->root;
	if (now && jfile_node(now) && S_ISDIR(jfile_node(now)->mode))
		return of_live(p, jfile_node(now), e);
	if (!f || f->dir)
		return f ? f->dir : oldlog_nameless(p, ino, NULL, e);
	if (f->named && !f->busy && depth < MOST_DEPTH) {
		f->busy = true;
		up = dir_of(p, f->named->dir, depth + 1, e);
		f->busy = false;
	}
	if (up)
		up = past_dir(p->t, up, (const char *)f->named->name.p,
			      f->named->name.len, e);
	if (!up && e->kind != ERR_LIMIT)
		up = oldlog_nameless(p, ino, NULL, e);
	f->dir = up;
	return up;
}

struct node *oldlog_dir(struct oldlog *p, uint32_t ino, struct err *e)
{
	return dir_of(p, ino, 0, e);
}

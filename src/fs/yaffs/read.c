/* read.c - a YAFFS image as a tree */
#include <stdio.h>
#include <string.h>

#include "fs/yaffs/read.h"
#include "fs/yaffs/xattr.h"

enum { MOST_UP = 256 };

uint32_t yaffs_mode(const struct yaffs_header *h)
{
	static const uint32_t kind[] = { 0, S_IFREG, S_IFLNK, S_IFDIR, S_IFREG, 0 };

	if (h->type != YAFFS_SPECIAL)
		return (h->mode & 07777) | kind[h->type];
	if (!S_ISCHR(h->mode) && !S_ISBLK(h->mode) && !S_ISFIFO(h->mode) &&
	    !S_ISSOCK(h->mode))
		return (h->mode & 07777) | S_IFIFO;
	return h->mode & (S_IFMT | 07777);
}

void yaffs_fill(struct tree *t, const struct yaffs_header *h, struct node *n)
{
	n->mode = yaffs_mode(h);
	n->uid = h->uid;
	n->gid = h->gid;
	n->mtime = h->mtime;
	if (S_ISLNK(n->mode))
		n->target = arena_copy(&t->arena, h->alias, strlen(h->alias));
	if (S_ISCHR(n->mode) || S_ISBLK(n->mode)) {
		n->major = h->rdev >> 8 & 0xfff;
		n->minor = (h->rdev & 0xff) | (h->rdev >> 12 & 0xfff00);
	}
}

static void fill(const struct survey *s, struct tree *t, const struct yaffs_object *o,
		 const struct yaffs_header *h, struct node *n)
{
	n->ino = o->id;
	yaffs_fill(t, h, n);
	yaffs_get_xattrs(&s->shape, survey_chunk(s, &s->rec[o->header]), t, n);
	if (S_ISREG(n->mode))
		yaffs_fill_file(s, t, o, n);
}

static struct node *lost_and_found(struct tree *t)
{
	struct node *n = tree_child(t, t->root, "lost+found", 10);
	struct err ignored;

	if (!n)
		n = tree_add(t, t->root, "lost+found", 10, S_IFDIR | 0700, &ignored);
	if (n && !n->ino)
		n->ino = YAFFS_LOST;
	return n ? n : t->root;
}

static struct node *place(const struct survey *s, struct tree *t,
			  struct yaffs_object *o, unsigned depth);

/* The directory that an object is in; a lost one's children are found again. */
static struct node *parent_of(const struct survey *s, struct tree *t,
			      const struct yaffs_object *o,
			      const struct yaffs_header *h, unsigned depth)
{
	struct yaffs_object *p = survey_object(s, h->parent);
	struct node *dir;

	if (h->parent == YAFFS_ROOT)
		return t->root;
	if (h->parent == YAFFS_LOST)
		return lost_and_found(t);
	dir = p && !p->placing && depth < MOST_UP ? place(s, t, p, depth + 1) : NULL;
	if (dir && S_ISDIR(dir->mode))
		return dir;
	tree_damage(t, s->v.at + s->rec[o->header].at, NULL, "yaffs.parent",
		    "object %u is in a directory that is not there; it is put into "
		    "lost+found", o->id);
	return lost_and_found(t);
}

static struct node *add(const struct survey *s, struct tree *t,
			const struct yaffs_object *o, const struct yaffs_header *h,
			struct node *dir)
{
	char name[256];
	struct node *n;
	struct err why = { 0 };

	memcpy(name, h->name, sizeof(name));
	if (!*name)
		snprintf(name, sizeof(name), "obj%u", o->id);
	n = tree_add(t, dir, name, strlen(name), yaffs_mode(h), &why);
	if (!n)
		tree_damage(t, s->v.at + s->rec[o->header].at, NULL, "yaffs.name",
			    "object %u: %.200s", o->id, why.text);
	return n;
}

static struct node *place(const struct survey *s, struct tree *t,
			  struct yaffs_object *o, unsigned depth)
{
	struct yaffs_header h;

	if (o->node || o->shadowed || !survey_header(s, o, &h) || yaffs_is_gone(&h))
		return o->node;
	o->placing = true;
	if (o->id == YAFFS_ROOT)
		o->node = t->root;
	else if (h.type != YAFFS_HARDLINK)
		o->node = add(s, t, o, &h, parent_of(s, t, o, &h, depth));
	o->placing = false;
	if (o->node)
		fill(s, t, o, &h, o->node);
	return o->node;
}

static void place_link(const struct survey *s, struct tree *t,
		       struct yaffs_object *o)
{
	struct yaffs_object *to;
	struct yaffs_header h;

	if (o->node || !survey_header(s, o, &h) || yaffs_is_gone(&h) || h.type != YAFFS_HARDLINK)
		return;
	to = survey_object(s, h.equivalent);
	if (!to || !to->node || S_ISDIR(to->node->mode) || to->node->same) {
		tree_damage(t, s->v.at + s->rec[o->header].at, NULL, "yaffs.link",
			    "object %u is a link to one that is not there", o->id);
		return;
	}
	o->node = add(s, t, o, &h, parent_of(s, t, o, &h, 0));
	if (!o->node)
		return;
	o->node->mode = to->node->mode;
	o->node->ino = o->id;
	o->node->same = to->node;
}

/*
 * What is renamed says for a moment whom it replaces. If the power went then,
 * that one is deleted, unless it was written to later.
 */
static void find_shadowed(const struct survey *s)
{
	struct yaffs_header h;

	for (size_t i = 0; i < s->objects; i++) {
		const struct yaffs_object *o = &s->object[i];
		struct yaffs_object *x;

		if (!survey_header(s, o, &h) || !h.shadows || h.shadows == o->id)
			continue;
		x = survey_object(s, h.shadows);
		if (x && !survey_is_newer(s, &s->rec[x->first + x->n - 1],
					  &s->rec[o->header]))
			x->shadowed = true;
	}
}

static void report(const struct survey *s, struct tree *t)
{
	struct yaffs_header h;

	if (s->wrong)
		tree_damage(t, s->v.at + s->wrong_at, NULL, "yaffs.tags",
			    "%llu chunks whose tags make no sense; this is the first",
			    (unsigned long long)s->wrong);
	for (size_t i = 0; i < s->objects; i++) {
		const struct yaffs_object *o = &s->object[i];

		if (o->id == YAFFS_UNLINKED || o->id == YAFFS_DELETED ||
		    survey_header(s, o, &h))
			continue;
		tree_damage(t, s->v.at + s->rec[o->first].at, NULL, "yaffs.header",
			    "object %u has %u chunks of data and no header", o->id, o->n);
	}
}

static void free_reader(struct tree *t)
{
	survey_free(t->reader);
}

int yaffs_read(struct view v, struct tree *t, struct err *e)
{
	struct survey *s = arena_alloc(&t->arena, sizeof(*s));

	if (survey_make(s, v, e) < 0)
		return -1;
	t->reader = s;
	t->on_free = free_reader;
	find_shadowed(s);
	for (size_t i = 0; i < s->objects; i++)
		place(s, t, &s->object[i], 0);
	for (size_t i = 0; i < s->objects; i++)
		place_link(s, t, &s->object[i]);
	report(s, t);
	tree_finish(t);
	return 0;
}

/* read.c - a YAFFS image as a tree */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fs/yaffs/read.h"

/* Holes cost nothing in an image and much in memory. */
enum { MOST_HOLES = 256 << 20, MOST_UP = 256 };

/* The chunks of a file that count, in order. */
struct file {
	struct view image;
	uint32_t data;				/* bytes of a chunk */
	size_t n;
	struct piece { uint64_t at; uint32_t chunk, bytes, age; } piece[];
};

static int load(const struct content *c, struct buf *out, struct err *e)
{
	const struct file *f = c->from;
	uint8_t *to = buf_room(out, (size_t)c->key);

	(void)e;
	memset(to, 0, (size_t)c->key);
	for (size_t i = 0; i < f->n; i++) {
		uint64_t at = (uint64_t)(f->piece[i].chunk - 1) * f->data;
		uint64_t n = f->piece[i].bytes;

		if (at >= c->key)
			continue;
		if (n > c->key - at)
			n = c->key - at;
		memcpy(to + at, f->image.p + f->piece[i].at, (size_t)n);
	}
	out->len += (size_t)c->key;
	return 0;
}

/* Of the pieces of one number the newest comes first. */
static int by_chunk(const void *a, const void *b)
{
	const struct piece *x = a, *y = b;

	if (x->chunk != y->chunk)
		return x->chunk < y->chunk ? -1 : 1;
	return x->age < y->age ? -1 : x->age > y->age;
}

/*
 * From the newest record to the oldest: what lies behind a size that a
 * header says later was cut off. Returns the size of the file.
 */
static uint64_t collect(const struct survey *s, const struct yaffs_object *o,
			struct file *f)
{
	uint64_t most = s->v.len + MOST_HOLES, limit = most, size = 0;
	struct yaffs_header h;

	for (uint32_t i = o->first + o->n; i-- > o->first; ) {
		const struct yaffs_rec *r = &s->rec[i];
		uint64_t at;

		if (!r->chunk) {
			if (!yaffs_get_header(&s->shape, survey_chunk(s, r), &h) ||
			    h.type != YAFFS_FILE)
				continue;
			if (i == o->header && h.size > size && h.size <= most)
				size = h.size;
			if (h.size < limit)
				limit = h.size;
			continue;
		}
		at = (uint64_t)(r->chunk - 1) * f->data;
		if (at >= limit)
			continue;
		f->piece[f->n] = (struct piece){ r->at, r->chunk, r->bytes, (uint32_t)f->n };
		f->n++;
		/* Data written after the last header make the file longer. */
		if (i > o->header && at + r->bytes > size)
			size = at + r->bytes;
	}
	return size;
}

static bool get_header(const struct survey *s, const struct yaffs_object *o,
		       struct yaffs_header *h)
{
	return o->header != YAFFS_NONE &&
	       yaffs_get_header(&s->shape, survey_chunk(s, &s->rec[o->header]), h);
}

static uint64_t size_said(const struct survey *s, const struct yaffs_object *o)
{
	struct yaffs_header h;

	return get_header(s, o, &h) ? h.size : 0;
}

static void fill_file(const struct survey *s, struct tree *t,
		      const struct yaffs_object *o, struct node *n)
{
	struct file *f = arena_alloc(&t->arena, sizeof(*f) + o->n * sizeof(*f->piece));
	size_t keep = 0;
	uint64_t size;

	f->image = s->v;
	f->data = yaffs_data(&s->shape);
	size = collect(s, o, f);
	if (f->n)
		qsort(f->piece, f->n, sizeof(*f->piece), by_chunk);
	for (size_t i = 0; i < f->n; i++)
		if (!keep || f->piece[keep - 1].chunk != f->piece[i].chunk)
			f->piece[keep++] = f->piece[i];
	f->n = keep;
	if (size_said(s, o) > size)
		tree_damage(t, s->v.at + s->rec[o->header].at, n, "yaffs.size",
			    "a file of %llu bytes, more than can be",
			    (unsigned long long)size_said(s, o));
	n->size = size;
	n->content = (struct content){ load, f, size };
}

static uint32_t mode_of(const struct yaffs_header *h)
{
	static const uint32_t kind[] = { 0, S_IFREG, S_IFLNK, S_IFDIR, S_IFREG, 0 };

	if (h->type != YAFFS_SPECIAL)
		return (h->mode & 07777) | kind[h->type];
	if (!S_ISCHR(h->mode) && !S_ISBLK(h->mode) && !S_ISFIFO(h->mode) &&
	    !S_ISSOCK(h->mode))
		return (h->mode & 07777) | S_IFIFO;
	return h->mode & (S_IFMT | 07777);
}

static void fill(const struct survey *s, struct tree *t, const struct yaffs_object *o,
		 const struct yaffs_header *h, struct node *n)
{
	n->ino = o->id;
	n->mode = mode_of(h);
	n->uid = h->uid;
	n->gid = h->gid;
	n->mtime = h->mtime;
	if (S_ISREG(n->mode))
		fill_file(s, t, o, n);
	if (S_ISLNK(n->mode))
		n->target = arena_copy(&t->arena, h->alias, strlen(h->alias));
	if (S_ISCHR(n->mode) || S_ISBLK(n->mode)) {
		n->major = h->rdev >> 8 & 0xfff;
		n->minor = (h->rdev & 0xff) | (h->rdev >> 12 & 0xfff00);
	}
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

static bool is_gone(const struct yaffs_header *h)
{
	return h->parent == YAFFS_UNLINKED || h->parent == YAFFS_DELETED;
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
	n = tree_add(t, dir, name, strlen(name), mode_of(h), &why);
	if (!n)
		tree_damage(t, s->v.at + s->rec[o->header].at, NULL, "yaffs.name",
			    "object %u: %.200s", o->id, why.text);
	return n;
}

static struct node *place(const struct survey *s, struct tree *t,
			  struct yaffs_object *o, unsigned depth)
{
	struct yaffs_header h;

	if (o->node || !get_header(s, o, &h) || is_gone(&h))
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

	if (o->node || !get_header(s, o, &h) || is_gone(&h) || h.type != YAFFS_HARDLINK)
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
		    get_header(s, o, &h))
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
	for (size_t i = 0; i < s->objects; i++)
		place(s, t, &s->object[i], 0);
	for (size_t i = 0; i < s->objects; i++)
		place_link(s, t, &s->object[i]);
	report(s, t);
	tree_finish(t);
	return 0;
}

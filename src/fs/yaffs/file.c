/* file.c - what a file holds: of its chunks, those that still count */
#include <stdlib.h>
#include <string.h>

#include "fs/yaffs/read.h"

/* Holes cost nothing in an image and much in memory. */
enum { MOST_HOLES = 256 << 20 };

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

static uint64_t size_said(const struct survey *s, const struct yaffs_object *o)
{
	struct yaffs_header h;

	return survey_header(s, o, &h) ? h.size : 0;
}

void yaffs_fill_file(const struct survey *s, struct tree *t,
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

/* file.c - what a file holds: of its chunks, those that still count */
#include <stdlib.h>
#include <string.h>

#include "core/maps.h"
#include "fs/yaffs/read.h"

/* Holes cost nothing in an image and much in memory. */
enum { MOST_HOLES = 256 << 20 };

void yaffs_put_file(const struct yaffs_file *f, struct buf *out)
{
	uint64_t done = 0;

	for (size_t i = 0; i < f->n; i++) {
		uint64_t at = (uint64_t)(f->piece[i].chunk - 1) * f->data;
		struct view v = view_sub(f->image, f->piece[i].at, f->piece[i].bytes);

		if (at >= f->size)
			break;
		put_fill(out, 0, at - done);
		v = view_upto(v, 0, f->size - at < f->data ? f->size - at : f->data);
		maps_touched(v);
		put_view(out, v);
		done = at + v.len;
	}
	put_fill(out, 0, f->size - done);
}

static int load(const struct content *c, struct buf *out, struct err *e)
{
	(void)e;
	yaffs_put_file(c->from, out);
	return 0;
}

/* Of the pieces of one number the newest comes first. */
static int by_chunk(const void *a, const void *b)
{
	const struct yaffs_piece *x = a, *y = b;

	if (x->chunk != y->chunk)
		return x->chunk < y->chunk ? -1 : 1;
	return x->age < y->age ? -1 : x->age > y->age;
}

/*
 * From the newest record to the oldest: what lies behind a size that a
 * header says later was cut off.
 */
static void collect(const struct survey *s, const struct yaffs_object *o,
		    struct yaffs_file *f)
{
	uint64_t most = s->v.len + MOST_HOLES, limit = most;
	struct yaffs_header h;

	for (uint32_t i = o->first + o->n; i-- > o->first; ) {
		const struct yaffs_rec *r = &s->rec[i];
		uint64_t at;

		if (!r->chunk) {
			if (!yaffs_get_header(&s->shape, survey_chunk(s, r), &h) ||
			    h.type != YAFFS_FILE)
				continue;
			if (i == o->header && h.size > f->size && h.size <= most)
				f->size = h.size;
			if (h.size < limit)
				limit = h.size;
			continue;
		}
		at = (uint64_t)(r->chunk - 1) * f->data;
		if (at >= limit)
			continue;
		f->piece[f->n] = (struct yaffs_piece){ r->at, r->chunk, r->bytes,
						       (uint32_t)f->n };
		f->n++;
		/* Data written after the last header, or without one, make the file longer. */
		if ((o->header == YAFFS_NONE || i > o->header) && at + r->bytes > f->size)
			f->size = at + r->bytes;
	}
}

struct yaffs_file yaffs_file(const struct survey *s, const struct yaffs_object *o)
{
	struct yaffs_file f = { .image = s->v, .data = yaffs_data(&s->shape) };
	size_t keep = 0;

	f.piece = xcalloc(o->n, sizeof(*f.piece));
	collect(s, o, &f);
	if (f.n)
		qsort(f.piece, f.n, sizeof(*f.piece), by_chunk);
	for (size_t i = 0; i < f.n; i++)
		if (!keep || f.piece[keep - 1].chunk != f.piece[i].chunk)
			f.piece[keep++] = f.piece[i];
	f.n = keep;
	return f;
}

static uint64_t size_said(const struct survey *s, const struct yaffs_object *o)
{
	struct yaffs_header h;

	return survey_header(s, o, &h) ? h.size : 0;
}

void yaffs_fill_file(const struct survey *s, struct tree *t,
		     const struct yaffs_object *o, struct node *n)
{
	struct yaffs_file *f = arena_alloc(&t->arena, sizeof(*f));
	struct yaffs_piece *piece;

	*f = yaffs_file(s, o);
	piece = f->piece;
	f->piece = arena_alloc(&t->arena, f->n * sizeof(*piece));
	if (f->n)
		memcpy(f->piece, piece, f->n * sizeof(*piece));
	free(piece);
	if (size_said(s, o) > f->size)
		tree_damage(t, s->v.at + s->rec[o->header].at, n, "yaffs.size",
			    "a file of %llu bytes, more than can be",
			    (unsigned long long)size_said(s, o));
	n->size = f->size;
	n->content = (struct content){ load, f, 0 };
}

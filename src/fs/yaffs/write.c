/* write.c - YAFFS images as mkyaffs2image makes them, old chunks kept */
#include "fs/yaffs/write.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "fs/meta.h"
#include "fs/yaffs/writer.h"
#include "fs/yaffs/xattr.h"

enum { HEADER_BYTES = 0xffff };

static uint32_t time_of(const struct node *n)
{
	return n->mtime == TREE_NO_TIME ? 0 : (uint32_t)n->mtime;
}

static void put_chunk(struct yaffs_writer *w, uint32_t id, uint32_t chunk, uint32_t bytes,
		      struct view data)
{
	const struct yaffs_tags t = { .sequence = YAFFS_LEAST_SEQUENCE, .object = id,
				      .chunk = chunk, .bytes = bytes, .serial = 1 };

	yaffs_put_chunk(w->shape, data, &t, w->out);
}

static int put_head(struct yaffs_writer *w, const struct yaffs_item *i, struct err *e)
{
	const struct node *n = i->node, *self = tree_self(n);
	struct yaffs_header h = { .type = yaffs_type(n), .mode = n->mode, .uid = n->uid,
		.gid = n->gid, .atime = time_of(n), .mtime = time_of(n),
		.ctime = time_of(n), .size = n->size,
		.parent = n->parent ? (uint32_t)n->parent->mark : YAFFS_ROOT,
		.equivalent = (uint32_t)self->mark,
		.rdev = (n->major & 0xfff) << 8 | (n->minor & 0xff) |
			(n->minor & 0xfff00) << 12 };
	struct buf head = { 0 };
	int r = 0;

	memcpy(h.name, n->name, strlen(n->name) + 1);
	if (h.type == YAFFS_SYMLINK) {
		if (strlen(n->target) >= sizeof(h.alias))
			return fail(e, ERR_LIMIT, "%s: the target of a link is longer than "
				    "the %zu bytes that YAFFS holds", n->name,
				    sizeof(h.alias) - 1);
		memcpy(h.alias, n->target, strlen(n->target) + 1);
	}
	yaffs_put_header(w->shape, &h, &head);
	if (h.type != YAFFS_HARDLINK)
		r = yaffs_put_xattrs(w->shape, n, &head, e);
	if (!r)
		put_chunk(w, i->id, 0, HEADER_BYTES, buf_view(&head));
	buf_free(&head);
	return r;
}

static int put_data(struct yaffs_writer *w, const struct yaffs_item *i, struct err *e)
{
	struct buf bytes = { 0 };
	uint32_t size = yaffs_data(w->shape), chunk = 0;

	if (i->node->content.load &&
	    i->node->content.load(&i->node->content, &bytes, e) < 0) {
		buf_free(&bytes);
		return -1;
	}
	for (uint64_t at = 0; at < bytes.len; at += size) {
		struct view v = view_upto(buf_view(&bytes), at, size);

		put_chunk(w, i->id, ++chunk, (uint32_t)v.len, v);
	}
	buf_free(&bytes);
	return 0;
}

static int by_place(const void *a, const void *b)
{
	const struct yaffs_rec *x = a, *y = b;

	return x->at < y->at ? -1 : x->at > y->at;
}

/* All chunks of an object as they are. */
static bool keep_old(struct yaffs_writer *w, const struct yaffs_item *i)
{
	const struct yaffs_object *o = survey_object(w->old, i->id);
	struct yaffs_rec *rec;

	if (!o)
		return false;
	rec = xmalloc(o->n * sizeof(*rec));
	memcpy(rec, w->old->rec + o->first, o->n * sizeof(*rec));
	qsort(rec, o->n, sizeof(*rec), by_place);
	for (uint32_t k = 0; k < o->n; k++)
		put_view(w->out, view_sub(w->old->v, rec[k].at, yaffs_step(w->shape)));
	w->kept.kept += o->n;
	free(rec);
	return true;
}

/* Whether the root is not what it is without a header. */
static bool needs_header(const struct node *root)
{
	return (root->mode & 07777) != 0755 || root->uid || root->gid || root->xattr;
}

static int put_item(struct yaffs_writer *w, const struct yaffs_item *i, struct err *e)
{
	const struct node *n = i->node;

	if (i->id == YAFFS_LOST ||
	    (i->id == YAFFS_ROOT && !w->shape->root && !needs_header(n)))
		return 0;
	if (yaffs_is_same(w, i) && keep_old(w, i))
		return 0;
	if (put_head(w, i, e) < 0)
		return -1;
	return S_ISREG(n->mode) && !n->same ? put_data(w, i, e) : 0;
}

static int check_shape(const struct yaffs_shape *s, struct err *e)
{
	bool is_two = s->kind == YAFFS2_SPARE;
	uint64_t need = is_two ? (s->ecc ? YAFFS_TAGS2_ECC : YAFFS_TAGS2) :
			s->kind == YAFFS1_PACKED ? 8 : 0;

	if (s->chunk < YAFFS_LEAST_CHUNK || s->chunk > YAFFS_MOST_CHUNK ||
	    s->chunk & (s->chunk - 1))
		return fail(e, ERR_USAGE, "--chunk: chunks are 512 to 16384 bytes, a power "
			    "of two");
	if (s->kind == YAFFS2_INBAND && s->chunk == YAFFS_LEAST_CHUNK)
		return fail(e, ERR_USAGE, "--chunk: with tags in the chunk they are 1024 "
			    "bytes or more");
	if (s->spare > YAFFS_MOST_SPARE || s->offset > s->spare ||
	    need > s->spare - s->offset)
		return fail(e, ERR_USAGE, "--spare %llu: the tags do not fit",
			    (unsigned long long)s->spare);
	if (s->kind == YAFFS2_INBAND && s->spare)
		return fail(e, ERR_USAGE, "--spare %llu: with tags in the chunk there are "
			    "none; give 0", (unsigned long long)s->spare);
	if (is_two && !yaffs_spare_fits(s->chunk, s->spare))
		return fail(e, ERR_USAGE, "--spare %llu: not what chips have for chunks of "
			    "%llu; give a 32nd of that, or leave it out",
			    (unsigned long long)s->spare,
			    (unsigned long long)s->chunk);
	if (s->kind >= YAFFS1_NATIVE && (s->chunk != 512 || s->spare != 16))
		return fail(e, ERR_USAGE, "yaffs1 has chunks of 512+16 bytes; give --chunk "
			    "512 --spare 16");
	return 0;
}

static int emit(struct yaffs_writer *w, const struct tree *t, struct err *e)
{
	int r = check_shape(w->shape, e);

	if (!r)
		r = yaffs_number(w, t, e);
	for (size_t i = 0; !r && i < w->n; i++)
		r = put_item(w, &w->item[i], e);
	w->kept.total = w->out->len / yaffs_step(w->shape);
	free(w->item);
	return r;
}

int yaffs_write(const struct tree *t, const void *opts, struct buf *out, struct err *e)
{
	struct yaffs_writer w = { .shape = opts, .out = out };

	return emit(&w, t, e);
}

static bool is_like(const struct yaffs_shape *a, const struct yaffs_shape *b)
{
	return a->kind == b->kind && a->chunk == b->chunk && a->spare == b->spare &&
	       a->offset == b->offset && a->header == b->header && a->tags == b->tags &&
	       a->ecc == b->ecc && a->root == b->root;
}

static int update(struct view was, const struct tree *old, const struct tree *t,
		  const struct yaffs_shape *shape, struct yaffs_writer *w, struct err *e)
{
	const struct survey *s = old->reader;
	struct yaffs_shape now = s->shape;
	int same;

	now.root = survey_object(s, YAFFS_ROOT) != NULL;
	same = is_like(&now, shape) ? tree_same(old, t, NULL, e) : 0;
	if (same < 0)
		return -1;
	if (same) {
		put_view(w->out, was);
		w->kept.kept = w->kept.total = s->n;
		return 0;
	}
	w->was = old;
	w->old = s->clean && is_like(&now, shape) ? s : NULL;
	return emit(w, t, e);
}

int yaffs_update(struct view was, const struct tree *t, const void *opts,
		 uint64_t room, struct buf *out, struct kept *kept, struct err *e)
{
	struct yaffs_writer w = { .shape = opts, .out = out };
	struct tree old = { 0 };
	size_t from = out->len, n;
	int r;

	tree_init(&old);
	r = yaffs_read(was, &old, e);
	if (!r)
		r = update(was, &old, t, opts, &w, e);
	tree_free(&old);
	n = out->len - from;
	if (!r && room && n > room)
		r = fail(e, ERR_LIMIT, "needs %zu bytes, there is room for %llu; remove "
			 "something", n, (unsigned long long)room);
	if (!r && n < was.len)
		put_fill(out, 0xff, was.len - n);
	*kept = w.kept;
	return r;
}

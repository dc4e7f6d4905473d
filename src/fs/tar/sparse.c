/*
 * sparse.c - files with holes in tar archives, the ways of GNU tar
 *
 *	old	= header of type S, runs in it and in blocks behind it
 *	0.0	= records GNU.sparse.offset, GNU.sparse.numbytes, in turns
 *	0.1	= a record GNU.sparse.map: "at,size,at,size"
 *	1.0	= before the data, padded to 512: "count\nat\nsize\nat\nsize\n"
 */
#include <stdlib.h>

#include "core/mem.h"
#include "fs/tar/entry.h"

#define MOST_LOADED (UINT64_C(1) << 30)

struct list { struct tar_run *run; size_t n, cap; bool wrong; };

static void add(struct list *l, uint64_t at, uint64_t size)
{
	uint64_t end = l->n ? l->run[l->n - 1].at + l->run[l->n - 1].size : 0;

	l->wrong |= at < end || at > INT64_MAX || size > INT64_MAX;
	if (!size || l->wrong)
		return;
	l->run = xgrow(l->run, &l->cap, l->n + 1, sizeof(*l->run));
	l->run[l->n++] = (struct tar_run){ at, size };
}

/* Runs of a block, from `at` on, n at most. */
static void take_block(struct view block, unsigned at, unsigned n, struct list *l)
{
	for (unsigned i = 0; i < n; i++, at += 24) {
		struct view v = view_sub(block, at, 24);
		int64_t from, size;

		if (!v.len || !v.p[0])
			return;
		if (!tar_number(view_sub(v, 0, 12), &from) || from < 0 ||
		    !tar_number(view_sub(v, 12, 12), &size) || size < 0)
			l->wrong = true;
		else
			add(l, (uint64_t)from, (uint64_t)size);
	}
}

static void take_old(struct view v, const struct tar_entry *e, struct tar_sparse *s,
		     struct list *l)
{
	int64_t size = 0;

	l->wrong |= !tar_number(view_sub(e->h.raw, 483, 12), &size) || size < 0;
	s->size = (uint64_t)size;
	take_block(e->h.raw, 386, 4, l);
	for (uint64_t at = e->at + TAR_BLOCK; at < e->data; at += TAR_BLOCK)
		take_block(view_sub(v, at, TAR_BLOCK), 0, 21, l);
}

/* The number up to the next `end`, taken off text. */
static bool take_number(struct view *text, char end, uint64_t *n)
{
	const uint8_t *p = text->len ? memchr(text->p, end, text->len) : NULL;
	size_t len = p ? (size_t)(p - text->p) : text->len;
	int64_t x;
	bool ok = pax_number(view_sub(*text, 0, len), &x) && x >= 0;

	*n = ok ? (uint64_t)x : 0;
	*text = view_from(*text, len + !!p);
	return ok;
}

static void take_map(struct view map, struct list *l)
{
	uint64_t at, size;

	while (map.len && !l->wrong) {
		if (take_number(&map, ',', &at) && take_number(&map, ',', &size))
			add(l, at, size);
		else
			l->wrong = true;
	}
}

static void take_records(struct view pax, struct list *l)
{
	struct view key, value;
	int64_t at = 0, size;

	while (pax_next(&pax, &key, &value)) {
		if (view_equal(key, view_text("GNU.sparse.offset")))
			l->wrong |= !pax_number(value, &at) || at < 0;
		else if (view_equal(key, view_text("GNU.sparse.numbytes")) &&
			 pax_number(value, &size) && size >= 0)
			add(l, (uint64_t)at, (uint64_t)size);
	}
}

static void take_front(struct view data, struct tar_sparse *s, struct list *l)
{
	struct view text = data;
	uint64_t n, at, size;

	l->wrong |= !take_number(&text, '\n', &n);
	for (; n && !l->wrong; n--) {
		if (take_number(&text, '\n', &at) && take_number(&text, '\n', &size))
			add(l, at, size);
		else
			l->wrong = true;
	}
	s->skip = (data.len - text.len + TAR_BLOCK - 1) & ~(uint64_t)(TAR_BLOCK - 1);
}

static void take_pax(struct view v, const struct tar_entry *e, struct tar_sparse *s,
		     struct list *l)
{
	struct view map = pax_find(e->pax, "GNU.sparse.map");
	struct view size = pax_find(e->pax, "GNU.sparse.realsize");
	int64_t n = 0;

	if (!size.p)
		size = pax_find(e->pax, "GNU.sparse.size");
	l->wrong |= !pax_number(size, &n) || n < 0;
	s->size = (uint64_t)n;
	if (pax_find(e->pax, "GNU.sparse.major").p)
		take_front(view_upto(v, e->data, e->size), s, l);
	else if (map.p)
		take_map(map, l);
	else
		take_records(e->pax, l);
}

static bool is_right(const struct tar_entry *e, const struct tar_sparse *s,
		     const struct list *l)
{
	uint64_t stored = 0;

	for (size_t i = 0; i < l->n; i++) {
		if (l->run[i].at + l->run[i].size > s->size)
			return false;
		stored += l->run[i].size;
	}
	return !l->wrong && s->skip <= e->size && stored <= e->size - s->skip;
}

bool tar_sparse_get(struct view v, const struct tar_entry *e, struct arena *a,
		    struct tar_sparse *s, bool *ok)
{
	bool old = e->h.gnu && e->h.type == 'S';
	struct list l = { 0 };

	*s = (struct tar_sparse){ 0 };
	if (!old && !pax_find(e->pax, "GNU.sparse.major").p &&
	    !pax_find(e->pax, "GNU.sparse.map").p &&
	    !pax_find(e->pax, "GNU.sparse.numblocks").p)
		return false;
	if (old)
		take_old(v, e, s, &l);
	else
		take_pax(v, e, s, &l);
	*ok = is_right(e, s, &l);
	s->n = *ok ? l.n : 0;
	s->run = arena_alloc(a, (s->n + 1) * sizeof(*s->run));
	if (s->n)
		memcpy(s->run, l.run, s->n * sizeof(*s->run));
	free(l.run);
	return true;
}

/* A file as it is loaded. */
struct holed { struct tar_sparse s; struct view data; };

/* The bytes [off, end) of the file: zeros between the runs. */
static void put_part(const struct holed *f, uint64_t off, uint64_t end, struct buf *out)
{
	uint64_t from = f->s.skip;

	for (size_t k = 0; k < f->s.n && off < end; k++) {
		const struct tar_run *run = &f->s.run[k];
		uint64_t a = run->at > off ? run->at : off;
		uint64_t b = run->at + run->size < end ? run->at + run->size : end;
		struct view v = view_upto(f->data, from + (a - run->at), b - a);

		from += run->size;
		if (a >= b)
			continue;
		put_fill(out, 0, a - off);
		put_view(out, v);
		put_fill(out, 0, b - a - v.len);
		off = b;
	}
	put_fill(out, 0, end - off);
}

static int load_part(const struct content *c, uint64_t off, size_t n,
		     struct buf *out, struct err *e)
{
	(void)e;
	put_part(c->from, off, off + n, out);
	return 0;
}

static int load(const struct content *c, struct buf *out, struct err *e)
{
	const struct holed *f = c->from;

	if (!out->to && c->key > MOST_LOADED && c->key / 2 > f->data.len)
		return fail(e, ERR_LIMIT, "its %llu bytes are mostly holes, too many for "
			    "memory; extract it", (unsigned long long)c->key);
	put_part(f, 0, c->key, out);
	return 0;
}

void tar_sparse_content(struct tree *t, struct node *n, struct view data,
			const struct tar_sparse *s)
{
	struct holed *f = arena_alloc(&t->arena, sizeof(*f));

	*f = (struct holed){ *s, data };
	n->size = s->size;
	n->content = (struct content){ load, f, n->size };
	n->part = load_part;
}

/*
 * index.c - the index of UBIFS, from its root down
 *
 * Nodes of the index do not overlap, and neither do those of files: what
 * says otherwise is damaged or hostile, and is not followed.
 */
#include "fs/ubifs/read.h"

#include <stdlib.h>

#include "core/hash.h"
#include "core/mem.h"

enum { MOST_LEVEL = 63, MOST_NODE = UBIFS_INO_SIZE + 2 * UBIFS_MOST_DATA };

/* What a branch leads to: keys [from, to], seen from the level above. */
struct branch { uint32_t lnum, offs, len; uint64_t from, to; };

/* A leaf that the index names, not yet looked at. */
struct leaf { uint64_t at, key; uint32_t len; };

struct walk {
	struct ubifs_reader *r;
	struct leaf *leaf;
	size_t n, cap, most;
	uint64_t left;		/* bytes that may still be index */
};

static void lose(struct ubifs_reader *r, uint64_t from, uint64_t to)
{
	r->lost = xgrow(r->lost, &r->caplost, r->nlost + 1, sizeof(*r->lost));
	r->lost[r->nlost++] = (struct ubifs_lost){ from, to };
}

static bool get_index(struct walk *w, const struct branch *b, long level,
		      struct ubifs_node *n, struct cursor *c, uint32_t *count)
{
	struct ubifs_reader *r = w->r;
	uint64_t at = ubifs_place(r, b->lnum, b->offs);
	uint32_t is;

	if (b->offs % 8 || b->len > w->left || b->lnum >= r->s.leb_cnt ||
	    !ubifs_head(r->v, at, n) || n->len != b->len ||
	    n->type != UBIFS_IDX || !ubifs_get(r->v, at, n))
		return false;
	w->left -= b->len;
	*c = cursor(view_sub(r->v, at, n->len), LITTLE);
	get_skip(c, UBIFS_HEAD);
	*count = get16(c);
	is = get16(c);
	return cursor_ok(c) && *count && is <= MOST_LEVEL &&
	       (level < 0 || is == (uint32_t)level) &&
	       (n->len - UBIFS_IDX_SIZE) / *count >= UBIFS_BRANCH;
}

static void add_leaf(struct walk *w, const struct branch *b)
{
	if (w->n == w->most) {
		lose(w->r, b->from, b->to);
		return;
	}
	w->leaf = xgrow(w->leaf, &w->cap, w->n + 1, sizeof(*w->leaf));
	w->leaf[w->n++] = (struct leaf){
		ubifs_place(w->r, b->lnum, b->offs), b->from, b->len
	};
}

static uint64_t branch_key(struct view node, uint32_t i, uint32_t step)
{
	uint64_t at = UBIFS_IDX_SIZE + (uint64_t)i * step + 12;

	return (uint64_t)peek32(node, at, LITTLE) << 32 |
	       peek32(node, at + 4, LITTLE);
}

/* Each level is one below the last: the recursion ends. */
static void follow(struct walk *w, const struct branch *b, long level)
{
	struct ubifs_reader *r = w->r;
	struct ubifs_node n;
	struct cursor c;
	uint32_t count, step;

	if (!get_index(w, b, level, &n, &c, &count)) {
		ubifs_fault(r, ubifs_place(r, b->lnum, b->offs), 0, "ubifs.index",
			    "damaged index node; files are looked for without it");
		lose(r, b->from, b->to);
		return;
	}
	level = peek16(c.v, UBIFS_HEAD + 2, LITTLE);
	step = (n.len - UBIFS_IDX_SIZE) / count;
	for (uint32_t i = 0; i < count; i++) {
		struct cursor k = cursor(view_sub(c.v, UBIFS_IDX_SIZE +
					 (uint64_t)i * step, step), LITTLE);
		struct branch child = { 0 };

		child.lnum = get32(&k);
		child.offs = get32(&k);
		child.len = get32(&k);
		child.from = i || !level ? branch_key(c.v, i, step) : b->from;
		child.to = i + 1 < count ? branch_key(c.v, i + 1, step) : b->to;
		if (level)
			follow(w, &child, level - 1);
		else
			add_leaf(w, &child);
	}
}

static int by_place(const void *pa, const void *pb)
{
	const struct leaf *a = pa, *b = pb;

	return a->at < b->at ? -1 : a->at > b->at;
}

/* The leaf is what the index says it is. */
static void check_leaf(struct ubifs_reader *r, const struct leaf *k,
		       uint64_t *end)
{
	struct ubifs_node n;

	if (k->at % 8 || k->at < *end || !ubifs_head(r->v, k->at, &n) ||
	    n.len != k->len || n.len > MOST_NODE || n.type > UBIFS_XENT ||
	    ubifs_key(r->v, &n) != k->key)
		ubifs_fault(r, k->at, k->key, "ubifs.node",
			    "ubifs node is not where the index says");
	else if (!ubifs_get(r->v, k->at, &n))
		ubifs_fault(r, k->at, k->key, "ubifs.crc",
			    "ubifs node with a wrong sum");
	else
		ubifs_add(r, &n);
	*end = k->at < *end ? *end : k->at + 8;
}

void ubifs_index(struct ubifs_reader *r)
{
	struct walk w = { .r = r, .most = r->v.len / UBIFS_DATA_SIZE,
			  .left = r->v.len };
	struct branch root = { r->m.root_lnum, r->m.root_offs, r->m.root_len,
			       0, UINT64_MAX };
	uint64_t end = 0;

	if (r->has_master)
		follow(&w, &root, -1);
	else
		lose(r, 0, UINT64_MAX);
	if (w.n)
		qsort(w.leaf, w.n, sizeof(*w.leaf), by_place);
	for (size_t i = 0; i < w.n; i++) {
		if (i && w.leaf[i].at == w.leaf[i - 1].at)
			continue;
		check_leaf(r, &w.leaf[i], &end);
	}
	free(w.leaf);
}

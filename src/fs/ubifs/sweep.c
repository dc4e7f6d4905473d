/* sweep.c - the nodes of erase blocks, one after the other */
#include "fs/ubifs/read.h"

#include <stdlib.h>

#include "core/mem.h"
#include "core/work.h"

enum { IN_GROUP = 1, LAST_OF_GROUP = 2 };

/* Nodes of one write, waiting for the last of them. */
struct group { struct ubifs_node *v; size_t n, cap; };

static void flush(struct ubifs_reader *r, const struct ubifs_scan *how,
		  struct group *g)
{
	for (size_t i = 0; i < g->n; i++)
		how->take(r, &g->v[i]);
	g->n = 0;
}

static void hold(struct group *g, const struct ubifs_node *n)
{
	g->v = xgrow(g->v, &g->cap, g->n + 1, sizeof(*g->v));
	g->v[g->n++] = *n;
}

uint64_t ubifs_behind(struct view v, const struct ubifs_node *n)
{
	uint64_t len = (n->len + UINT64_C(7)) & ~UINT64_C(7);

	if (n->type == UBIFS_PAD)
		len += peek32(v, n->at + UBIFS_HEAD, LITTLE) & ~UINT64_C(7);
	return len;
}

static uint64_t next_magic(struct view leb, uint64_t at)
{
	for (; view_has(leb, at, UBIFS_HEAD); at += 8)
		if (peek32(leb, at, LITTLE) == UBIFS_MAGIC)
			return at;
	return leb.len;
}

/* Whether the rest was written at all: padding ends, erased bytes follow. */
static bool is_empty(struct view rest)
{
	rest = view_from(rest, view_run(rest, UBIFS_PAD_BYTE));
	return view_run(rest, 0xff) == rest.len;
}

static void damaged(struct ubifs_reader *r, const struct ubifs_scan *how,
		    uint64_t at, bool goes_on)
{
	if (!how->tolerant || goes_on)
		ubifs_fault(r, at, 0, "ubifs.block",
			    "ubifs node with a wrong sum, or bytes that are none");
}

/*
 * A group without its last node was not written to its end; where no power
 * went, it counts all the same.
 */
void ubifs_scan(struct ubifs_reader *r, uint32_t lnum, uint64_t offs,
		const struct ubifs_scan *how)
{
	struct view leb = view_upto(r->v, ubifs_place(r, lnum, 0),
				    r->s.leb_size);
	uint64_t base = ubifs_place(r, lnum, 0), at = offs, next;
	struct group g = { 0 };
	struct ubifs_node n;

	while (at < leb.len) {
		struct view whole = view_sub(r->v, 0, base + leb.len);

		if (ubifs_get(whole, base + at, &n)) {
			if (n.group != IN_GROUP && n.group != LAST_OF_GROUP)
				flush(r, how, &g);
			hold(&g, &n);
			if (n.group != IN_GROUP)
				flush(r, how, &g);
			at += ubifs_behind(r->v, &n);
			continue;
		}
		if (view_sub(leb, at, 8).len == 8 &&
		    view_run(view_sub(leb, at, 8), UBIFS_PAD_BYTE) == 8) {
			at += 8;
			continue;
		}
		if (is_empty(view_from(leb, at)))
			break;
		next = next_magic(leb, at + 8);
		damaged(r, how, base + at, next < leb.len);
		at = next;
	}
	if (!how->tolerant)
		flush(r, how, &g);
	work_add(leb.len);
	free(g.v);
}

static void take_lost(struct ubifs_reader *r, const struct ubifs_node *n)
{
	size_t low = 0, high = r->nlost;
	uint64_t key;

	if (n->type > UBIFS_TRUN)
		return;
	key = ubifs_key(r->v, n);
	while (low < high) {
		size_t half = low + (high - low) / 2;

		if (r->lost[half].to < key)
			low = half + 1;
		else
			high = half;
	}
	if (low < r->nlost && r->lost[low].from <= key)
		ubifs_add(r, n);
}

static int by_start(const void *pa, const void *pb)
{
	const struct ubifs_lost *a = pa, *b = pb;

	return a->from < b->from ? -1 : a->from > b->from;
}

/* Ranges that meet become one, so that few are left. */
static void join(struct ubifs_reader *r)
{
	size_t n = 0;

	qsort(r->lost, r->nlost, sizeof(*r->lost), by_start);
	for (size_t i = 1; i < r->nlost; i++) {
		struct ubifs_lost *last = &r->lost[n], *k = &r->lost[i];

		if (k->from > last->to)
			r->lost[++n] = *k;
		else if (k->to > last->to)
			last->to = k->to;
	}
	r->nlost = n + 1;
}

void ubifs_sweep(struct ubifs_reader *r)
{
	struct ubifs_scan how = { take_lost, true };

	if (!r->nlost)
		return;
	join(r);
	for (uint32_t leb = ubifs_main(&r->s); leb < r->s.leb_cnt; leb++) {
		if (!view_has(r->v, ubifs_place(r, leb, 0), 1))
			break;
		ubifs_scan(r, leb, 0, &how);
	}
}

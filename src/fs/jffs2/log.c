/* log.c - all nodes of a jffs2 image, and the size of its blocks */
#include "fs/jffs2/log.h"

#include <stdlib.h>

#include "core/mem.h"

enum { VOTES = 64, MOST_ERASE = 1 << 26 };

static uint64_t gcd(uint64_t a, uint64_t b)
{
	while (b) {
		uint64_t rest = a % b;

		a = b;
		b = rest;
	}
	return a;
}

/* The smallest power of two no multiple of which lies inside [a, z]. */
static uint64_t clear_of(uint64_t a, uint64_t z)
{
	uint64_t n = JFFS2_MIN_ERASE;

	while (a / n != z / n && n < MOST_ERASE)
		n *= 2;
	return n;
}

static void add_mark(struct jgeom *g, uint64_t at)
{
	if (!g->marks++)
		g->first_mark = at;
	g->mark = gcd(g->mark, at - g->first_mark);
}

void jgeom_node(struct jgeom *g, const struct jwalk *w)
{
	uint64_t at = w->at - g->origin, end = w->pos - g->origin, low;
	uint16_t type = w->head.type | JFFS2_ACCURATE;

	if (type == JFFS2_CLEANMARKER) {
		add_mark(g, w->at);
	} else if (type == JFFS2_SUMMARY) {
		add_mark(g, w->pos);
	} else if (w->erased && at % JFFS2_MIN_ERASE == 0) {
		g->gap = gcd(g->gap, at);
		g->gaps++;
	}
	low = end > at ? clear_of(at, end - 1) : 0;
	if (low > g->low)
		g->low = low;
}

/* Blocks are powers of two, except on chips with odd pages (DataFlash). */
static uint64_t block_of(uint64_t g)
{
	uint64_t two = g & (~g + 1);

	return two >= JFFS2_MIN_ERASE ? two : g;
}

static bool is_block(uint64_t n, uint64_t low)
{
	return n >= low && n <= MOST_ERASE;
}

uint32_t jgeom_erase(const struct jgeom *g)
{
	uint64_t low = g->low ? g->low : JFFS2_MIN_ERASE;
	uint64_t off = g->marks ? g->first_mark - g->origin : 0;
	uint64_t both = gcd(gcd(g->mark, off), g->gap);

	if (is_block(block_of(both), low))
		return (uint32_t)block_of(both);
	if (is_block(block_of(g->mark), JFFS2_MIN_ERASE))
		return (uint32_t)block_of(g->mark);
	return (uint32_t)low;
}

bool jffs2_endian(struct view v, enum endian *e)
{
	struct jwalk w[2] = {
		{ .v = v, .endian = LITTLE }, { .v = v, .endian = BIG },
	};
	unsigned votes[2] = { 0 };

	/* Step the one that lags behind, so that no byte is seen too often. */
	while (votes[0] < VOTES && votes[1] < VOTES) {
		int i = w[1].pos < w[0].pos;

		w[i].most_dirt = 4096;
		if (jwalk_next(&w[i]))
			votes[i]++;
		else if (!view_has(v, w[i].pos, JFFS2_HEADER_SIZE) || w[i].marked)
			w[i].pos = UINT64_MAX;
		if (w[0].pos == UINT64_MAX && w[1].pos == UINT64_MAX)
			break;
	}
	*e = votes[1] > votes[0] ? BIG : LITTLE;
	return votes[0] || votes[1];
}

static bool carries(const struct jrec *r)
{
	return r->type == JFFS2_INODE || r->type == JFFS2_DIRENT ||
	       r->type == JFFS2_XATTR || r->type == JFFS2_XREF;
}

static void add_rec(struct jlog *l, const struct jwalk *w)
{
	struct jrec *r;

	l->rec = xgrow(l->rec, &l->cap, l->n + 1, sizeof(*l->rec));
	r = &l->rec[l->n++];
	jrec_check(w, r);
	l->end = w->at + w->head.totlen;
	if (!carries(r))
		return;
	l->good += r->state == J_GOOD;
	l->obsolete += r->state == J_OBSOLETE;
	l->bad += r->state != J_GOOD && r->state != J_OBSOLETE;
}

/*
 * Before all nodes were seen the size of the blocks is not known. Where it
 * makes a difference (a node after erased bytes or dirt within a block) the
 * nodes are gone through again.
 */
static bool walk(struct jlog *l, uint32_t erase)
{
	struct jwalk w = { .v = l->v, .endian = l->endian, .erase = erase };
	struct jgeom g = { 0 };
	bool odd = false;

	while (jwalk_next(&w)) {
		add_rec(l, &w);
		if (erase)
			continue;
		jgeom_node(&g, &w);
		odd |= w.dirt || (w.erased && w.at % JFFS2_MIN_ERASE);
	}
	l->marked = w.marked;
	if (erase)
		return true;
	l->erase = jgeom_erase(&g);
	return !odd && g.gap % l->erase == 0 && g.low <= l->erase;
}

int jlog_scan(struct jlog *l, struct view v, struct err *e)
{
	*l = (struct jlog){ .v = v };
	if (v.len > UINT32_MAX)
		return fail(e, ERR_LIMIT, "a jffs2 has less than 4 GiB; give its range");
	if (!jffs2_endian(v, &l->endian))
		return fail_at(e, v.at, "no jffs2 node; see fwtool scan");
	if (!walk(l, 0)) {
		l->n = l->good = l->bad = l->obsolete = 0;
		l->end = 0;
		walk(l, l->erase);
	}
	return 0;
}

void jlog_free(struct jlog *l)
{
	free(l->rec);
	*l = (struct jlog){ 0 };
}

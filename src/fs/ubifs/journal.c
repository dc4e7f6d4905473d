/*
 * journal.c - what was written to UBIFS since its index was
 *
 * The log begins where the master says and goes round. It refers to erase
 * blocks ("buds"), from some offset on. A write that the power cut short
 * ends a bud; the group of nodes that it belongs to does not count.
 */
#include "fs/ubifs/read.h"

#include <stdlib.h>

#include "core/mem.h"

enum { MOST_BUDS = 1 << 16 };

struct bud { uint32_t lnum, offs; };

struct log {
	struct ubifs_reader *r;
	uint64_t start;			/* sqnum of the commit's start */
	struct bud *v;
	size_t n, cap;
};

static bool is_known(const struct log *l, uint32_t lnum)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->v[i].lnum == lnum)
			return true;
	return false;
}

static void take_ref(struct log *l, const struct ubifs_node *n)
{
	struct ubifs_reader *r = l->r;
	uint32_t lnum = peek32(r->v, n->at + UBIFS_HEAD, LITTLE);
	uint32_t offs = peek32(r->v, n->at + UBIFS_HEAD + 4, LITTLE);

	if (n->len < UBIFS_REF_SIZE || lnum < ubifs_main(&r->s) ||
	    lnum >= r->s.leb_cnt || offs > r->s.leb_size || offs % 8) {
		ubifs_fault(r, n->at, 0, "ubifs.log",
			    "log of ubifs refers to a place outside of the files");
		return;
	}
	if (is_known(l, lnum) || l->n == MOST_BUDS)
		return;
	l->v = xgrow(l->v, &l->cap, l->n + 1, sizeof(*l->v));
	l->v[l->n++] = (struct bud){ lnum, offs };
}

/* One erase block of the log; false: it, or all behind, is of older times. */
static bool read_block(struct log *l, uint32_t lnum)
{
	struct ubifs_reader *r = l->r;
	uint64_t at = ubifs_place(r, lnum, 0), end = at + r->s.leb_size;
	struct ubifs_node n;
	bool any = false;

	for (; at < end; at += (n.len + 7) & ~7u) {
		if (!ubifs_get(r->v, at, &n))
			break;
		if (n.type == UBIFS_PAD) {
			at += peek32(r->v, at + UBIFS_HEAD, LITTLE) & ~7u;
			continue;
		}
		if (n.type == UBIFS_CS && !l->start)
			l->start = n.sqnum;
		if (n.sqnum < l->start || (!l->start && n.type == UBIFS_REF))
			return any;
		any = true;
		if (n.type == UBIFS_REF)
			take_ref(l, &n);
	}
	return any;
}

static void take_node(struct ubifs_reader *r, const struct ubifs_node *n)
{
	if (n->type <= UBIFS_TRUN)
		ubifs_add(r, n);
}

void ubifs_journal(struct ubifs_reader *r)
{
	struct ubifs_scan how = { take_node, r->m.flags & UBIFS_DIRTY };
	struct log l = { .r = r };
	uint32_t first = r->m.log_lnum;

	if (!r->has_master || first < UBIFS_LOG ||
	    first >= UBIFS_LOG + r->s.log_lebs)
		return;
	for (uint32_t i = 0; i < r->s.log_lebs; i++) {
		uint32_t lnum = UBIFS_LOG + (first - UBIFS_LOG + i) % r->s.log_lebs;

		if (!read_block(&l, lnum))
			break;
	}
	for (size_t i = 0; i < l.n; i++)
		ubifs_scan(r, l.v[i].lnum, l.v[i].offs, &how);
	free(l.v);
}

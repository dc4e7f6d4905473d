/*
 * wlpt.c - the tree of erase block properties of a new UBIFS
 *
 *	pnode = crc:16 type:4 [number] { free/8 dirty/8 index:1 } x 4
 *	nnode = crc:16 type:4 [number] { block - first  offset } x 4
 *	ltab  = crc:16 type:4 { free dirty } for each block of this area
 *	lsave = crc:16 type:4 { block } x 256
 *
 * Bit fields, from the low end of each byte on. Leaves first, then level by
 * level up to the root.
 */
#include "fs/ubifs/emit.h"

#include <stdlib.h>

#include "core/hash.h"
#include "core/mem.h"

enum { PNODE, NNODE, LTAB, LSAVE, TYPE_BITS = 4, CRC_BYTES = 2 };

/* Bits being put one behind the other. */
struct bits { struct buf b; uint64_t held; unsigned n; };

struct lpt {
	struct ubifs_emit *m;
	const struct ubifs_plan *p;
	struct buf leb;			/* the block being filled */
	uint32_t lnum;
	struct ubifs_space *ltab;
	/* Where the nodes of the level below lie, one after the other. */
	uint32_t below_lnum, below_offs, below_size;
	uint64_t below;
};

static void put_bits(struct bits *k, uint64_t x, unsigned n)
{
	k->held |= x << k->n;
	for (k->n += n; k->n >= 8; k->n -= 8, k->held >>= 8)
		put8(&k->b, (uint8_t)k->held);
}

static void begin(struct lpt *l, struct bits *k, unsigned type, uint64_t number)
{
	*k = (struct bits){ 0 };
	put_fill(&k->b, 0, CRC_BYTES);
	put_bits(k, type, TYPE_BITS);
	if (l->p->big && type <= NNODE)
		put_bits(k, number, l->p->pcnt_bits);
}

static void end_block(struct lpt *l)
{
	uint32_t len = (uint32_t)l->leb.len;
	uint32_t whole = (uint32_t)ubifs_align(len, l->p->min_io);

	l->ltab[l->lnum - l->p->lpt_first] = (struct ubifs_space){
		l->p->leb - whole, whole - len, false
	};
}

static void write_block(struct lpt *l)
{
	ubifs_set_block(l->m, l->lnum, buf_view(&l->leb));
	l->lnum++;
	buf_clear(&l->leb);
}

/* Go to the next block where there is no room for a node of this size. */
static void make_room(struct lpt *l, uint32_t size)
{
	if (l->leb.len + size <= l->p->leb)
		return;
	end_block(l);
	write_block(l);
}

static void end(struct lpt *l, struct bits *k, uint32_t size)
{
	uint16_t crc;

	if (k->n)
		put8(&k->b, (uint8_t)k->held);
	put_fill(&k->b, 0, size - k->b.len);
	crc = crc16_of(0xffff, view_from(buf_view(&k->b), CRC_BYTES));
	k->b.p[0] = (uint8_t)crc;
	k->b.p[1] = (uint8_t)(crc >> 8);
	put_view(&l->leb, buf_view(&k->b));
	buf_free(&k->b);
}

static void put_pnode(struct lpt *l, uint64_t i)
{
	struct bits k;

	make_room(l, l->p->pnode);
	begin(l, &k, PNODE, i);
	for (uint64_t at = i * UBIFS_LPT_FAN; at < (i + 1) * UBIFS_LPT_FAN; at++) {
		struct ubifs_space s = { l->p->leb, 0, false };

		if (at < l->m->spaces)
			s = l->m->space[at];
		put_bits(&k, s.free / 8, l->p->space_bits);
		put_bits(&k, s.dirty / 8, l->p->space_bits);
		put_bits(&k, s.index, 1);
	}
	end(l, &k, l->p->pnode);
}

/* The way down from the root to it: two bits a level behind a one. */
static uint64_t number_of(unsigned row, uint64_t column)
{
	uint64_t n = 1;

	for (; row; row--, column /= UBIFS_LPT_FAN)
		n = n * UBIFS_LPT_FAN | column % UBIFS_LPT_FAN;
	return n;
}

static void put_branch(struct lpt *l, struct bits *k)
{
	uint32_t lnum = l->p->lpt_lebs, offs = 0;

	if (l->below) {
		if (l->below_offs + l->below_size > l->p->leb) {
			l->below_lnum++;
			l->below_offs = 0;
		}
		lnum = l->below_lnum - l->p->lpt_first;
		offs = l->below_offs;
		l->below_offs += l->below_size;
		l->below--;
	}
	put_bits(k, lnum, l->p->lnum_bits);
	put_bits(k, offs, l->p->offs_bits);
}

static void put_nnode(struct lpt *l, unsigned row, uint64_t i)
{
	struct bits k;

	make_room(l, l->p->nnode);
	if (!row) {
		l->m->m.lpt_lnum = l->lnum;
		l->m->m.lpt_offs = (uint32_t)l->leb.len;
	}
	begin(l, &k, NNODE, number_of(row, i));
	for (int b = 0; b < UBIFS_LPT_FAN; b++)
		put_branch(l, &k);
	end(l, &k, l->p->nnode);
}

static void put_tree(struct lpt *l)
{
	uint64_t n = (l->m->spaces + UBIFS_LPT_FAN - 1) / UBIFS_LPT_FAN;

	l->below_size = l->p->pnode;
	l->below = n;
	for (uint64_t i = 0; i < n; i++)
		put_pnode(l, i);
	for (unsigned row = l->p->height; row-- > 0;) {
		n = (n + UBIFS_LPT_FAN - 1) / UBIFS_LPT_FAN;
		for (uint64_t i = 0; i < n; i++)
			put_nnode(l, row, i);
		l->below = n;
		l->below_size = l->p->nnode;
	}
}

static void put_lsave(struct lpt *l)
{
	struct bits k;

	make_room(l, l->p->lsave);
	l->m->m.lsave_lnum = l->lnum;
	l->m->m.lsave_offs = (uint32_t)l->leb.len;
	begin(l, &k, LSAVE, 0);
	for (uint32_t i = 0; i < UBIFS_LSAVE; i++)
		put_bits(&k, l->p->main_first + i, l->p->leb_bits);
	end(l, &k, l->p->lsave);
}

/* It tells of its own block, too. */
static void put_ltab(struct lpt *l)
{
	struct bits k;
	size_t at;

	make_room(l, l->p->ltab);
	at = l->leb.len;
	l->m->m.ltab_lnum = l->lnum;
	l->m->m.ltab_offs = (uint32_t)at;
	l->leb.len += l->p->ltab;
	end_block(l);
	l->leb.len = at;
	begin(l, &k, LTAB, 0);
	for (uint32_t i = 0; i < l->p->lpt_lebs; i++) {
		put_bits(&k, l->ltab[i].free, l->p->spc_bits);
		put_bits(&k, l->ltab[i].dirty, l->p->spc_bits);
	}
	end(l, &k, l->p->ltab);
}

void ubifs_write_lpt(struct ubifs_emit *m)
{
	struct lpt l = { .m = m, .p = m->plan, .lnum = m->plan->lpt_first,
			 .below_lnum = m->plan->lpt_first };

	l.ltab = xcalloc(l.p->lpt_lebs, sizeof(*l.ltab));
	for (uint32_t i = 0; i < l.p->lpt_lebs; i++)
		l.ltab[i].free = l.p->leb;
	put_tree(&l);
	if (l.p->big)
		put_lsave(&l);
	put_ltab(&l);
	m->m.nhead_lnum = l.lnum;
	m->m.nhead_offs = (uint32_t)ubifs_align(l.leb.len, l.p->min_io);
	m->m.lscan_lnum = l.p->main_first;
	write_block(&l);
	buf_free(&l.leb);
	free(l.ltab);
}

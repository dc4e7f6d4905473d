/* shape.c - where controllers put data, spare bytes and parity in a raw page */
#include "fixup/nand/shape.h"

#include <string.h>

/*
 * In the order in which they are tried. 512+16 bytes with 6 bytes of parity
 * leave out the two where bad blocks are marked; GPMI (i.MX): 10 bytes of metadata,
 * then steps without a gap between any two bits; QPIC: 516 bytes of data
 * under each code word, 500 and 16 spare ones under the last, a byte for the
 * marker cut into each; MediaTek: 8 bytes (FDM) behind a sector's data, one
 * or all of them under its code, and in most the first of them has the byte of
 * data from the marker's place; Allwinner, Rockchip and QNX 4 such bytes,
 * Amlogic 2, LPC32xx 6; Marvell 32 behind 2048, or so many behind the last
 * data (those in a code word of their own are no data of anybody's); Denali and Cadence leave out the marker's bytes.
 */
#define SHAPE(n, k, c) .name = n, .kind = SHAPE_##k, .codes = c
const struct shape shapes[] = {
	{ SHAPE("kernel", SPARE, BY_HAMMING | BY_BCH | BY_RS) },
	{ SHAPE("kernel-16", SPLIT, BY_HAMMING) },
	{ SHAPE("broadcom", SHARE, BY_BCH) },
	{ SHAPE("gpmi", MIXED, BY_BCH), .lead = 10, .swaps = true },
	{ SHAPE("interleaved", MIXED, BY_HAMMING | BY_BCH | BY_RS) },
	{ SHAPE("mediatek", MIXED, BY_BCH), .extra = 8, .may_swap = true },
	{ SHAPE("mediatek-1", MIXED, BY_BCH), .extra = 1, .may_swap = true },
	{ SHAPE("allwinner", MIXED, BY_BCH), .extra = 4 },
	{ SHAPE("qcom", QCOM, BY_BCH), .step = 512 },
	{ SHAPE("denali-2", MIXED, BY_BCH), .hole = 2 },
	{ SHAPE("denali-8", MIXED, BY_BCH), .hole = 8 },
	{ SHAPE("spare-4", SPARE, BY_BCH), .extra = 4 },
	{ SHAPE("spare-8", SPARE, BY_BCH), .extra = 8 },
	{ SHAPE("spare-16", SPARE, BY_BCH), .extra = 16 },
	{ SHAPE("marvell", SPARE, BY_BCH), .extra = 32, .step = 2048 },
	{ SHAPE("marvell-32", MIXED, BY_BCH), .tail = 32, .step = 1024 },
	{ SHAPE("marvell-64", MIXED, BY_BCH), .tail = 64, .step = 1024 },
	{ SHAPE("marvell-512", MIXED, BY_BCH), .step = 512, .m = 15 },
	{ SHAPE("mixed-2", MIXED, BY_BCH), .extra = 2 },
	{ SHAPE("mixed-6", MIXED, BY_BCH | BY_RS), .extra = 6 },
	{ SHAPE("mixed-12", MIXED, BY_BCH), .extra = 12 },
	{ SHAPE("mixed-16", MIXED, BY_BCH), .extra = 16 },
	{ SHAPE("mixed-32", MIXED, BY_BCH), .extra = 32 },
	{ SHAPE("spare-4", SPARE, BY_BCH), .extra = 4, .step = 1024, .randomized = true },
	{ SHAPE("allwinner", MIXED, BY_BCH), .extra = 4, .step = 1024, .randomized = true },
	{ .name = NULL },
};

enum { QCOM_DATA = 516 };

static void add(struct nand_step *s, uint32_t bit, uint32_t n, bool spare)
{
	if (n)
		s->piece[s->pieces++] = (struct nand_piece){ bit, n, spare };
}

/* Bytes before the marker in each code word, as the last one's lie. */
static uint32_t qcom_before(const struct shape_try *t)
{
	uint32_t words = t->page / 512, raw = (t->page + t->spare) / words;

	return t->page - raw * (words - 1);
}

static void qcom_word(const struct shape_try *t, unsigned i, uint32_t at,
		      struct nand_step *s)
{
	uint32_t words = t->page / 512, before = qcom_before(t);
	uint32_t after = QCOM_DATA - before, free = 0;

	if (i == words - 1)
		free = QCOM_DATA * words - t->page;
	add(s, at, before * 8, false);
	add(s, at + (before + 1) * 8, (after - free) * 8, false);
	add(s, at + (before + 1 + after - free) * 8, free * 8, true);
	s->ecc[0].bit = at + (QCOM_DATA + 1) * 8;
}

/* What is in the code words of shapes whose parity follows the data. */
static void mixed_word(const struct shape_try *t, unsigned i, uint32_t at,
		       struct nand_step *s)
{
	const struct shape *h = t->shape;
	uint32_t data = t->step * 8, extra = h->extra * 8;

	if (i == t->page / t->step - 1)
		extra += h->tail * 8;
	add(s, at, data, false);
	add(s, at + data, extra, true);
	s->ecc[0].bit = at + data + extra + t->ecc - (h->lead + t->step + h->extra) * 8;
}

void shape_word(const struct shape_try *t, unsigned i, uint32_t at,
		struct nand_step *s)
{
	const struct shape *h = t->shape;
	uint32_t share = t->spare * 8 / (t->page / t->step);

	*s = (struct nand_step){ 0 };
	s->ecc[0].n = t->ecc_bits;
	if (h->kind == SHAPE_QCOM) {
		qcom_word(t, i, at, s);
		return;
	}
	if (i == 0 && h->lead)
		add(s, at - h->lead * 8, h->lead * 8, true);
	if (h->kind == SHAPE_MIXED) {
		mixed_word(t, i, at, s);
		return;
	}
	add(s, at, t->step * 8, false);
	s->ecc[0].bit = t->ecc + i * t->stride;
	if (h->kind == SHAPE_SHARE) {
		uint32_t from = t->page * 8 + i * share;

		add(s, from, share - t->ecc_bits, true);
		s->ecc[0].bit = from + share - t->ecc_bits;
	} else {
		add(s, t->page * 8 + i * t->extra_stride, h->extra * 8, true);
	}
}

/* Whatever lies at or behind the bit `at` moves on by n, cut in two if need be. */
static void make_hole(struct nand_step *s, uint32_t at, uint32_t n)
{
	for (unsigned k = 0; k < s->pieces; k++) {
		struct nand_piece *p = &s->piece[k];
		uint32_t before = at > p->bit ? at - p->bit : 0;

		if (before >= p->n)
			continue;
		if (before && s->pieces < NAND_MOST_PIECES) {
			memmove(p + 2, p + 1, (s->pieces++ - k - 1) * sizeof(*p));
			p[1] = (struct nand_piece){ at, p->n - before, p->spare };
			p->n = before;
			continue;
		}
		p->bit += n;
	}
	if (s->ecc[0].bit >= at) {
		s->ecc[0].bit += n;
	} else if (at - s->ecc[0].bit < s->ecc[0].n) {
		s->ecc[1] = (struct nand_run){ at + n,
			s->ecc[0].n - (at - s->ecc[0].bit) };
		s->ecc[0].n -= s->ecc[1].n;
	}
}

static bool fits(const struct shape_try *t, const struct nand_step *s)
{
	uint32_t end = (t->page + t->spare) * 8;

	for (unsigned k = 0; k < s->pieces; k++)
		if (s->piece[k].bit > end || s->piece[k].n > end - s->piece[k].bit)
			return false;
	return s->ecc[0].bit <= end && s->ecc[0].n <= end - s->ecc[0].bit &&
	       s->ecc[1].bit <= end && s->ecc[1].n <= end - s->ecc[1].bit;
}

bool shape_fill(const struct shape_try *t, struct nand_chip *c)
{
	const struct shape *h = t->shape;
	uint32_t at = h->lead * 8, words = t->page / t->step;
	bool alternates = h->kind == SHAPE_MIXED || h->kind == SHAPE_QCOM;

	c->steps = words;
	if (words > NAND_MOST_STEPS)
		return false;
	for (unsigned i = 0; i < words; i++) {
		struct nand_step *s = &c->step[i];

		shape_word(t, i, at, s);
		if (h->kind == SHAPE_SPLIT && i) {
			s->ecc[0] = (struct nand_run){ t->ecc + 24, 8 };
			s->ecc[1] = (struct nand_run){ t->ecc + 48, 16 };
		}
		if (h->hole)
			make_hole(s, t->page * 8, h->hole * 8);
		if (!fits(t, s))
			return false;
		at += alternates ? t->stride : t->step * 8;
	}
	c->swaps = h->swaps;
	strcpy(c->layout, h->name);
	return true;
}

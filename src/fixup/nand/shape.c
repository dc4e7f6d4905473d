/* shape.c - where controllers put data, spare bytes and parity in a raw page */
#include "fixup/nand/shape.h"

#include <string.h>

/*
 * In the order in which they are tried. 512+16 bytes with 6 bytes of parity
 * leave out the two where bad blocks are marked; GPMI (i.MX): 10 bytes of metadata,
 * then steps without a gap between any two bits; QPIC: 516 bytes of data
 * under each code word, 500 and 16 spare ones under the last, a byte for the
 * marker cut into each; MediaTek: 8 bytes (FDM) behind a sector's data, one
 * or all of them under its code; Allwinner and Rockchip 4 such bytes; Marvell
 * 32 behind 2048.
 */
const struct shape shapes[] = {
	{ "kernel", SHAPE_SPARE, 0, 0, false, false },
	{ "kernel-16", SHAPE_SPLIT, 0, 0, false, false },
	{ "broadcom", SHAPE_SHARE, 0, 0, false, true },
	{ "gpmi", SHAPE_MIXED, 10, 0, true, true },
	{ "interleaved", SHAPE_MIXED, 0, 0, false, false },
	{ "mediatek", SHAPE_MIXED, 0, 8, false, true },
	{ "mediatek-1", SHAPE_MIXED, 0, 1, false, true },
	{ "allwinner", SHAPE_MIXED, 0, 4, false, true },
	{ "qcom", SHAPE_QCOM, 0, 0, false, true },
	{ "spare-4", SHAPE_SPARE, 0, 4, false, true },
	{ "spare-8", SHAPE_SPARE, 0, 8, false, true },
	{ "spare-16", SHAPE_SPARE, 0, 16, false, true },
	{ "marvell", SHAPE_SPARE, 0, 32, false, true },
	{ "mixed-2", SHAPE_MIXED, 0, 2, false, true },
	{ "mixed-6", SHAPE_MIXED, 0, 6, false, true },
	{ "mixed-12", SHAPE_MIXED, 0, 12, false, true },
	{ "mixed-16", SHAPE_MIXED, 0, 16, false, true },
	{ "mixed-32", SHAPE_MIXED, 0, 32, false, true },
	{ NULL, SHAPE_SPARE, 0, 0, false, false },
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
	add(s, at, t->step * 8, false);
	if (h->kind == SHAPE_SHARE) {
		uint32_t from = t->page * 8 + i * share;

		add(s, from, share - t->ecc_bits, true);
		s->ecc[0].bit = from + share - t->ecc_bits;
	} else if (h->kind == SHAPE_MIXED) {
		add(s, at + t->step * 8, h->extra * 8, true);
	} else {
		add(s, t->page * 8 + i * share, h->extra * 8, true);
	}
}

static bool fits(const struct shape_try *t, uint32_t end)
{
	return end <= (t->page + t->spare) * 8;
}

bool shape_fill(const struct shape_try *t, uint32_t ecc, uint32_t stride,
		struct nand_chip *c)
{
	const struct shape *h = t->shape;
	uint32_t at = h->lead * 8, words = t->page / t->step;

	c->steps = words;
	if (words > NAND_MOST_STEPS)
		return false;
	for (unsigned i = 0; i < words; i++) {
		struct nand_step *s = &c->step[i];

		shape_word(t, i, at, s);
		if (h->kind == SHAPE_SPARE || h->kind == SHAPE_MIXED ||
		    h->kind == SHAPE_SPLIT)
			s->ecc[0].bit = ecc + i * stride;
		if (h->kind == SHAPE_SPLIT && i) {
			s->ecc[0] = (struct nand_run){ ecc + 24, 8 };
			s->ecc[1] = (struct nand_run){ ecc + 48, 16 };
		}
		if (!fits(t, s->ecc[0].bit + t->ecc_bits) || !fits(t, at + t->step * 8))
			return false;
		if (h->kind == SHAPE_MIXED || h->kind == SHAPE_QCOM)
			at += stride;
		else
			at += t->step * 8;
	}
	c->swaps = h->swaps;
	strcpy(c->layout, h->name);
	return true;
}

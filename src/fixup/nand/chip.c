/* chip.c - how a raw NAND page holds data, spare bytes and their code */
#include "fixup/nand/scramble.h"

#include <stdlib.h>
#include <string.h>

void nand_plain(struct nand_chip *c, uint32_t page, uint32_t spare)
{
	*c = (struct nand_chip){ .page = page, .spare = spare, .steps = 1,
				 .layout = "plain" };
	c->step[0].pieces = 1;
	c->step[0].piece[0] = (struct nand_piece){ 0, page * 8, false };
	c->marker = page <= 512 ? page + 5 : page;
	c->block = page <= 512 ? 32 : page < 8192 ? 64 : 128;
}

static int by_bit(const void *a, const void *b)
{
	const struct nand_run *x = a, *y = b;

	return x->bit < y->bit ? -1 : x->bit > y->bit;
}

/* The pieces of data in order, as gaps for now. Returns how many bits. */
static uint64_t list_data(struct nand_chip *c)
{
	uint64_t bits = 0;

	c->gaps = 0;
	for (unsigned i = 0; i < c->steps; i++)
		for (unsigned k = 0; k < c->step[i].pieces; k++) {
			const struct nand_piece *p = &c->step[i].piece[k];

			if (p->spare || c->gaps >= NAND_MOST_STEPS * 3)
				continue;
			c->gap[c->gaps++] = (struct nand_run){ p->bit, p->n };
			bits += p->n;
		}
	qsort(c->gap, c->gaps, sizeof(*c->gap), by_bit);
	return bits;
}

/* What is between the pieces of data. */
static int list_gaps(struct nand_chip *c, struct err *e)
{
	uint32_t at = 0, n, end = nand_raw(c) * 8;
	uint64_t bits = list_data(c);
	struct nand_run data[NAND_MOST_STEPS * 3];

	n = c->gaps;
	memcpy(data, c->gap, n * sizeof(*data));
	if (bits != (uint64_t)c->page * 8)
		return fail(e, ERR_FORMAT, "a layout of %llu bytes of data in pages of "
			    "%u", (unsigned long long)bits / 8, c->page);
	c->gaps = 0;
	for (uint32_t i = 0; i < n && !c->swaps; i++)
		c->no_marker |= data[i].bit <= c->marker * 8 &&
				c->marker * 8 < data[i].bit + data[i].n;
	for (uint32_t i = 0; i < n; i++) {
		if (data[i].bit < at || data[i].bit > end || data[i].n > end - data[i].bit)
			return fail(e, ERR_FORMAT, "a layout with pieces that overlap or "
				    "leave the page");
		if (data[i].bit > at)
			c->gap[c->gaps++] = (struct nand_run){ at, data[i].bit - at };
		at = data[i].bit + data[i].n;
	}
	if (at < end)
		c->gap[c->gaps++] = (struct nand_run){ at, end - at };
	return 0;
}

static bool is_inside(const struct nand_chip *c, uint32_t bit, uint32_t n)
{
	uint32_t end = nand_raw(c) * 8;

	return bit <= end && n <= end - bit;
}

static int check_step(struct nand_chip *c, const struct nand_step *s, struct err *e)
{
	uint32_t n = 0;

	for (unsigned k = 0; k < s->pieces; k++) {
		if (!is_inside(c, s->piece[k].bit, s->piece[k].n))
			return fail(e, ERR_FORMAT, "a layout with pieces outside the page");
		n += s->piece[k].n;
	}
	if (c->code.kind == NAND_NO_CODE)
		return 0;
	if (n > NAND_MOST_WORD * 8 ||
	    (c->code.kind == NAND_BCH && n + 8 + c->ecc_bits > c->field.n) ||
	    (c->code.kind == NAND_RS && !rs_holds(&c->rs, (n + 7) / 8)) ||
	    (c->code.kind == NAND_HAMMING && n != 256 * 8 && n != 512 * 8))
		return fail(e, ERR_FORMAT, "a layout whose code words are too long");
	if (!is_inside(c, s->ecc[0].bit, s->ecc[0].n) ||
	    !is_inside(c, s->ecc[1].bit, s->ecc[1].n) ||
	    s->ecc[0].n + s->ecc[1].n != c->ecc_bits)
		return fail(e, ERR_FORMAT, "a layout with parity outside the page");
	return 0;
}

static int ready_code(struct nand_chip *c, struct err *e)
{
	struct nand_code *code = &c->code;

	if (code->kind == NAND_HAMMING)
		c->ecc_bits = 24;
	if (code->kind == NAND_HAMMING)
		code->t = 1;
	if (code->kind != NAND_BCH)
		return 0;
	if (code->m < BCH_LEAST_M || code->m > BCH_MOST_M || !code->t ||
	    code->t > BCH_MOST_T || code->poly >> code->m != 1)
		return fail(e, ERR_FORMAT, "a code of %u bits over GF(2^%u)", code->t,
			    code->m);
	field_init(&c->field, code->m, code->poly);
	bch_start(&c->bch, &c->field, code->reversed);
	while (c->bch.t < code->t)
		bch_more(&c->bch);
	bch_ready(&c->bch);
	c->ecc_bits = c->bch.bits;
	return 0;
}

static int ready_rs(struct nand_chip *c, struct err *e)
{
	const struct nand_code *code = &c->code;

	if (code->m < RS_LEAST_M || code->m > RS_MOST_M || !code->t ||
	    code->t > RS_MOST_T || code->poly >> code->m != 1 || code->first > 1 ||
	    (code->wide != 8 && code->wide != code->m) || !code->reversed)
		return fail(e, ERR_FORMAT, "a Reed-Solomon code of %u symbols over "
			    "GF(2^%u)", code->t, code->m);
	field_init(&c->field, code->m, code->poly);
	c->rs = (struct rs){ .f = &c->field, .t = code->t, .wide = code->wide,
			     .first = code->first, .backward = code->backward };
	rs_ready(&c->rs);
	c->ecc_bits = rs_bits(&c->rs);
	return 0;
}

int nand_ready(struct nand_chip *c, struct err *e)
{
	c->field = (struct field){ 0 };
	c->bch = (struct bch){ 0 };
	c->rs = (struct rs){ 0 };
	c->ecc_bits = 0;
	c->low_first = c->code.reversed;
	if (c->page < NAND_LEAST_PAGE || c->page > NAND_MOST_PAGE ||
	    c->spare < NAND_LEAST_SPARE || c->spare > NAND_MOST_SPARE ||
	    !c->block || c->block > 4096 || c->steps > NAND_MOST_STEPS ||
	    c->marker >= nand_raw(c) || c->swap_at >= nand_raw(c))
		return fail(e, ERR_FORMAT, "pages of %u+%u bytes", c->page, c->spare);
	for (unsigned i = 0; i < c->steps; i++)
		if (c->step[i].pieces > NAND_MOST_PIECES)
			return fail(e, ERR_FORMAT, "a layout with too many pieces");
	if ((c->code.kind == NAND_RS ? ready_rs : ready_code)(c, e) < 0 ||
	    list_gaps(c, e) < 0)
		return -1;
	for (unsigned i = 0; i < c->steps; i++)
		if (check_step(c, &c->step[i], e) < 0)
			return -1;
	return c->seeds && !scramble_fits(c)
	       ? fail(e, ERR_FORMAT, "a layout that no randomizer has") : 0;
}

void nand_release(struct nand_chip *c)
{
	bch_free(&c->bch);
	field_free(&c->field);
}

static unsigned data_of(const struct nand_step *s)
{
	unsigned n = 0;

	for (unsigned k = 0; k < s->pieces; k++)
		n += s->piece[k].spare ? 0 : s->piece[k].n;
	return n / 8;
}

void nand_describe(const struct nand_chip *c, struct buf *out)
{
	const struct nand_code *code = &c->code;

	put_text(out, "pages of %u+%u bytes, ", c->page, c->spare);
	if (code->kind == NAND_NO_CODE)
		put_text(out, "no code known");
	else if (code->kind == NAND_HAMMING)
		put_text(out, "Hamming code of %u bytes (%s order)",
			 data_of(&c->step[0]), hamming_words[code->order]);
	else
		put_text(out, "%s code of %u %s in %u bytes",
			 code->kind == NAND_RS ? "Reed-Solomon" : "BCH", code->t,
			 code->kind == NAND_RS ? "symbols" : "bits",
			 data_of(&c->step[0]));
	put_text(out, ", %s layout%s%s", c->layout, c->seeds ? ", randomized" : "",
		 c->swap_at ? ", a byte changed with the marker" : "");
}

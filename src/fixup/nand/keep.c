/* keep.c - what the data of a raw image do not say, as one block of bytes */
#include "fixup/nand/keep.h"

#include <string.h>

#include "fixup/nand/bad.h"

static const char first_line[] = "fwtool nand/2\n";

static void put_step(struct buf *b, const struct nand_step *s)
{
	put32(b, s->pieces);
	for (unsigned k = 0; k < s->pieces; k++) {
		put32(b, s->piece[k].bit);
		put32(b, s->piece[k].n);
		put32(b, s->piece[k].spare);
	}
	for (unsigned k = 0; k < 2; k++) {
		put32(b, s->ecc[k].bit);
		put32(b, s->ecc[k].n);
	}
}

void keep_put_chip(struct buf *b, const struct nand_chip *c, uint64_t pages,
		   bool beside)
{
	const uint32_t words[] = { c->page, c->spare, c->block, c->marker,
		c->swaps ? 1 + c->swap_at : 0,
		c->code.kind, c->code.order, c->code.m, c->code.t, c->code.poly,
		c->code.reversed, c->code.wide, c->code.first, c->code.backward,
		c->seeds };

	b->endian = LITTLE;
	put(b, first_line, sizeof(first_line) - 1);
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		put32(b, words[i]);
	put(b, c->code.mask, sizeof(c->code.mask));
	put(b, c->layout, sizeof(c->layout));
	put32(b, c->steps);
	for (unsigned i = 0; i < c->steps; i++)
		put_step(b, &c->step[i]);
	put32(b, beside);
	put64(b, pages);
}

static void get_step(struct cursor *c, struct nand_step *s)
{
	s->pieces = get32(c);
	for (unsigned k = 0; k < s->pieces && k < NAND_MOST_PIECES; k++) {
		s->piece[k].bit = get32(c);
		s->piece[k].n = get32(c);
		s->piece[k].spare = get32(c) != 0;
	}
	for (unsigned k = 0; k < 2; k++) {
		s->ecc[k].bit = get32(c);
		s->ecc[k].n = get32(c);
	}
}

static void get_text(struct cursor *c, void *room, size_t n)
{
	struct view v = get_view(c, n);

	if (v.len == n)
		memcpy(room, v.p, n);
}

static void get_chip(struct cursor *c, struct nand_chip *chip)
{
	struct nand_code *code = &chip->code;

	chip->page = get32(c);
	chip->spare = get32(c);
	chip->block = get32(c);
	chip->marker = get32(c);
	chip->swap_at = get32(c);
	chip->swaps = chip->swap_at;
	chip->swap_at -= chip->swaps;
	code->kind = get32(c) % NAND_KINDS;
	code->order = get32(c) % HAMMING_ORDERS;
	code->m = get32(c);
	code->t = get32(c);
	code->poly = get32(c);
	code->reversed = get32(c) != 0;
	code->wide = get32(c);
	code->first = get32(c);
	code->backward = get32(c) != 0;
	chip->seeds = get32(c);
	get_text(c, code->mask, sizeof(code->mask));
	get_text(c, chip->layout, sizeof(chip->layout));
	chip->layout[sizeof(chip->layout) - 1] = 0;
	chip->steps = get32(c);
	for (unsigned i = 0; i < chip->steps && i < NAND_MOST_STEPS; i++)
		get_step(c, &chip->step[i]);
}

/* Not its data, which may have been changed. */
static void get_rest(struct cursor *c, struct view keep, uint64_t pages,
		     const struct nand_chip *chip, struct nand_source *from)
{
	from->spare = get_view(c, pages * chip->spare);
	if (pages)
		bad_get(c, chip, &from->bad);
	from->odd = view_from(keep, c->pos);
}

int keep_get(struct view keep, struct nand_chip *chip, struct nand_source *from,
	     bool *beside, struct err *e)
{
	struct cursor c = cursor(keep, LITTLE);
	uint64_t pages;

	*chip = (struct nand_chip){ 0 };
	if (!view_is(keep, 0, first_line, sizeof(first_line) - 1))
		return fail(e, ERR_FORMAT, "the spare bytes that were kept are not ours; "
			    "carve the dump again");
	get_skip(&c, sizeof(first_line) - 1);
	get_chip(&c, chip);
	*beside = get32(&c) != 0;
	pages = get64(&c);
	if (cursor_ok(&c) && chip->spare &&
	    (*beside || pages <= keep.len / chip->spare))
		get_rest(&c, keep, *beside ? 0 : pages, chip, from);
	else
		c.bad = true;
	if (!cursor_ok(&c) || nand_ready(chip, e) < 0) {
		nand_release(chip);
		return fail(e, ERR_FORMAT, "the spare bytes that were kept are damaged; "
			    "carve the dump again");
	}
	return 0;
}

/* page.c - one raw page apart and together again */
#include <string.h>

#include "fixup/nand/bits.h"
#include "fixup/nand/word.h"

static void swap_marker(const struct nand_chip *c, uint8_t *raw)
{
	uint8_t x = raw[c->swap_at];

	if (!c->swaps)
		return;
	raw[c->swap_at] = raw[c->marker];
	raw[c->marker] = x;
}

/* Whether every code word is as it should be; it mostly is. */
static bool is_right(const struct nand_chip *c, const uint8_t *raw)
{
	uint8_t wrong[BCH_MOST_BYTES];
	struct word w;

	for (unsigned i = 0; i < c->steps; i++) {
		word_get(c, &c->step[i], raw, &w);
		if (word_wrong(c, &c->step[i], raw, &w, wrong))
			return false;
	}
	return true;
}

static void take_apart(const struct nand_chip *c, const uint8_t *raw, uint8_t *data)
{
	size_t at = 0;

	for (unsigned i = 0; i < c->steps; i++)
		for (unsigned k = 0; k < c->step[i].pieces; k++) {
			const struct nand_piece *p = &c->step[i].piece[k];

			if (p->spare)
				continue;
			bits_copy(data, at, raw, p->bit, p->n, c->low_first);
			at += p->n;
		}
}

static void get_spare(const struct nand_chip *c, const uint8_t *raw, uint8_t *spare)
{
	size_t at = 0;

	for (unsigned i = 0; i < c->gaps; i++) {
		bits_copy(spare, at, raw, c->gap[i].bit, c->gap[i].n, c->low_first);
		at += c->gap[i].n;
	}
}

/* The marker's byte and the other one are where drivers see them. */
static const uint8_t *unswapped(const struct nand_chip *c, const uint8_t *raw,
				uint8_t *room)
{
	if (!c->swaps)
		return raw;
	if (raw != room)
		memcpy(room, raw, nand_raw(c));
	swap_marker(c, room);
	return room;
}

void page_read(const struct nand_chip *c, const uint8_t *raw, uint8_t *data,
	       uint8_t *spare, struct page_state *s)
{
	uint8_t room[NAND_MOST_RAW];

	*s = (struct page_state){ .hasty = s->hasty };
	if (!bits_zero(raw, nand_raw(c), 0)) {
		memset(data, 0xff, c->page);
		memset(spare, 0xff, c->spare);
		return;
	}
	get_spare(c, unswapped(c, raw, room), spare);
	s->kind = PAGE_GOOD;
	if (c->code.kind != NAND_NO_CODE && !is_right(c, raw)) {
		memcpy(room, raw, nand_raw(c));
		word_fix_all(c, room, s);
		raw = room;
	}
	take_apart(c, unswapped(c, raw, room), data);
}

void page_join(const struct nand_chip *c, const uint8_t *data,
	       const uint8_t *spare, uint8_t *raw)
{
	size_t at = 0;

	memset(raw, 0xff, nand_raw(c));
	for (unsigned i = 0; i < c->steps; i++)
		for (unsigned k = 0; k < c->step[i].pieces; k++) {
			const struct nand_piece *p = &c->step[i].piece[k];

			if (p->spare)
				continue;
			bits_copy(raw, p->bit, data, at, p->n, c->low_first);
			at += p->n;
		}
	at = 0;
	for (unsigned i = 0; i < c->gaps; i++) {
		bits_copy(raw, c->gap[i].bit, spare, at, c->gap[i].n, c->low_first);
		at += c->gap[i].n;
	}
	swap_marker(c, raw);
}

bool page_fits(const struct nand_chip *c, const uint8_t *raw)
{
	uint8_t wrong[BCH_MOST_BYTES];
	struct word w;
	unsigned zero;

	for (unsigned i = 0; c->code.kind != NAND_NO_CODE && i < c->steps; i++) {
		word_get(c, &c->step[i], raw, &w);
		if (word_wrong(c, &c->step[i], raw, &w, wrong) &&
		    (!word_is_erased(c, &c->step[i], raw, &w, &zero) || zero))
			return false;
	}
	return true;
}

void page_encode(const struct nand_chip *c, uint8_t *raw, bool erased)
{
	uint8_t ecc[BCH_MOST_BYTES];
	struct word w;

	for (unsigned i = 0; c->code.kind != NAND_NO_CODE && i < c->steps; i++) {
		word_get(c, &c->step[i], raw, &w);
		word_encode(c, &w, ecc);
		if (erased)
			memset(ecc, 0xff, sizeof(ecc));
		word_put_ecc(c, &c->step[i], ecc, raw);
	}
}

bool page_mask(const struct nand_chip *c, const uint8_t *raw, unsigned i,
	       uint8_t mask[BCH_MOST_BYTES])
{
	struct word w;
	unsigned zero;

	word_get(c, &c->step[i], raw, &w);
	memset(mask, 0, BCH_MOST_BYTES);
	if (word_is_erased(c, &c->step[i], raw, &w, &zero))
		return false;
	word_wrong(c, &c->step[i], raw, &w, mask);
	return true;
}

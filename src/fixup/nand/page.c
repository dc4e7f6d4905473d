/* page.c - one raw page apart and together again */
#include <string.h>

#include "fixup/nand/bits.h"
#include "fixup/nand/chip.h"

static size_t ecc_bytes(const struct nand_chip *c)
{
	return (c->ecc_bits + 7) / 8;
}

static void swap_marker(const struct nand_chip *c, uint8_t *raw)
{
	uint8_t x = raw[0];

	if (!c->swaps)
		return;
	raw[0] = raw[c->marker];
	raw[c->marker] = x;
}

/* The bytes of a code word; before its first bit `pad` zeros fill up a byte. */
struct word {
	const uint8_t *p;
	size_t n;
	unsigned pad;
	uint8_t room[NAND_MOST_WORD + 8];
};

/* Straight from the page where it lies in one piece. */
static void get_word(const struct nand_chip *c, const struct nand_step *s,
		     const uint8_t *raw, struct word *w)
{
	size_t bits = 0, at;

	w->pad = 0;
	if (s->pieces == 1 && s->piece[0].bit % 8 == 0) {
		w->n = s->piece[0].n / 8;
		w->p = raw + s->piece[0].bit / 8;
		return;
	}
	for (unsigned k = 0; k < s->pieces; k++)
		bits += s->piece[k].n;
	w->pad = (unsigned)(-bits % 8);
	w->n = (bits + w->pad) / 8;
	w->p = w->room;
	w->room[0] = 0;
	at = w->pad;
	for (unsigned k = 0; k < s->pieces; k++) {
		bits_copy(w->room, at, raw, s->piece[k].bit, s->piece[k].n,
			  c->low_first);
		at += s->piece[k].n;
	}
}

static void get_ecc(const struct nand_chip *c, const struct nand_step *s,
		    const uint8_t *raw, uint8_t *ecc)
{
	bits_copy(ecc, 0, raw, s->ecc[0].bit, s->ecc[0].n, c->low_first);
	bits_copy(ecc, s->ecc[0].n, raw, s->ecc[1].bit, s->ecc[1].n, c->low_first);
}

static void put_ecc(const struct nand_chip *c, const struct nand_step *s,
		    const uint8_t *ecc, uint8_t *raw)
{
	bits_copy(raw, s->ecc[0].bit, ecc, 0, s->ecc[0].n, c->low_first);
	bits_copy(raw, s->ecc[1].bit, ecc, s->ecc[0].n, s->ecc[1].n, c->low_first);
}

/* As it should be on flash. */
static void make_ecc(const struct nand_chip *c, const struct word *w, uint8_t *ecc)
{
	if (c->code.kind == NAND_HAMMING)
		hamming_encode(c->code.order, w->p, w->n, ecc);
	else
		bch_encode(&c->bch, w->p, w->n, ecc);
	for (size_t i = 0; i < ecc_bytes(c); i++)
		ecc[i] ^= c->code.mask[i];
}

/* The difference of parity as it is and as it should be; false: none. */
static bool get_wrong(const struct nand_chip *c, const struct nand_step *s,
		      const uint8_t *raw, const struct word *w, uint8_t *wrong)
{
	uint8_t stored[BCH_MOST_BYTES], any = 0;
	size_t bytes = ecc_bytes(c), over = bytes * 8 - c->ecc_bits;

	make_ecc(c, w, wrong);
	stored[bytes - 1] = 0;
	get_ecc(c, s, raw, stored);
	if (over) {
		uint8_t keep = (uint8_t)(c->low_first ? 0xff >> over : 0xff << over);

		wrong[bytes - 1] &= keep;
		stored[bytes - 1] &= keep;
	}
	for (size_t i = 0; i < bytes; i++)
		any |= wrong[i] ^= stored[i];
	return any;
}

/* Zero bits in a code word and its parity: few are flips of erased flash. */
static bool is_erased(const struct nand_chip *c, const struct nand_step *s,
		      const uint8_t *raw, const struct word *w, unsigned *zero)
{
	uint8_t ecc[BCH_MOST_BYTES];
	size_t most = c->code.t, count = bits_zero(w->p, w->n, most + 8) - w->pad;

	memset(ecc, 0xff, sizeof(ecc));
	if (count <= most)
		get_ecc(c, s, raw, ecc);
	count += bits_zero(ecc, ecc_bytes(c), most);
	*zero = (unsigned)count;
	return count <= most;
}

/* Flip bit `at` of the code word where it lies in the raw page. */
static void flip(const struct nand_chip *c, const struct nand_step *s, uint8_t *raw,
		 uint32_t at, struct page_state *p)
{
	for (unsigned k = 0; k < s->pieces; k++) {
		if (at < s->piece[k].n) {
			bit_flip(raw, s->piece[k].bit + at, c->low_first);
			p->data_flips++;
			return;
		}
		at -= s->piece[k].n;
	}
}

static int fix_hamming(const struct nand_chip *c, const struct nand_step *s,
		       const uint8_t *wrong, const struct word *w, uint8_t *raw,
		       struct page_state *p)
{
	uint32_t bit;
	int r = hamming_locate(c->code.order, wrong, w->n, &bit);

	/* Its bits count from the lowest, ours from where low_first says. */
	if (r == 1 && bit < w->n * 8)
		flip(c, s, raw, c->low_first ? bit : bit ^ 7, p);
	return r;
}

static int fix_bch(const struct nand_chip *c, const struct nand_step *s,
		   const uint8_t *wrong, const struct word *w, uint8_t *raw,
		   struct page_state *p)
{
	uint32_t where[BCH_MOST_T];
	int r = bch_locate(&c->bch, wrong, w->n, where);

	for (int i = 0; i < r; i++)
		if (where[i] < w->pad)
			return -1;
	for (int i = 0; i < r; i++)
		if (where[i] < w->n * 8)
			flip(c, s, raw, where[i] - w->pad, p);
	return r;
}

static void set_erased(const struct nand_chip *c, const struct nand_step *s,
		       uint8_t *raw, struct page_state *p)
{
	for (unsigned k = 0; k < s->pieces; k++)
		for (uint32_t i = 0; i < s->piece[k].n; i++)
			if (!bit_get(raw, s->piece[k].bit + i, c->low_first)) {
				bit_flip(raw, s->piece[k].bit + i, c->low_first);
				p->data_flips++;
			}
}

/* Correct one step in raw. Returns -1 where that is not possible. */
static int fix_step(const struct nand_chip *c, const struct nand_step *s,
		    uint8_t *raw, struct page_state *p)
{
	uint8_t wrong[BCH_MOST_BYTES];
	struct word w;
	unsigned zero;
	int r;

	get_word(c, s, raw, &w);
	if (!get_wrong(c, s, raw, &w, wrong)) {
		p->kind = PAGE_GOOD;
		return 0;
	}
	if (is_erased(c, s, raw, &w, &zero)) {
		set_erased(c, s, raw, p);
		p->flips += zero;
		return 0;
	}
	p->kind = PAGE_GOOD;
	r = c->code.kind == NAND_HAMMING ? fix_hamming(c, s, wrong, &w, raw, p)
					 : fix_bch(c, s, wrong, &w, raw, p);
	p->flips += r > 0 ? (unsigned)r : 0;
	return r;
}

static void fix(const struct nand_chip *c, uint8_t *raw, struct page_state *p)
{
	bool lost = false;

	p->kind = PAGE_ERASED;
	for (unsigned i = 0; i < c->steps && !(lost && p->hasty); i++)
		lost |= fix_step(c, &c->step[i], raw, p) < 0;
	if (lost)
		p->kind = PAGE_LOST;
}

/* Whether every code word is as it should be; it mostly is. */
static bool is_right(const struct nand_chip *c, const uint8_t *raw)
{
	uint8_t wrong[BCH_MOST_BYTES];
	struct word w;

	for (unsigned i = 0; i < c->steps; i++) {
		get_word(c, &c->step[i], raw, &w);
		if (get_wrong(c, &c->step[i], raw, &w, wrong))
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

/* The marker's byte and the first one are where drivers see them. */
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
		fix(c, room, s);
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
		get_word(c, &c->step[i], raw, &w);
		if (get_wrong(c, &c->step[i], raw, &w, wrong) &&
		    (!is_erased(c, &c->step[i], raw, &w, &zero) || zero))
			return false;
	}
	return true;
}

void page_encode(const struct nand_chip *c, uint8_t *raw, bool erased)
{
	uint8_t ecc[BCH_MOST_BYTES];
	struct word w;

	for (unsigned i = 0; c->code.kind != NAND_NO_CODE && i < c->steps; i++) {
		get_word(c, &c->step[i], raw, &w);
		make_ecc(c, &w, ecc);
		if (erased)
			memset(ecc, 0xff, sizeof(ecc));
		put_ecc(c, &c->step[i], ecc, raw);
	}
}

unsigned page_checks(const struct nand_chip *c, const uint8_t *raw, unsigned *used)
{
	uint8_t wrong[BCH_MOST_BYTES];
	unsigned right = 0, zero;
	struct word w;

	for (unsigned i = 0; c->code.kind != NAND_NO_CODE && i < c->steps; i++) {
		get_word(c, &c->step[i], raw, &w);
		if (is_erased(c, &c->step[i], raw, &w, &zero))
			continue;
		++*used;
		right += !get_wrong(c, &c->step[i], raw, &w, wrong);
	}
	return right;
}

void page_mask(const struct nand_chip *c, const uint8_t *raw, unsigned i,
	       uint8_t mask[BCH_MOST_BYTES])
{
	struct word w;

	get_word(c, &c->step[i], raw, &w);
	memset(mask, 0, BCH_MOST_BYTES);
	get_wrong(c, &c->step[i], raw, &w, mask);
}

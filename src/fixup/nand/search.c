/* search.c - where the parity of a difference of two pages is */
#include "fixup/nand/search.h"

#include <string.h>

#include "fixup/nand/bits.h"

enum { LEAST_SURE = 48 };

/*
 * What is left of a word by the strongest code of the field: by a weaker one,
 * whose generator divides its, the same is left of this as of the word.
 */
static struct view rest_of(struct search *q, struct view word, unsigned diff)
{
	size_t low = bch_bytes(q->strong);
	uint8_t *rest = q->rest[diff];

	if (q->code.t > q->strong->t || word.len <= low)
		return word;
	if (!(q->have >> diff & 1)) {
		bch_encode(q->strong, word.p, word.len - low, rest);
		for (size_t i = 0; i < low; i++)
			rest[i] ^= word.p[word.len - low + i];
		q->have |= 1u << diff;
	}
	return (struct view){ rest, low, 0 };
}

static void code_of(const struct search *q, const uint8_t *p, size_t n, uint8_t *ecc)
{
	static const uint8_t none[512];
	uint8_t zero[3];

	if (q->code.kind == NAND_BCH) {
		bch_encode(q->bch, p, n, ecc);
		return;
	}
	if (q->code.kind == NAND_RS) {
		rs_encode(q->rs, p, n, ecc);
		return;
	}
	hamming_encode(q->code.order, p, n, ecc);
	hamming_encode(q->code.order, none, n, zero);
	for (unsigned i = 0; i < 3; i++)
		ecc[i] ^= zero[i];
}

bool search_parity(struct search *q, const struct nand_step *step, unsigned diff,
		   uint8_t *ecc)
{
	uint8_t word[NAND_MOST_WORD + 64];
	size_t bits = 0, at;
	struct view v;

	for (unsigned k = 0; k < step->pieces; k++)
		bits += step->piece[k].n;
	if (bits > NAND_MOST_WORD * 8)
		return false;
	at = -bits % 8;
	word[0] = 0;
	for (unsigned k = 0; k < step->pieces; k++) {
		bits_copy(word, at, q->s->diff[diff], step->piece[k].bit, step->piece[k].n,
			  q->code.reversed);
		at += step->piece[k].n;
	}
	v = (struct view){ word, at / 8, 0 };
	if (q->code.kind == NAND_BCH && step == &q->first)
		v = rest_of(q, v, diff);
	code_of(q, v.p, v.len, ecc);
	return bits_zero(ecc, q->t.ecc_bits / 8, BCH_MOST_BYTES * 8) <
	       q->t.ecc_bits / 8 * 8;
}

bool search_at(const struct search *q, const uint8_t *diff, uint32_t bit,
		  const uint8_t *ecc)
{
	uint8_t there[BCH_MOST_BYTES];
	uint32_t n = q->t.ecc_bits;

	if (bit + n > q->s->raw * 8)
		return false;
	/* Parity has at least three bytes; two are enough to rule most out. */
	if (bits_byte(diff + bit / 8, bit % 8, q->code.reversed) != ecc[0] ||
	    bits_byte(diff + bit / 8 + 1, bit % 8, q->code.reversed) != ecc[1])
		return false;
	there[n / 8] = ecc[n / 8];
	bits_copy(there, 0, diff, bit, n, q->code.reversed);
	return !memcmp(there, ecc, (n + 7) / 8);
}

bool search_hits(struct search *q, const struct nand_step *step, uint32_t bit)
{
	uint8_t ecc[BCH_MOST_BYTES];
	unsigned real = 0, other[2] = { 0 }, half;

	for (unsigned i = 0; i < q->s->diffs; i++) {
		if (!search_parity(q, step, i, ecc) ||
		    !search_at(q, q->s->diff[i], bit, ecc))
			continue;
		half = (q->s->diffs - q->s->real) / 2;
		if (i < q->s->real)
			real++;
		else
			other[i - q->s->real >= half]++;
	}
	if (real >= 2 || other[0] >= 2 || other[1] >= 2)
		return true;
	return q->s->n < 3 && q->t.ecc_bits >= LEAST_SURE &&
	       (real || other[0] || other[1]);
}

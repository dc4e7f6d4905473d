/* bchfix.c - which bits of a BCH word are wrong: syndromes, Berlekamp, Chien */
#include <string.h>

#include "fixup/nand/bch.h"
#include "fixup/nand/bits.h"

enum { MOST_SYNDROMES = 2 * BCH_MOST_T };

static uint16_t multiply(const struct field *f, uint16_t a, uint16_t b)
{
	return a && b ? f->exp[f->log[a] + f->log[b]] : 0;
}

/* s[j] is the value at alpha^(j + 1); those of even powers are squares. */
static void syndromes(const struct bch *b, const uint8_t *wrong, uint16_t *s)
{
	const struct field *f = b->f;

	memset(s, 0, 2 * b->t * sizeof(*s));
	for (unsigned i = 0; i < b->bits; i++) {
		uint32_t power = b->bits - 1 - i;

		if (!bit_get(wrong, i, b->reversed))
			continue;
		for (unsigned j = 0; j < 2 * b->t; j += 2)
			s[j] ^= f->exp[(uint64_t)power * (j + 1) % f->n];
	}
	for (unsigned j = 1; j < 2 * b->t; j += 2)
		s[j] = multiply(f, s[j / 2], s[j / 2]);
}

/* Berlekamp-Massey: the error locator; returns its degree, or -1 above t. */
static int locator(const struct bch *b, const uint16_t *s, uint16_t *c)
{
	const struct field *f = b->f;
	uint16_t old[MOST_SYNDROMES + 2] = { 1 }, keep[MOST_SYNDROMES + 2];
	uint16_t was = 1;
	unsigned degree = 0, gap = 1;

	memset(c, 0, (MOST_SYNDROMES + 2) * sizeof(*c));
	c[0] = 1;
	for (unsigned n = 0; n < 2 * b->t; n++, gap++) {
		uint16_t d = s[n];

		for (unsigned i = 1; i <= degree; i++)
			d ^= multiply(f, c[i], s[n - i]);
		if (!d)
			continue;
		memcpy(keep, c, sizeof(keep));
		for (unsigned i = 0; i + gap < MOST_SYNDROMES + 2; i++)
			if (old[i])
				c[i + gap] ^= multiply(f, old[i], f->exp[f->log[d] + f->n -
								 f->log[was]]);
		if (2 * degree > n)
			continue;
		degree = n + 1 - degree;
		if (degree > b->t)
			return -1;
		memcpy(old, keep, sizeof(old));
		was = d;
		gap = 0;
	}
	return (int)degree;
}

/* Chien: every power below `bits` at which the locator vanishes. */
static int roots(const struct bch *b, const uint16_t *c, unsigned degree,
		 uint32_t bits, uint32_t *where)
{
	const struct field *f = b->f;
	uint32_t e[BCH_MOST_T + 1];
	unsigned found = 0, terms = 0;
	unsigned step[BCH_MOST_T + 1];

	for (unsigned i = 1; i <= degree; i++)
		if (c[i]) {
			e[terms] = f->log[c[i]];
			step[terms++] = f->n - i;
		}
	for (uint32_t power = 0; power < bits && found < degree; power++) {
		uint16_t sum = 1;

		for (unsigned i = 0; i < terms; i++) {
			sum ^= f->exp[e[i]];
			e[i] += step[i];
			if (e[i] >= f->n)
				e[i] -= f->n;
		}
		if (!sum)
			where[found++] = bits - 1 - power;
	}
	return found == degree ? (int)found : -1;
}

int bch_locate(const struct bch *b, const uint8_t *wrong, size_t n,
	       uint32_t where[BCH_MOST_T])
{
	uint16_t s[MOST_SYNDROMES], c[MOST_SYNDROMES + 2];
	uint32_t bits = (uint32_t)n * 8 + b->bits;
	int degree;

	if (bits > b->f->n)
		return -1;
	syndromes(b, wrong, s);
	degree = locator(b, s, c);
	if (degree <= 0)
		return degree;
	/* One wrong bit says itself where it is. */
	if (degree == 1) {
		uint32_t power = b->f->log[c[1]];

		where[0] = bits - 1 - power;
		return power < bits ? 1 : -1;
	}
	return roots(b, c, (unsigned)degree, bits, where);
}

/* bch.c - parity of binary BCH codes, eight bits at a time */
#include "fixup/nand/bch.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "fixup/nand/bits.h"

void field_init(struct field *f, unsigned m, uint32_t poly)
{
	uint32_t x = 1;

	*f = (struct field){ .m = m, .n = (1u << m) - 1, .poly = poly };
	f->exp = xcalloc(2 * (size_t)f->n + 1, sizeof(*f->exp));
	f->log = xcalloc((size_t)f->n + 1, sizeof(*f->log));
	for (uint32_t i = 0; i < f->n; i++) {
		f->exp[i] = f->exp[i + f->n] = (uint16_t)x;
		f->log[x] = (uint16_t)i;
		x <<= 1;
		if (x > f->n)
			x ^= poly;
	}
}

void field_free(struct field *f)
{
	free(f->exp);
	free(f->log);
	*f = (struct field){ 0 };
}

/* The minimal polynomial of alpha^k: bit i is the coefficient of x^i. */
static uint32_t minimal(const struct field *f, uint32_t k, unsigned *degree)
{
	uint16_t c[BCH_MOST_M + 2] = { 1 };
	uint32_t e = k, poly = 0;
	unsigned n = 0;

	do {
		/* c(x) * (x + alpha^e), highest first */
		for (unsigned i = ++n; i; i--) {
			uint16_t low = c[i - 1];

			if (low)
				c[i] ^= f->exp[f->log[low] + e];
		}
		e = e * 2 % f->n;
	} while (e != k && n <= BCH_MOST_M);
	for (unsigned i = 0; i <= n; i++)
		poly |= (uint32_t)(c[i] & 1) << (n - i);
	*degree = n;
	return poly;
}

void bch_start(struct bch *b, const struct field *f, bool reversed)
{
	*b = (struct bch){ .f = f, .reversed = reversed };
}

/* Shift left-aligned words right by n < 64 bits, bit 63 - n + 1 being `top`. */
static void add_shifted(uint64_t *to, const uint64_t *gen, unsigned n)
{
	for (unsigned i = 0; i < BCH_MOST_WORDS; i++) {
		to[i] ^= gen[i] >> n;
		if (n && i)
			to[i] ^= gen[i - 1] << (64 - n);
	}
}

/*
 * gen stands for x^bits + gen; both multiplied by the minimal polynomial of
 * the next odd power. Left-aligned, a factor x^i of it is a shift right by
 * degree - i, and the leading one of gen goes to bit i.
 */
void bch_more(struct bch *b)
{
	uint64_t was[BCH_MOST_WORDS], now[BCH_MOST_WORDS] = { 0 };
	unsigned degree;
	uint32_t poly = minimal(b->f, 2 * b->t + 1, &degree);

	memcpy(was, b->gen, sizeof(was));
	for (unsigned i = 0; i <= degree; i++) {
		if (!(poly >> i & 1))
			continue;
		add_shifted(now, was, degree - i);
		if (i < degree)
			now[0] ^= 1ull << (63 - (degree - i - 1));
	}
	memcpy(b->gen, now, sizeof(now));
	b->t++;
	b->bits += degree;
	b->words = (b->bits + 63) / 64;
}

void bch_ready(struct bch *b)
{
	if (!b->table)
		b->table = xmalloc(256 * sizeof(*b->table));
	memset(b->table, 0, 256 * sizeof(*b->table));
	memcpy(b->table[1], b->gen, sizeof(b->gen));
	for (unsigned bit = 2; bit < 256; bit *= 2) {
		uint64_t *to = b->table[bit], *half = b->table[bit / 2];
		uint64_t out = half[0] >> 63;

		for (unsigned i = 0; i < b->words; i++) {
			to[i] = half[i] << 1;
			if (i + 1 < b->words)
				to[i] |= half[i + 1] >> 63;
			if (out)
				to[i] ^= b->gen[i];
		}
		for (unsigned j = 1; j < bit; j++)
			for (unsigned i = 0; i < b->words; i++)
				b->table[bit + j][i] = to[i] ^ b->table[j][i];
	}
}

void bch_free(struct bch *b)
{
	free(b->table);
	*b = (struct bch){ 0 };
}

static inline void encode(const struct bch *b, const uint8_t *p, size_t n,
			  unsigned words, uint64_t *reg)
{
	for (size_t i = 0; i < n; i++) {
		uint8_t byte = b->reversed ? bits_reversed[p[i]] : p[i];
		const uint64_t *row = b->table[reg[0] >> 56 ^ byte];

		for (unsigned j = 0; j + 1 < words; j++)
			reg[j] = (reg[j] << 8 | reg[j + 1] >> 56) ^ row[j];
		reg[words - 1] = reg[words - 1] << 8 ^ row[words - 1];
	}
}

void bch_encode(const struct bch *b, const uint8_t *p, size_t n, uint8_t *ecc)
{
	uint64_t reg[BCH_MOST_WORDS] = { 0 };

	/* The number of words is a constant inside the loops that matter. */
	if (b->words == 1)
		encode(b, p, n, 1, reg);
	else if (b->words == 2)
		encode(b, p, n, 2, reg);
	else if (b->words == 3)
		encode(b, p, n, 3, reg);
	else if (b->words == 4)
		encode(b, p, n, 4, reg);
	else
		encode(b, p, n, b->words, reg);
	for (size_t i = 0; i < bch_bytes(b); i++) {
		ecc[i] = (uint8_t)(reg[i / 8] >> (56 - i % 8 * 8));
		if (b->reversed)
			ecc[i] = bits_reversed[ecc[i]];
	}
}

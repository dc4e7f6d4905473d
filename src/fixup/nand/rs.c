/* rs.c - parity of Reed-Solomon codes, and which bits of a word are wrong */
#include "fixup/nand/rs.h"

#include <string.h>

#include "fixup/nand/bits.h"

static uint16_t multiply(const struct field *f, uint16_t a, uint16_t b)
{
	return a && b ? f->exp[f->log[a] + f->log[b]] : 0;
}

/* (x + alpha^first) (x + alpha^(first + 1)) ... */
void rs_ready(struct rs *r)
{
	const struct field *f = r->f;
	uint16_t g[RS_MOST_PARITY + 1] = { 1 };

	for (unsigned i = 0; i < 2 * r->t; i++) {
		uint16_t root = f->exp[(r->first + i) % f->n];

		for (unsigned k = i + 1; k; k--)
			g[k] = g[k - 1] ^ multiply(f, g[k], root);
		g[0] = multiply(f, g[0], root);
	}
	/* No coefficient of such a generator is 0. */
	for (unsigned k = 0; k < 2 * r->t; k++)
		r->gen[k] = f->log[g[k]];
}

static size_t symbols(const struct rs *r, size_t n)
{
	return (n * 8 + r->wide - 1) / r->wide;
}

bool rs_holds(const struct rs *r, size_t n)
{
	return symbols(r, n) + 2 * r->t <= r->f->n;
}

static uint16_t symbol(const struct rs *r, const uint8_t *p, size_t n, size_t i)
{
	size_t bit = i * r->wide, at = bit / 8;
	uint32_t x = p[at];

	if (r->wide == 8)
		return (uint16_t)x;
	if (at + 1 < n)
		x |= (uint32_t)p[at + 1] << 8;
	if (at + 2 < n)
		x |= (uint32_t)p[at + 2] << 16;
	return (uint16_t)(x >> bit % 8 & ((1u << r->wide) - 1));
}

void rs_encode(const struct rs *r, const uint8_t *p, size_t n, uint8_t *ecc)
{
	uint16_t reg[RS_MOST_PARITY] = { 0 };
	unsigned last = 2 * r->t - 1;
	size_t all = symbols(r, n);

	for (size_t i = 0; i < all; i++) {
		uint16_t out = reg[last] ^
			       symbol(r, p, n, r->backward ? all - 1 - i : i);

		memmove(reg + 1, reg, last * sizeof(*reg));
		reg[0] = 0;
		for (unsigned k = 0; out && k <= last; k++)
			reg[k] ^= r->f->exp[r->f->log[out] + r->gen[k]];
	}
	memset(ecc, 0, (rs_bits(r) + 7) / 8);
	for (unsigned k = 0; k <= last; k++)
		for (unsigned b = 0; b < r->f->m; b++)
			if (reg[r->backward ? k : last - k] >> b & 1)
				bit_flip(ecc, k * r->f->m + b, true);
}

/* The values at the roots of the parity's difference, a polynomial itself. */
static bool syndromes(const struct rs *r, const uint8_t *wrong, uint16_t *s)
{
	const struct field *f = r->f;
	bool any = false;

	memset(s, 0, 2 * r->t * sizeof(*s));
	for (unsigned k = 0; k < 2 * r->t; k++) {
		unsigned power = r->backward ? k : 2 * r->t - 1 - k;
		uint16_t x = 0;

		for (unsigned b = 0; b < f->m; b++)
			x |= (uint16_t)(bit_get(wrong, k * f->m + b, true) << b);
		for (unsigned j = 0; x && j < 2 * r->t; j++)
			s[j] ^= f->exp[(f->log[x] + power * (r->first + j)) % f->n];
		any |= x;
	}
	return any;
}

/* Berlekamp-Massey: the error locator c; returns its degree, or -1 above t. */
static int locator(const struct rs *r, const uint16_t *s, uint16_t *c)
{
	const struct field *f = r->f;
	uint16_t old[RS_MOST_PARITY + 2] = { 1 }, keep[RS_MOST_PARITY + 2], was = 1;
	unsigned degree = 0, gap = 1;

	memset(c, 0, (RS_MOST_PARITY + 2) * sizeof(*c));
	c[0] = 1;
	for (unsigned n = 0; n < 2 * r->t; n++, gap++) {
		uint16_t d = s[n], by;

		for (unsigned i = 1; i <= degree; i++)
			d ^= multiply(f, c[i], s[n - i]);
		if (!d)
			continue;
		memcpy(keep, c, sizeof(keep));
		by = f->exp[f->log[d] + f->n - f->log[was]];
		for (unsigned i = 0; i + gap < RS_MOST_PARITY + 2; i++)
			c[i + gap] ^= multiply(f, old[i], by);
		if (2 * degree > n)
			continue;
		degree = n + 1 - degree;
		if (degree > r->t)
			return -1;
		memcpy(old, keep, sizeof(old));
		was = d;
		gap = 0;
	}
	return (int)degree;
}

/* A polynomial at alpha^-power. Of its odd terms only: its derivative there. */
static uint16_t value(const struct field *f, const uint16_t *c, unsigned n,
		      uint32_t power, bool odd)
{
	uint16_t sum = 0;

	for (unsigned i = odd; i < n; i += odd ? 2 : 1)
		if (c[i])
			sum ^= f->exp[(f->log[c[i]] + (uint64_t)(f->n - power) *
				       (i - odd)) % f->n];
	return sum;
}

/* Forney: what was added to the symbol of a power. */
static uint16_t error_at(const struct rs *r, const uint16_t *s, const uint16_t *c,
			 uint32_t power)
{
	const struct field *f = r->f;
	uint16_t omega[RS_MOST_PARITY] = { 0 }, top, bottom;

	for (unsigned i = 0; i < 2 * r->t; i++)
		for (unsigned k = 0; k <= i && k <= r->t; k++)
			omega[i] ^= multiply(f, s[i - k], c[k]);
	top = value(f, omega, 2 * r->t, power, false);
	bottom = value(f, c, r->t + 1, power, true);
	if (!top || !bottom)
		return 0;
	/* alpha^(power * (1 - first)) */
	return f->exp[(f->log[top] + f->n - f->log[bottom] + (uint64_t)power *
		       (f->n + 1 - r->first)) % f->n];
}

int rs_locate(const struct rs *r, const uint8_t *wrong, size_t n,
	      uint32_t where[BCH_MOST_T])
{
	uint16_t s[RS_MOST_PARITY], c[RS_MOST_PARITY + 2];
	size_t all = symbols(r, n), parity = 2 * r->t;
	int degree, found = 0, bits = 0;

	if (!rs_holds(r, n) || !syndromes(r, wrong, s))
		return rs_holds(r, n) ? 0 : -1;
	degree = locator(r, s, c);
	for (uint32_t power = 0; degree > 0 && power < all + parity; power++) {
		size_t i = power - parity;	/* of the message */
		unsigned wide = power < parity ? r->f->m : r->wide;
		uint16_t x;

		if (value(r->f, c, r->t + 1, power, false))
			continue;
		found++;
		x = error_at(r, s, c, power);
		if (!x || x >> wide)
			return -1;
		if (!r->backward)
			i = all - 1 - i;
		for (unsigned b = 0; b < wide && bits < BCH_MOST_T; b++) {
			if (!(x >> b & 1))
				continue;
			where[bits] = (uint32_t)(i * wide + b);
			if (power < parity || where[bits] >= n * 8)
				where[bits] = (uint32_t)n * 8;
			bits++;
		}
	}
	return degree > 0 && found == degree ? bits : -1;
}

/* rubin.c - jffs2's arithmetic coders, which only old images have */
#include "fs/jffs2/unpack.h"

/*
 * An arithmetic coder over single bits, low bit of each byte first, with a
 * fixed chance for each of the eight: ones[i] out of total. rubinmips has its
 * chances built in, dynrubin has them in the first eight bytes, out of 256.
 * The interval is [q, q + p) of 16 bits and widens a bit at a time.
 */
enum { TOP = 1 << 15, REG_BITS = 16 };

struct rubin {
	struct view in;
	size_t bit;		/* how many were taken */
	uint64_t p, q, code;
	unsigned total, ones[8];
};

static unsigned next_bit(struct rubin *r)
{
	size_t at = r->bit / 8;
	unsigned shift = 7 - r->bit % 8;

	r->bit++;
	return at < r->in.len ? r->in.p[at] >> shift & 1 : 0;
}

static void widen(struct rubin *r)
{
	while (r->q >= TOP || r->p + r->q <= TOP) {
		r->q = (r->q & (TOP - 1)) << 1;
		r->p <<= 1;
		r->code = (r->code & (TOP - 1)) << 1 | next_bit(r);
	}
}

static unsigned decode(struct rubin *r, unsigned ones)
{
	uint64_t zero;

	widen(r);
	zero = (r->total - ones) * r->p / r->total;
	if (!zero)
		zero = 1;
	if (zero >= r->p)
		zero = r->p - 1;
	if (r->code < r->q + zero) {
		r->p = zero;
		return 0;
	}
	r->q += zero;
	r->p -= zero;
	return 1;
}

static int unrubin(struct rubin *r, uint8_t *dst, size_t n)
{
	r->p = 2 * TOP;
	while (r->bit < REG_BITS)
		r->code = r->code << 1 | next_bit(r);
	for (size_t i = 0; i < n; i++) {
		unsigned byte = 0;

		/* The rest of a damaged stream would be made of nothing. */
		if (r->bit > 8 * r->in.len + 2 * REG_BITS) {
			memset(dst + i, 0, n - i);
			return 0;
		}
		for (unsigned b = 0; b < 8; b++)
			byte |= decode(r, r->ones[b]) << b;
		dst[i] = (uint8_t)byte;
	}
	return 0;
}

int jffs2_rubinmips(struct view in, uint8_t *dst, size_t n)
{
	struct rubin r = {
		.in = in, .total = 1043,
		.ones = { 277, 249, 290, 267, 229, 341, 212, 241 },
	};

	return unrubin(&r, dst, n);
}

int jffs2_dynrubin(struct view in, uint8_t *dst, size_t n)
{
	struct rubin r = { .in = view_from(in, 8), .total = 256 };

	if (in.len < 8)
		return -1;
	for (unsigned b = 0; b < 8; b++)
		r.ones[b] = in.p[b];
	return unrubin(&r, dst, n);
}

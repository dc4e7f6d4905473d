/* scramble.c - pages that a controller mixes with numbers that look random */
#include "fixup/nand/scramble.h"

#include "fixup/nand/bits.h"

/* An erased page has no more bits that are 0, any other has. */
enum { FLIPS = 128 };

/*
 * Allwinner's, by the page in its block: a register of 15 bits, whose two
 * lowest give the next highest, runs 15 bits from here. Its lowest byte goes
 * on data; each step with the spare bytes and parity of it begins anew, and
 * so do the bytes behind the last one.
 */
static const uint16_t seeds[SEEDS] = {
	0x2b75, 0x0bd0, 0x5ca3, 0x62d1, 0x1c93, 0x07e9, 0x2162, 0x3a72, 0x0d67, 0x67f9,
	0x1be7, 0x077d, 0x032f, 0x0dac, 0x2716, 0x2436, 0x7922, 0x1510, 0x3860, 0x5287,
	0x480f, 0x4252, 0x1789, 0x5a2d, 0x2a49, 0x5e10, 0x437f, 0x4b4e, 0x2f45, 0x216e,
	0x5cb7, 0x7130, 0x2a3f, 0x60e4, 0x4dc9, 0x0ef0, 0x0f52, 0x1bb9, 0x6211, 0x7a56,
	0x226d, 0x4ea7, 0x6f36, 0x3692, 0x38bf, 0x0c62, 0x05eb, 0x4c55, 0x60f4, 0x728c,
	0x3b6f, 0x2037, 0x7f69, 0x0936, 0x651a, 0x4ceb, 0x6218, 0x79f3, 0x383f, 0x18d9,
	0x4f05, 0x5c82, 0x2912, 0x6f17, 0x6856, 0x5938, 0x1007, 0x61ab, 0x3e7f, 0x57c2,
	0x542f, 0x4f62, 0x7454, 0x2eac, 0x7739, 0x42d4, 0x2f90, 0x435a, 0x2e52, 0x2064,
	0x637c, 0x66ad, 0x2c90, 0x0bad, 0x759c, 0x0029, 0x0986, 0x7126, 0x1ca7, 0x1605,
	0x386a, 0x27f5, 0x1380, 0x6d75, 0x24c3, 0x0f8e, 0x2b7a, 0x1418, 0x1fd1, 0x7dc1,
	0x2d8e, 0x43af, 0x2267, 0x7da3, 0x4e3d, 0x1338, 0x50db, 0x454d, 0x764d, 0x40a3,
	0x42e6, 0x262b, 0x2d2e, 0x1aea, 0x2e17, 0x173d, 0x3a6e, 0x71bf, 0x25f9, 0x0a5d,
	0x7c57, 0x0fbe, 0x46ce, 0x4939, 0x6b17, 0x37bb, 0x3e91, 0x76db,
};

/* Bytes of parity, whose number is even. */
static uint32_t even_parity(const struct nand_chip *c)
{
	return (c->ecc_bits + 15) / 16 * 2;
}

static uint16_t eight_on(uint16_t x)
{
	return (uint16_t)(x >> 8 | ((x ^ x >> 1) & 0xff) << 7);
}

static uint16_t start_of(uint16_t seed)
{
	uint16_t x = eight_on(seed);

	for (unsigned i = 0; i < 7; i++)
		x = (uint16_t)(x >> 1 | ((x ^ x >> 1) & 1) << 14);
	return x;
}

static uint16_t mix(uint8_t *p, uint32_t n, uint16_t x)
{
	for (uint32_t i = 0; i < n; i++, x = eight_on(x))
		p[i] ^= (uint8_t)x;
	return x;
}

bool scramble_fits(const struct nand_chip *c)
{
	for (unsigned i = 0; i < c->steps; i++) {
		const struct nand_piece *p = c->step[i].piece;

		if (c->step[i].pieces != 2 || p[0].n % 8 || p[1].n % 8 ||
		    p[0].bit % 8 || p[1].bit % 8 || c->step[i].ecc[1].n ||
		    c->step[i].ecc[0].bit != p[1].bit + p[1].n ||
		    (p[1].bit + p[1].n) / 8 + even_parity(c) > nand_raw(c))
			return false;
	}
	return c->steps && c->seeds <= SEEDS;
}

void page_scramble(const struct nand_chip *c, uint64_t number, uint8_t *raw)
{
	uint16_t start, x;
	uint32_t end;

	if (!c->seeds || bits_zero(raw, nand_raw(c), FLIPS) <= FLIPS)
		return;
	end = c->step[c->steps - 1].ecc[0].bit / 8 + even_parity(c);
	start = start_of(seeds[number % c->seeds]);
	for (unsigned i = 0; i < c->steps; i++) {
		const struct nand_piece *p = c->step[i].piece;

		x = mix(raw + p[0].bit / 8, p[0].n / 8, start);
		mix(raw + p[1].bit / 8, p[1].n / 8 + even_parity(c), x);
	}
	if (end < nand_raw(c))
		mix(raw + end, nand_raw(c) - end, start);
}

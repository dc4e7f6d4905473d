/* hamming.c - the 3-byte Hamming code of SmartMedia and its relatives */
#include "fixup/nand/hamming.h"

#include <stdbool.h>
#include <string.h>

const char *const hamming_words[] = { "linux", "smartmedia", "ti", NULL };

/*
 * The place of a bit is byte * 8 + bit: 11 or 12 binary digits. one gets the
 * parity of the bits whose place has digit i set in its bit i, all the
 * parity of everything.
 */
static uint32_t parities(const uint8_t *p, size_t n, bool *all)
{
	static const uint64_t in_byte[] = { 0xaaaaaaaaaaaaaaaa, 0xcccccccccccccccc,
					    0xf0f0f0f0f0f0f0f0 };
	uint64_t sum = 0, row[6] = { 0 };
	uint32_t one = 0;

	for (size_t i = 0; i < n / 8; i++) {
		uint64_t w;

		memcpy(&w, p + i * 8, 8);
		sum ^= w;
		for (unsigned k = 0; k < 6; k++)
			row[k] ^= w & -(uint64_t)(i >> k & 1);
	}
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	sum = __builtin_bswap64(sum);
#endif
	for (unsigned k = 0; k < 3; k++)
		one |= (uint32_t)__builtin_parityll(sum & in_byte[k]) << k;
	one |= (uint32_t)__builtin_parityll(sum & 0xff00ff00ff00ff00) << 3;
	one |= (uint32_t)__builtin_parityll(sum & 0xffff0000ffff0000) << 4;
	one |= (uint32_t)__builtin_parityll(sum & 0xffffffff00000000) << 5;
	for (unsigned k = 0; k < 6; k++)
		one |= (uint32_t)__builtin_parityll(row[k]) << (6 + k);
	*all = __builtin_parityll(sum);
	return one;
}

static unsigned digits(size_t n)
{
	return n == 512 ? 12 : 11;
}

/* Pairs of parities, that of digit k at bits 2k + 1 (set) and 2k (clear). */
static uint32_t pairs(uint32_t one, uint32_t zero, unsigned from, unsigned n)
{
	uint32_t x = 0;

	for (unsigned k = 0; k < n; k++)
		x |= (one >> (from + k) & 1) << (2 * k + 1) |
		     (zero >> (from + k) & 1) << (2 * k);
	return x;
}

static void put_ti(uint32_t one, uint32_t zero, uint8_t ecc[3])
{
	ecc[0] = (uint8_t)zero;
	ecc[1] = (uint8_t)one;
	ecc[2] = (uint8_t)((zero >> 8 & 15) | (one >> 8 & 15) << 4);
}

void hamming_encode(enum hamming_order o, const uint8_t *p, size_t n,
		    uint8_t ecc[3])
{
	uint32_t mask = (1u << digits(n)) - 1;
	bool all;
	uint32_t one = parities(p, n, &all) & mask;
	uint32_t zero = all ? ~one & mask : one, rows, columns;

	if (o == HAMMING_TI) {
		put_ti(one, zero, ecc);
		return;
	}
	rows = pairs(one, zero, 3, digits(n) - 3);
	columns = pairs(one, zero, 0, 3);
	ecc[o == HAMMING_SM] = (uint8_t)~(rows >> 8);
	ecc[o != HAMMING_SM] = (uint8_t)~rows;
	ecc[2] = (uint8_t)~(columns << 2 | (rows >> 16 & 3));
}

static void get_parities(enum hamming_order o, const uint8_t e[3], size_t n,
			 uint32_t *one, uint32_t *zero)
{
	uint32_t all;

	*one = *zero = 0;
	if (o == HAMMING_TI) {
		*zero = e[0] | (uint32_t)(e[2] & 15) << 8;
		*one = e[1] | (uint32_t)(e[2] >> 4) << 8;
		return;
	}
	all = (uint32_t)e[2] >> 2 | (uint32_t)e[o != HAMMING_SM] << 6 |
	      (uint32_t)e[o == HAMMING_SM] << 14;
	if (n == 512)
		all |= (uint32_t)(e[2] & 3) << 22;
	for (unsigned k = 0; k < digits(n); k++) {
		*zero |= (all >> 2 * k & 1) << k;
		*one |= (all >> (2 * k + 1) & 1) << k;
	}
}

int hamming_locate(enum hamming_order o, const uint8_t wrong[3], size_t n,
		   uint32_t *bit)
{
	uint32_t one, zero, mask = (1u << digits(n)) - 1;
	int ones = 0;

	for (unsigned i = 0; i < 3; i++)
		ones += __builtin_popcount(wrong[i]);
	if (!ones)
		return 0;
	get_parities(o, wrong, n, &one, &zero);
	*bit = one;
	if (((one ^ zero) & mask) == mask)
		return 1;
	*bit = (uint32_t)n * 8;
	return ones == 1 ? 1 : -1;
}

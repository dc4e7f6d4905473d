/* bits.c - runs of bits at any place, lowest or highest bit first */
#include "fixup/nand/bits.h"

#include <string.h>

#define R2(n) (n), (n) + 2 * 64, (n) + 1 * 64, (n) + 3 * 64
#define R4(n) R2(n), R2((n) + 2 * 16), R2((n) + 1 * 16), R2((n) + 3 * 16)
#define R6(n) R4(n), R4((n) + 2 * 4), R4((n) + 1 * 4), R4((n) + 3 * 4)
const uint8_t bits_reversed[256] = { R6(0), R6(2), R6(1), R6(3) };

static void copy_slowly(uint8_t *to, size_t at, const uint8_t *from, size_t from_at,
			size_t n, bool low_first)
{
	for (size_t i = 0; i < n; i++)
		if (bit_get(from, from_at + i, low_first) !=
		    bit_get(to, at + i, low_first))
			bit_flip(to, at + i, low_first);
}

void bits_copy(uint8_t *to, size_t at, const uint8_t *from, size_t from_at,
	       size_t n, bool low_first)
{
	size_t head = -at % 8 < n ? -at % 8 : n, bytes = (n - head) / 8;

	copy_slowly(to, at, from, from_at, head, low_first);
	to += (at + head) / 8;
	from += (from_at + head) / 8;
	at = (at + head) % 8;
	from_at = (from_at + head) % 8;
	if (!from_at)
		memcpy(to, from, bytes);
	for (size_t i = 0; from_at && i < bytes; i++)
		to[i] = bits_byte(from + i, (unsigned)from_at, low_first);
	copy_slowly(to + bytes, at, from + bytes, from_at, (n - head) % 8, low_first);
}

size_t bits_zero(const uint8_t *p, size_t n, size_t most)
{
	size_t zero = 0, i = 0;

	for (; i + 8 <= n && zero <= most; i += 8) {
		uint64_t x;

		memcpy(&x, p + i, 8);
		if (x != UINT64_MAX)
			zero += (size_t)__builtin_popcountll(~x);
	}
	for (; i < n && zero <= most; i++)
		zero += (size_t)__builtin_popcount((uint8_t)~p[i]);
	return zero;
}

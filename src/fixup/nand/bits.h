/* bits.h - runs of bits at any place, lowest or highest bit first */
#ifndef FIXUP_NAND_BITS_H
#define FIXUP_NAND_BITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

extern const uint8_t bits_reversed[256];

/*
 * Copy n bits. Bit i of a row of bytes is in byte i / 8; low_first says
 * whether bit 0 of a byte is its lowest or its highest.
 */
void bits_copy(uint8_t *to, size_t at, const uint8_t *from, size_t from_at,
	       size_t n, bool low_first);

static inline bool bit_get(const uint8_t *p, size_t i, bool low_first)
{
	return p[i / 8] >> (low_first ? i % 8 : 7 - i % 8) & 1;
}

static inline void bit_flip(uint8_t *p, size_t i, bool low_first)
{
	p[i / 8] ^= (uint8_t)(1u << (low_first ? i % 8 : 7 - i % 8));
}

/* The 8 bits from bit `over` of p on; there is another byte where over is not 0. */
static inline uint8_t bits_byte(const uint8_t *p, unsigned over, bool low_first)
{
	unsigned two;

	if (!over)
		return *p;
	two = low_first ? p[0] | (unsigned)p[1] << 8 : (unsigned)p[0] << 8 | p[1];
	return (uint8_t)(low_first ? two >> over : two >> (8 - over));
}

/* How many bits of n bytes are 0; stops counting above most. */
size_t bits_zero(const uint8_t *p, size_t n, size_t most);

#endif

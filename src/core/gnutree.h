/* gnutree.h - the Huffman code of an alphabet, as gzip and zlib build it */
#ifndef CORE_GNUTREE_H
#define CORE_GNUTREE_H

#include <stdint.h>

enum { GNU_HEAP = 2 * 286 + 1, GNU_BITS = 15 };

/* An alphabet with its code: the input and the result of gnutree_build(). */
struct gnutree {
	uint32_t *freq;			/* 2 * elems + 1 of them */
	const uint8_t *extra;
	unsigned base, elems, most;	/* extra[i - base]; longest code */
	const uint8_t *fixed;		/* lengths of the fixed code, or NULL */
	uint8_t len[GNU_HEAP];
	uint16_t code[GNU_HEAP / 2 + 2];
	unsigned max;			/* the largest symbol in use */
	uint64_t bits, fixed_bits;	/* what the block costs */
};

/*
 * Ties are broken by the depth of what is below, then by the order in a heap;
 * codes that would be too long are shortened, and their bits counted.
 */
void gnutree_build(struct gnutree *t);

/* The bits that belong to lengths, as deflate sends them: last bit first. */
void gnutree_codes(const uint8_t *len, unsigned n, uint16_t *code);

#endif

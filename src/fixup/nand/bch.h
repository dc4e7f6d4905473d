/* bch.h - binary BCH codes, as NAND controllers use them */
#ifndef FIXUP_NAND_BCH_H
#define FIXUP_NAND_BCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A code over GF(2^m) that corrects t bits: the message is a polynomial whose
 * highest power is the first bit, the parity its remainder by the generator,
 * first bit first, filled up with zeros to a whole byte. `reversed`: the
 * first bit of a byte is its lowest, in message and parity alike.
 */
enum { BCH_LEAST_M = 13, BCH_MOST_M = 15, BCH_MOST_T = 72,
       BCH_MOST_WORDS = (BCH_MOST_M * BCH_MOST_T + 63) / 64,
       BCH_MOST_BYTES = BCH_MOST_WORDS * 8 };

struct field {
	unsigned m, n;		/* n = 2^m - 1 */
	uint32_t poly;
	uint16_t *exp, *log;	/* exp has 2n entries */
};

void field_init(struct field *f, unsigned m, uint32_t poly);
void field_free(struct field *f);	/* takes a zeroed one too */

struct bch {
	const struct field *f;	/* borrowed */
	unsigned t, bits, words;
	bool reversed;
	uint64_t gen[BCH_MOST_WORDS];	/* below the highest power, left-aligned */
	uint64_t (*table)[BCH_MOST_WORDS];	/* 256 of them */
};

/*
 * The codes of one field are made in turn: start with t = 0, each step makes
 * it correct one bit more. bch_ready() makes it fit for use.
 */
void bch_start(struct bch *b, const struct field *f, bool reversed);
void bch_more(struct bch *b);
void bch_ready(struct bch *b);
void bch_free(struct bch *b);		/* takes a zeroed one too */

static inline size_t bch_bytes(const struct bch *b) { return (b->bits + 7) / 8; }

/* ecc has room for BCH_MOST_BYTES. */
void bch_encode(const struct bch *b, const uint8_t *p, size_t n, uint8_t *ecc);

/*
 * What is wrong with a message of n bytes, given the difference of the parity
 * as stored and as it should be: where[] gets the bits to flip, counted from
 * the first of the message on into the parity. Returns how many, up to t, or
 * -1 where it cannot be corrected. n * 8 + bits must be at most f->n.
 */
int bch_locate(const struct bch *b, const uint8_t *wrong, size_t n,
	       uint32_t where[BCH_MOST_T]);

#endif

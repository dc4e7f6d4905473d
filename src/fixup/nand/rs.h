/* rs.h - Reed-Solomon codes, as some NAND controllers and boot ROMs use them */
#ifndef FIXUP_NAND_RS_H
#define FIXUP_NAND_RS_H

#include "fixup/nand/bch.h"

/*
 * A code over GF(2^m) that corrects t symbols: 2t symbols of parity, m bits
 * each, the lowest bit first. Its generator has the roots alpha^first and the
 * 2t - 1 behind it. The message is in symbols of `wide` bits: of 8, a byte
 * each, or of m, bits running on from byte to byte. `backward`: its first
 * symbol is that of the lowest power, and so is the first of the parity.
 */
enum { RS_LEAST_M = 9, RS_MOST_M = 12, RS_MOST_T = 8,
       RS_MOST_PARITY = 2 * RS_MOST_T };

struct rs {
	const struct field *f;	/* borrowed */
	unsigned t, wide, first;
	bool backward;
	uint16_t gen[RS_MOST_PARITY];	/* logarithms, below the highest power */
};

void rs_ready(struct rs *r);	/* makes gen of the rest */

static inline unsigned rs_bits(const struct rs *r) { return 2 * r->t * r->f->m; }
/* Whether a message of n bytes is not too long. */
bool rs_holds(const struct rs *r, size_t n);

/* ecc has room for BCH_MOST_BYTES. */
void rs_encode(const struct rs *r, const uint8_t *p, size_t n, uint8_t *ecc);

/* As bch_locate(); bits count from the lowest of a byte. */
int rs_locate(const struct rs *r, const uint8_t *wrong, size_t n,
	      uint32_t where[BCH_MOST_T]);

#endif

/* shape.h - where controllers put data, spare bytes and parity in a raw page */
#ifndef FIXUP_NAND_SHAPE_H
#define FIXUP_NAND_SHAPE_H

#include "fixup/nand/chip.h"

/*
 * Where parity lies: behind all data, at a place to be found (kernel, OMAP,
 * PMECC, FSMC, on-die); at the end of each step's share of the spare bytes
 * (Broadcom); or behind each step's data, which the next step's data follow
 * (GPMI, MediaTek, Allwinner, Rockchip, HiSilicon, Denali, DaVinci).
 */
enum shape_kind { SHAPE_SPARE, SHAPE_SPLIT, SHAPE_SHARE, SHAPE_MIXED, SHAPE_QCOM };

struct shape {
	const char *name;
	enum shape_kind kind;
	unsigned lead;		/* bytes in front, in the first code word */
	unsigned extra;		/* bytes behind a step's data, in its code word */
	bool swaps;		/* the marker's byte and byte 0 change places */
	bool only_bch;
};

extern const struct shape shapes[];	/* ends with a NULL name */

/* The first code word of a shape; its parity goes to ecc[0].bit where known. */
struct shape_try {
	const struct shape *shape;
	uint32_t page, spare, step;	/* bytes of data in a step */
	uint32_t ecc_bits;
};

/*
 * The pieces of step i, whose data begin at the bit `at`. share: bits of the
 * spare bytes that are this step's.
 */
void shape_word(const struct shape_try *t, unsigned i, uint32_t at,
		struct nand_step *out);

/*
 * Fill in all steps: the parity of the first is at ecc, that of the others
 * follows in distances of stride bits (of the whole step where data and
 * parity alternate). False where they do not fit.
 */
bool shape_fill(const struct shape_try *t, uint32_t ecc, uint32_t stride,
		struct nand_chip *c);

#endif

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

enum { BY_HAMMING = 1, BY_BCH = 2, BY_RS = 4 };

struct shape {
	const char *name;
	enum shape_kind kind;
	unsigned codes;		/* BY_... */
	unsigned lead;		/* bytes in front, in the first code word */
	unsigned extra;		/* bytes besides a step's data, in its code word */
	unsigned hole;		/* bytes at the marker's place, in no code word */
	unsigned tail;		/* more bytes in the last code word */
	unsigned step, m;	/* the only size of steps, field; 0: any, usual */
	bool swaps;		/* the marker's byte and byte 0 change places */
	bool may_swap;		/* ... and the first extra one of its step do */
	bool randomized;	/* as scramble.h has it */
};

extern const struct shape shapes[];	/* ends with a NULL name */

/* A shape with its measures; offsets and distances in bits. */
struct shape_try {
	const struct shape *shape;
	uint32_t page, spare, step;	/* bytes; of data in a step */
	uint32_t ecc_bits;
	uint32_t ecc, stride;		/* of the first step; to the next step's */
	uint32_t extra_stride;		/* of the extra bytes, in the spare ones */
};

/* The pieces of step i, whose data begin at the bit `at`. */
void shape_word(const struct shape_try *t, unsigned i, uint32_t at,
		struct nand_step *out);

/* Fill in all steps. False where they do not fit. */
bool shape_fill(const struct shape_try *t, struct nand_chip *c);

#endif

/* sample.h - a few pages that hold something, and their differences */
#ifndef FIXUP_NAND_SAMPLE_H
#define FIXUP_NAND_SAMPLE_H

#include "fixup/nand/chip.h"

enum { SAMPLES = 24, REAL = 6, MADE = 6, DIFFERENCES = REAL + 2 * MADE };

/*
 * Codes are linear: the difference of two pages is a page whose parity is
 * that of its data, whatever constant was added to it. Differences with a
 * page of all ones and one of all zeros are for images of few pages.
 */
struct sample {
	uint32_t raw;				/* bytes of a page */
	const uint8_t *page[SAMPLES];		/* in the image */
	uint64_t number[SAMPLES];
	unsigned n;
	uint8_t *diff[DIFFERENCES];		/* ... of real pages first */
	unsigned real, diffs;
};

void sample_take(struct sample *s, struct view image, uint32_t page,
		 uint32_t spare);
void sample_free(struct sample *s);		/* takes a zeroed one too */

#endif

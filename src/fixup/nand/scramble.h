/* scramble.h - pages that a controller mixes with numbers that look random */
#ifndef FIXUP_NAND_SCRAMBLE_H
#define FIXUP_NAND_SCRAMBLE_H

#include "fixup/nand/chip.h"

enum { SEEDS = 128 };

/* Whether the steps lie as those of a controller that does so. */
bool scramble_fits(const struct nand_chip *c);

/*
 * Take the numbers out of a raw page, or put them back: it is the same.
 * `number` counts pages from the first. An erased page stays as it is.
 */
void page_scramble(const struct nand_chip *c, uint64_t number, uint8_t *raw);

#endif

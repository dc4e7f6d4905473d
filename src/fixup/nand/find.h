/* find.h - which pages, which code, which layout: whatever proves itself */
#ifndef FIXUP_NAND_FIND_H
#define FIXUP_NAND_FIND_H

#include "fixup/nand/chip.h"

/* What is known beforehand; zeroes: nothing. */
struct nand_hint {
	uint32_t page, spare, block;
	bool no_code;			/* do not look for one */
	enum nand_kind kind;		/* the only one to look for; or 0 */
	unsigned t;			/* of BCH; or 0 */
	const char *layouts;		/* "kernel,gpmi": the only ones; or NULL */
};

struct nand_proof { unsigned right, used; };	/* code words in the samples */

/*
 * Look for a code that holds in sample pages of raw. Returns 1 with *c set
 * (nand_ready() was called) and what proves it, 0 where there is none.
 */
int nand_find_code(struct view raw, uint32_t page, uint32_t spare,
		   const struct nand_hint *h, struct nand_chip *c,
		   struct nand_proof *proof);

/*
 * The geometries that raw may have, likeliest first: those that divide its
 * length into whole blocks, and those whose markers of bad blocks are in
 * place. Returns how many.
 */
struct nand_size { uint32_t page, spare; };
enum { NAND_MOST_SIZES = 24 };
unsigned nand_sizes(struct view raw, struct nand_size *size);

/* Whether the bytes where bad blocks are marked are 0xff nearly everywhere. */
bool nand_markers_fit(struct view raw, uint32_t page, uint32_t spare);

/* Pages per block, by what lies at the beginnings of blocks, or as usual. */
uint32_t nand_block_of(struct view raw, const struct nand_chip *c);

/*
 * The whole search: 1 where a code proves itself (c as nand_find_code() gives
 * it), 0 where nothing does. Not given geometries are tried in turn.
 */
int nand_find(struct view raw, const struct nand_hint *h, struct nand_chip *c,
	      struct nand_proof *proof);

#endif

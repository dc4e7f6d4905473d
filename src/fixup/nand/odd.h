/* odd.h - pages that their data and spare bytes do not give back */
#ifndef FIXUP_NAND_ODD_H
#define FIXUP_NAND_ODD_H

#include "core/buf.h"

/*
 *	odd = page u32, hash of the data u64, n u32, n bits u32
 *
 * The bits of the raw page that were wrong and were corrected. As long as the
 * data are the same, the page as it was read has them flipped again.
 */
struct odd { uint32_t page; uint64_t hash; uint32_t n; struct view bits; };

void odd_put(struct buf *b, uint32_t page, struct view data, const uint32_t *bit,
	     uint32_t n);
bool odd_get(struct cursor *c, struct odd *o);	/* false at the end */

#endif

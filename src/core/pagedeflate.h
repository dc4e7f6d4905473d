/*
 * pagedeflate.h - a page as zlib's deflate packs it, sooner
 *
 * Level 6 and memLevel 8, the defaults: the same matches out of the same
 * chains, the same codes. What costs zlib most at a page of 4 KiB is comparing
 * byte by byte and looking for input that will not come.
 */
#ifndef CORE_PAGEDEFLATE_H
#define CORE_PAGEDEFLATE_H

#include "core/view.h"

enum { PAGEDEFLATE_MOST = 4096 };	/* bytes of a page */

/* What is used from page to page; one per thread. */
struct pagedeflate;
struct pagedeflate *pagedeflate_new(void);
void pagedeflate_free(struct pagedeflate *d);	/* takes NULL */

/*
 * A raw stream for a window of 1 << bits at out: its length, or 0 where that is
 * more than room.
 */
size_t pagedeflate(struct pagedeflate *d, struct view page, unsigned bits,
		   uint8_t *out, size_t room);
/* With zlib's header and sum around it, as compress() makes it. */
size_t pagedeflate_zlib(struct pagedeflate *d, struct view page, uint8_t *out,
			size_t room);

#endif

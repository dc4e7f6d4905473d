/*
 * lzmaroom.h - memory for an encoder of liblzma, used again by the next
 *
 * An encoder reads and writes megabytes in no order: in large pages that is a
 * tenth sooner, and what has been used before the kernel need not clear again.
 */
#ifndef CORE_LZMAROOM_H
#define CORE_LZMAROOM_H

#include <lzma.h>
#include <stdint.h>

/* Zeroed it is empty and valid; it may not be moved while it is in use. */
struct lzma_room {
	lzma_allocator lent;
	uint8_t *p;
	size_t size, used, live;
};

/*
 * What gives memory to one encoder with these filters, of one thread. The room
 * for it is kept until it is freed, or an encoder needs more.
 */
const lzma_allocator *lzma_room_for(struct lzma_room *r, const lzma_filter *filters);
void lzma_room_free(struct lzma_room *r);

#endif

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

/* Zeroed it is empty and valid, and gives what malloc() does. */
struct lzma_room {
	uint8_t *p;
	size_t size, used, live;
};

/* Room for one encoder with these filters, unless there is as much already. */
void lzma_room_fit(struct lzma_room *r, const lzma_filter *filters);
void lzma_room_free(struct lzma_room *r);

/* To be given to liblzma, for encoders of one thread. */
lzma_allocator lzma_room_allocator(struct lzma_room *r);

#endif

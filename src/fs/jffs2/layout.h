/* layout.h - nodes into erase blocks */
#ifndef FS_JFFS2_LAYOUT_H
#define FS_JFFS2_LAYOUT_H

#include "core/buf.h"

/*
 * Where the next node goes in the image that begins at out->p + start. No
 * node crosses a block's end; a block begins with a cleanmarker where there
 * are some. Whoever patches a log sets next_block, which finds the next
 * place to write; a new image simply grows.
 */
struct layout {
	struct buf *out;
	size_t start;
	uint64_t at;			/* in the image */
	uint64_t block;			/* bytes of an erase block */
	uint64_t cleanmarker;		/* bytes of one, 0: none are written */
	uint64_t (*next_block)(struct layout *l);	/* or NULL */
	void *log;			/* next_block's own */
};

/* Bytes left in the block that `at` is in. */
static inline uint64_t layout_left(const struct layout *l)
{
	return l->block - l->at % l->block;
}

/* Go on where n bytes fit; what remains of a block is erased (0xff). */
void layout_need(struct layout *l, uint64_t n);

/* Write v there; no more than layout_left() bytes. */
void layout_put(struct layout *l, struct view v);

/* Fill up to a block's end; give every block up to `size` its cleanmarker. */
void layout_pad(struct layout *l);
void layout_pad_to(struct layout *l, uint64_t size);
/* Erased bytes only, up to `size`. */
void layout_fill(struct layout *l, uint64_t size);

#endif

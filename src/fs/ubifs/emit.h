/* emit.h - nodes of UBIFS into erase blocks, one after the other */
#ifndef FS_UBIFS_EMIT_H
#define FS_UBIFS_EMIT_H

#include "fs/ubifs/options.h"

/* Where a node of a file lies, for the index. */
struct ubifs_leaf {
	uint64_t key;
	uint32_t lnum, offs, len;
	struct view name;
};

/* How much of a block of the main area is free, dirty, index. */
struct ubifs_space { uint32_t free, dirty; bool index; };

struct ubifs_emit {
	const struct ubifs_plan *plan;
	struct buf *out;
	size_t start;			/* of the image in out */
	uint32_t lnum, offs;		/* where the next node goes */
	bool index;			/* nodes of the index are written */
	uint64_t sqnum;
	struct ubifs_space *space;	/* by block of the main area */
	size_t spaces, capspace;
	struct ubifs_leaf *leaf;
	size_t leaves, capleaf;
	struct ubifs_master m;		/* as it becomes known */
};

void ubifs_emit_start(struct ubifs_emit *m, const struct ubifs_plan *p,
		      struct buf *out);
void ubifs_emit_free(struct ubifs_emit *m);

/*
 * Nodes are built in a buf: begin, put the body, then write. What is written
 * with a leaf gets into the index under its key.
 */
void ubifs_begin(struct buf *node, enum ubifs_type type);
void ubifs_put_key(struct buf *node, uint64_t key);
void ubifs_write_leaf(struct ubifs_emit *m, struct buf *node, uint64_t key,
		      struct view name);
/* The node of the index that was written last is the root. */
void ubifs_write_index_node(struct ubifs_emit *m, struct buf *node);

/* A node that lies there already gets into the index, too. */
void ubifs_emit_leaf(struct ubifs_emit *m, const struct ubifs_leaf *k);
/*
 * The next block of the main area, as it was (empty: none, all of it is free);
 * and what is known of block i in the end.
 */
void ubifs_emit_block(struct ubifs_emit *m, struct view was);
void ubifs_emit_space(struct ubifs_emit *m, size_t i, uint32_t end,
		      uint32_t dirty);

/* End the block, if there is something in it. */
void ubifs_flush(struct ubifs_emit *m);
/* An empty block of the main area. */
void ubifs_skip_block(struct ubifs_emit *m);

/* A node gets its number and its sum. */
void ubifs_finish(struct ubifs_emit *m, struct buf *node);
/* Nodes that begin a page are padded to the end of one. */
void ubifs_pad(const struct ubifs_emit *m, struct buf *nodes);
/* The block lnum, outside of the main area, begins with these bytes. */
void ubifs_set_block(struct ubifs_emit *m, uint32_t lnum, struct view bytes);

void ubifs_write_index(struct ubifs_emit *m);	/* of all leaves */
void ubifs_write_lpt(struct ubifs_emit *m);	/* sets its places in m->m */

#endif

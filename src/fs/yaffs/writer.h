/* writer.h - an image being written */
#ifndef FS_YAFFS_WRITER_H
#define FS_YAFFS_WRITER_H

#include "fs/yaffs/survey.h"

enum { YAFFS_MOST_OBJECTS = 1 << 18 };

struct yaffs_item { const struct node *node, *was; uint32_t id; };

struct yaffs_writer {
	const struct yaffs_shape *shape;
	const struct tree *was;		/* what the image held; or NULL */
	const struct survey *old;	/* its chunks, where they can be kept */
	struct yaffs_item *item;
	size_t n, cap;
	uint32_t next;
	struct buf *out;
	struct kept kept;
};

/*
 * Every node of t with its number (which is its mark too), in the order of
 * numbers: nodes that were there keep theirs, others get free ones.
 */
int yaffs_number(struct yaffs_writer *w, const struct tree *t, struct err *e);

/* The type of the object that a node is. */
uint32_t yaffs_type(const struct node *n);
/* Whether the chunks of a node as it was say what it is. */
bool yaffs_is_same(const struct yaffs_writer *w, const struct yaffs_item *i);

#endif

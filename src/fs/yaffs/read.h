/* read.h - a YAFFS image as a tree */
#ifndef FS_YAFFS_READ_H
#define FS_YAFFS_READ_H

#include "fs/yaffs/survey.h"

/* t->reader is the struct survey; ino of a node, a hard link too, its object. */
int yaffs_read(struct view v, struct tree *t, struct err *e);

/* Whether a header says that its object was deleted. */
static inline bool yaffs_is_gone(const struct yaffs_header *h)
{
	return h->parent == YAFFS_UNLINKED || h->parent == YAFFS_DELETED;
}

/* Type and permissions of an object that is no hard link. */
uint32_t yaffs_mode(const struct yaffs_header *h);
/* What h says of n but for its name and what a file holds. */
void yaffs_fill(struct tree *t, const struct yaffs_header *h, struct node *n);

/* What a file holds: of its chunks those that count, in order. */
struct yaffs_file {
	struct view image;
	uint32_t data;				/* bytes of a chunk */
	uint64_t size;
	struct yaffs_piece { uint64_t at; uint32_t chunk, bytes, age; } *piece;
	size_t n;
};

/* Of the records of o; piece is to be freed. */
struct yaffs_file yaffs_file(const struct survey *s, const struct yaffs_object *o);
/* Append all of it. */
void yaffs_put_file(const struct yaffs_file *f, struct buf *out);

/* Size and content of a file, from its chunks. */
void yaffs_fill_file(const struct survey *s, struct tree *t,
		     const struct yaffs_object *o, struct node *n);

/* fs->history; as fs/past.h says. */
int yaffs_history(struct view v, struct tree *t, struct err *e);

#endif

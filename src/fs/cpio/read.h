/* read.h - reading cpio archives: what its files give each other */
#ifndef FS_CPIO_READ_H
#define FS_CPIO_READ_H

#include "fs/cpio/entry.h"
#include "fs/fs.h"
#include "fs/place.h"

/* A file that one or more names stand for. */
struct cpio_inode {
	struct cpio_entry entry;	/* the last that spoke of it */
	struct view data;		/* of the last that had any */
	const char *target;
	struct node *first;		/* in the tree; NULL: not yet */
	size_t names;
};

struct cpio_reader {
	struct view v;
	struct tree *t;
	struct cpio_inode *inode;	/* by node->mark - 1 */
	size_t n, cap;
	struct buf *plain;		/* members that were compressed */
	size_t plains, plaincap;
	uint64_t unpacked;		/* bytes in them */
	uint32_t order;			/* entries so far */
	unsigned archive;		/* archives so far */
	struct placing place;
};

/*
 * Give the tree the name of an entry, for inode `which`: what is there by
 * that name goes, directories on the way are made. False: it has no place
 * and that was recorded. -1 in e only where the tree is full.
 */
bool cpio_name(struct cpio_reader *r, const struct cpio_entry *n, uint64_t at,
	       size_t which, struct err *e);

int cpio_read(struct view v, struct tree *t, struct err *e);

extern const struct fs cpio_fs;

#endif

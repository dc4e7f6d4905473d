/* as.h - what node->as says of nodes in squashfs images */
#ifndef FS_SQUASHFS_AS_H
#define FS_SQUASHFS_AS_H

#include "fs/tree.h"

/*
 *	as = "sq:" [ "s" ] [ "l" ] [ "i" RANK ] [ "n" NUMBER ]
 *	     [ "b" START ] [ "f" FRAGMENT "." OFFSET "." PLACE ]
 *
 * s: it has blocks of zeros and yet no holes are said of it. l: its inode is a
 * long one without need. RANK: inodes that have one are written first, in
 * rising order. NUMBER: of the inode. START:
 * where the blocks of the file began; FRAGMENT: which has its end, at OFFSET,
 * and lay at PLACE.
 */
enum squash_as_field {
	AS_RANK, AS_NUMBER, AS_START, AS_FRAGMENT, AS_OFFSET, AS_PLACE, AS_FIELDS
};

struct squash_as {
	bool solid, is_long;
	unsigned has;			/* bits of the fields that are there */
	uint64_t f[AS_FIELDS];
};

static inline bool squash_as_has(const struct squash_as *as, enum squash_as_field i)
{
	return as->has >> i & 1;
}

static inline void squash_as_set(struct squash_as *as, enum squash_as_field i,
				 uint64_t value)
{
	as->f[i] = value;
	as->has |= 1u << i;
}

struct squash_as squash_as_get(const struct node *n);
void squash_as_put(struct tree *t, struct node *n, const struct squash_as *as);

#endif

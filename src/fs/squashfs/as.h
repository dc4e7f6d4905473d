/* as.h - what node->as says of files in squashfs images */
#ifndef FS_SQUASHFS_AS_H
#define FS_SQUASHFS_AS_H

#include "fs/tree.h"

/*
 *	as = "sq:" [ "s" ] [ "i" RANK ]
 *
 * s: it has blocks of zeros and yet no holes are said of it. RANK: files that
 * have one come first, in rising order.
 */
struct squash_as { bool solid, ranked; uint32_t rank; };

struct squash_as squash_as_get(const struct node *n);
void squash_as_put(struct tree *t, struct node *n, struct squash_as as);

#endif

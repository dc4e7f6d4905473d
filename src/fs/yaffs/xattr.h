/* xattr.h - extended attributes, in the chunk of a header behind it */
#ifndef FS_YAFFS_XATTR_H
#define FS_YAFFS_XATTR_H

#include "fs/yaffs/yaffs.h"

/* Those of n, whose header is in this chunk. */
void yaffs_get_xattrs(const struct yaffs_shape *s, struct view chunk,
		      struct tree *t, struct node *n);
/* Append those of n to its header; fails where they do not fit. */
int yaffs_put_xattrs(const struct yaffs_shape *s, const struct node *n,
		     struct buf *head, struct err *e);

/* fs->prepare: none where there is no room for any. */
int yaffs_prepare(struct tree *t, const void *opts, bool anew, struct err *e);

#endif

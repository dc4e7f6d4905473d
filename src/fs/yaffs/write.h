/* write.h - YAFFS images as mkyaffs2image makes them, old chunks kept */
#ifndef FS_YAFFS_WRITE_H
#define FS_YAFFS_WRITE_H

#include "fs/yaffs/read.h"

/* As in struct fs; opts is a struct yaffs_shape. */
int yaffs_write(const struct tree *t, const void *opts, struct buf *out,
		struct err *e);
int yaffs_update(struct view was, const struct tree *t, const void *opts,
		 uint64_t room, struct buf *out, struct kept *kept, struct err *e);

#endif

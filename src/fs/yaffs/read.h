/* read.h - a YAFFS image as a tree */
#ifndef FS_YAFFS_READ_H
#define FS_YAFFS_READ_H

#include "fs/yaffs/survey.h"

/* t->reader is the struct survey; ino of a node, a hard link too, its object. */
int yaffs_read(struct view v, struct tree *t, struct err *e);

#endif

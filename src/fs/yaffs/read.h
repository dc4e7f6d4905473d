/* read.h - a YAFFS image as a tree */
#ifndef FS_YAFFS_READ_H
#define FS_YAFFS_READ_H

#include "fs/yaffs/survey.h"

/* t->reader is the struct survey; ino of a node, a hard link too, its object. */
int yaffs_read(struct view v, struct tree *t, struct err *e);

/* Size and content of a file, from its chunks. */
void yaffs_fill_file(const struct survey *s, struct tree *t,
		     const struct yaffs_object *o, struct node *n);

#endif

/* inodes.h - which names on disk are one file */
#ifndef FS_INODES_H
#define FS_INODES_H

#include "fs/tree.h"

/* Files with several names, by device and inode: an open hash table. */
struct inode { dev_t dev; ino_t ino; struct node *n; };
struct inodes { struct inode *slot; size_t slots, n; };

/* The node seen under this inode, or NULL. */
struct node *inodes_known(const struct inodes *s, dev_t dev, ino_t ino);

/* The node seen first under this inode, or NULL and n is it now. */
struct node *inodes_first(struct inodes *s, const struct stat *st,
			  struct node *n);

#endif

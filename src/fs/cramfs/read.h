/* read.h - reading cramfs: what its files give each other */
#ifndef FS_CRAMFS_READ_H
#define FS_CRAMFS_READ_H

#include "fs/cramfs/super.h"
#include "fs/fs.h"

struct cramfs_reader {
	struct view v;
	struct cramfs_super s;
	struct tree *t;
};

/* fs->read; the content.key of every node is where its inode lies in v. */
int cramfs_read(struct view v, struct tree *t, struct err *e);

/* The inode at `at` of the image. */
struct cramfs_inode cramfs_inode_at(const struct cramfs_reader *r, uint64_t at);

/*
 * Append all of f's content, zeros for what is lost; -1: something was. Also
 * for the target of a symbolic link, which is packed like a file.
 */
int cramfs_content(const struct cramfs_reader *r, const struct cramfs_inode *f,
		   struct buf *out, struct err *e);

extern const struct fs cramfs_fs;

#endif

/* write.h - laying out a cramfs: shared by building and changing one */
#ifndef FS_CRAMFS_WRITE_H
#define FS_CRAMFS_WRITE_H

#include "fs/cramfs/pack.h"

struct cramfs_place { const struct node *n; struct cramfs_inode inode; };
struct cramfs_blob { uint64_t at; size_t len; uint32_t size, sum; };

struct cramfs_writer {
	const struct cramfs_options *o;
	struct buf *out;
	size_t start;			/* where the image begins in out */
	struct cramfs_place *place;	/* by node->mark - 1 */
	size_t n, cap;
	const struct node **file;	/* what has content */
	size_t files, filecap;
	struct cramfs_blob *blob;	/* by sum; at 0: free */
	size_t blobs;
	uint64_t root, listed;
	uint32_t blocks;
	struct view insert;		/* behind the superblock */
	uint64_t kept, total;		/* blocks */
	/* The files of the original to take blocks from, one for each of file;
	   NULL: there is none. */
	const struct origin_of *(*was)(struct cramfs_writer *w);
	void *arg;
};

/* Append the image of t. Frees what it put into w. */
int cramfs_lay_out(struct cramfs_writer *w, const struct tree *t, struct err *e);

/* In the byte order of the buf. */
void cramfs_put_inode(struct buf *b, bool wide, const struct cramfs_inode *i);
void cramfs_put_super(struct buf *out, const struct cramfs_super *s);
/* The pointers and the blocks of a file, at the end of the image. */
void cramfs_put_blob(struct buf *out, size_t start, const struct packed *p);

/* What n's inode says, but where the content lies. */
struct cramfs_inode cramfs_inode_of(const struct node *n);

/* Fails where an offset is more than an inode can say. */
int cramfs_too_far(uint64_t at, bool wide, struct err *e);

#endif

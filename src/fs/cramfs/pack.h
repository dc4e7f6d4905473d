/* pack.h - the content of files, packed on all CPUs */
#ifndef FS_CRAMFS_PACK_H
#define FS_CRAMFS_PACK_H

#include "fs/cramfs/options.h"

/* One file packed: its blocks behind each other, and where each ends. */
struct packed {
	const struct node *n;
	struct buf data;
	uint32_t *end;		/* of block i within data */
	uint32_t blocks;
	uint64_t kept;		/* blocks whose bytes the original had */
};

/* A file or a link of the original with the same path, to take blocks from. */
struct origin_of {
	const struct cramfs_reader *r;	/* NULL: there is none */
	struct cramfs_inode inode;
};

struct packing {
	const struct node **file;	/* regular files and symbolic links */
	const struct origin_of *was;	/* of each; or NULL */
	size_t files;
	const struct cramfs_options *o;
	/* Takes the files in order; p is gone when it returns. */
	int (*take)(size_t file, struct packed *p, void *arg, struct err *e);
	void *arg;
};

int pack_files(const struct packing *p, struct err *e);

#endif

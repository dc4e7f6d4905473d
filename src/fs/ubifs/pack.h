/* pack.h - blocks of files, compressed on all CPUs */
#ifndef FS_UBIFS_PACK_H
#define FS_UBIFS_PACK_H

#include "fs/tree.h"
#include "fs/ubifs/options.h"

/* One block of a file that is no hole, packed. */
struct ubifs_packed {
	const struct node *file;
	uint32_t block;
	uint16_t compr;
	struct view bytes;		/* as it is in the file */
	struct view data;
};

struct ubifs_packing {
	const struct ubifs_options *o;
	const struct node **file;	/* those with content */
	size_t files;
	/* Called in order, file by file; block by block. */
	int (*take)(void *arg, const struct ubifs_packed *p, struct err *e);
	/* All of a file was taken. */
	int (*end)(void *arg, const struct node *file, struct err *e);
	void *arg;
};

int ubifs_pack(const struct ubifs_packing *p, struct err *e);

#endif

/* blocks.h - the blocks of many files, packed on all CPUs, taken in order */
#ifndef FS_BLOCKS_H
#define FS_BLOCKS_H

#include "fs/tree.h"

/* One block of one file, and what became of it. */
struct block {
	size_t file, index;
	struct view bytes;		/* as it is in the file */
	const void *result;		/* what pack() left there */
	const uint8_t *data;		/* ... and what it packed */
	bool is_last;			/* of its file */
};

struct blocks {
	const struct node **file;	/* none of them empty */
	size_t files;
	size_t size;			/* of a block, and the most it is packed to */
	size_t result;			/* bytes of a result */

	/* The state of an encoder; one per thread. */
	void *(*open)(const void *how);
	void (*close)(void *encoder);
	const void *how;

	void (*pack)(void *encoder, struct view bytes, uint8_t *data, void *result);
	/* Takes the blocks in order, file by file. */
	int (*take)(void *arg, const struct block *b, struct err *e);
	void *arg;
};

int blocks_run(const struct blocks *b, struct err *e);

#endif

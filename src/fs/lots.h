/*
 * lots.h - files in lots that one worker takes each
 *
 * What lies together in an image lies in one lot, so that a block that many
 * files share is unpacked once; two workers would each unpack it.
 */
#ifndef FS_LOTS_H
#define FS_LOTS_H

#include "fs/tree.h"

enum { LOT_FILES = 512 };

struct lots {
	struct lotted { struct node *n; size_t i; } *file;	/* i: the caller's */
	size_t files, capfile;
	struct lot { size_t from, n; } *lot;
	size_t n, cap;
	uint64_t bytes;			/* of all files */
};

void lots_add(struct lots *l, struct node *n, size_t i);
/* Then: sort the files by their places and cut them into lots. */
void lots_cut(struct lots *l);
void lots_free(struct lots *l);

#endif

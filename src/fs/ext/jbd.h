/* jbd.h - a journal being read */
#ifndef FS_EXT_JBD_H
#define FS_EXT_JBD_H

#include "fs/ext/ext.h"

#define JBD_MAGIC 0xc03b3998u

/* Transactions count from the oldest one here. */
struct copy {
	uint64_t block;
	uint32_t transaction;
	bool escaped;
	size_t order;			/* in which they came */
	struct view v;
};
struct gone { uint64_t block; uint32_t transaction; };

struct journal {
	const struct ext *x;
	struct ext_inode inode;
	uint32_t first, end;		/* its ring of blocks */
	bool fast;			/* behind which fast commits may be */
	uint32_t start, number;		/* of the oldest transaction: block, name */
	uint32_t features, seed;
	uint64_t left;			/* blocks that may still be looked at */
	struct copy *copy;
	size_t n, cap;
	struct gone *gone;
	size_t ngone, capgone;
	uint32_t transactions;		/* that were committed */
	bool broken;			/* ends in what should not be there */
};

/* NULL, or what keeps it from being read. Nothing to do where start is 0. */
const char *jbd_open(struct journal *j, const struct ext *x);
/* All transactions that were committed. */
void jbd_walk(struct journal *j);
/* The newest copy of each block, rising, in a. Returns how many. */
size_t jbd_settle(struct journal *j, struct arena *a, struct ext_logged **list);
/* Whether there is more, in the way of fast commits, which are not read. */
bool jbd_has_fast(const struct journal *j);
void jbd_close(struct journal *j);

#endif

/* join.h - mtd0.bin, mtd1.bin, ... in the order of their numbers */
#ifndef FIXUP_JOIN_H
#define FIXUP_JOIN_H

#include "core/err.h"
#include "core/view.h"

struct join_file {
	const char *path;
	struct view v;
	uint64_t number;
	uint64_t at;		/* its place in the result */
	bool left_out;
	char why[128];		/* "holds mtd1.bin to mtd5.bin" */
};

/*
 * Sort by number: the digits behind "mtd" or "mtdblock", else those where the
 * names begin to differ. Files of the same number and bytes are left out but
 * for one; different bytes are an error. A single file needs no number.
 */
int join_sort(struct join_file *f, size_t n, struct err *e);
/* Fails where a number is missing, saying which. */
int join_check(const struct join_file *f, size_t n, struct err *e);
/* Leave out files that are others put together ("ALL", "firmware"). */
void join_leave_out(struct join_file *f, size_t n);
/* The name of the file of that number, as the others are named. In room, 256. */
const char *join_name(const struct join_file *like, uint64_t number, char *room);

#endif

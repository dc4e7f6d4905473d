/* original.h - what a tree was extracted from, if it is still there */
#ifndef PROJECT_ORIGINAL_H
#define PROJECT_ORIGINAL_H

#include "fs/meta.h"
#include "project/input.h"

struct original {
	struct input in;
	struct view v;		/* from the file system's first byte on; empty:
				   not found */
	char path[4096];
};

/*
 * Look for it by its hash: at `given` (may be NULL), where the list says,
 * beside the list, and here. Log lines and swapped words are put right as
 * they were then. Nothing is said, and not finding it is no failure; only
 * `given` must be it.
 */
int original_find(struct original *o, const struct origin *from,
		  const char *meta, const char *given, struct err *e);
void original_close(struct original *o);	/* takes a zeroed one too */

#endif

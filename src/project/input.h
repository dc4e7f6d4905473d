/* input.h - what a command analyses: an input, after the fix-ups it needs */
#ifndef PROJECT_INPUT_H
#define PROJECT_INPUT_H

#include "core/buf.h"
#include "core/image.h"

enum { MOST_FIXUPS = 4 };

struct input {
	struct image im;	/* as it was read */
	struct buf fixed;	/* the bytes after fix-ups, if any were needed */
	struct view v;		/* what to analyse, range applied; v.at is 0 at
				   the start of the (fixed) image */
	int fd;			/* of the bytes of v, or -1; see scan_run() */
	struct applied {
		char name[32];		/* "unhex", "swap32", "nand=2048+64" */
		char say[224];		/* why it was believed */
	} applied[MOST_FIXUPS];
	struct buf kept[MOST_FIXUPS];	/* what undoing each needs; mostly empty */
	unsigned napplied;
};

struct input_opts {
	const char *fixup;	/* --fixup: "auto" (NULL too), "none", a list */
	const char *range;	/* --range, or NULL */
};

/*
 * Open path ("-": standard input) and apply the fix-ups: with "auto" those
 * after which proven objects appear that are not there without; each one
 * applied is said in a note. A log with gaps is analysed all the same, with
 * the gaps said.
 */
int input_open(struct input *in, const char *path, const struct input_opts *o,
	       struct err *e);
void input_close(struct input *in);	/* takes a zeroed one too */

#endif

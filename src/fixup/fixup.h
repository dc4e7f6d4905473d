/* fixup.h - whole-image repairs: bytes in, better bytes out */
#ifndef FIXUP_FIXUP_H
#define FIXUP_FIXUP_H

#include "core/buf.h"
#include "core/err.h"
#include "core/opt.h"

struct repaired {
	struct buf bytes;
	struct buf say;		/* what to tell people ("U-Boot md log, 122880
				   lines, no gap, base 0x21000000") */
	struct buf keep;	/* what undo() needs besides the bytes; or empty */
};

/*
 * Each fixup is also a command of the same name: fwtool swap32 < in > out.
 * suspect() is cheap (looks at the beginning and a few samples); the proof
 * that a fix-up was right is what can be found in the result.
 */
struct fixup {
	const char *name;		/* "swap32", "unhex" */
	const char *summary;
	/* Would this make the image make sense? A score out of 100; 0 is no. */
	int (*suspect)(struct view in);
	/* Append the repaired bytes to r->bytes, and fill in the rest of r. */
	int (*apply)(struct view in, const void *opts, struct repaired *r,
		     struct err *e);
	/*
	 * The inverse, for repack --as-dumped: append to out what `in` was,
	 * given what apply() kept; NULL: cannot be undone.
	 */
	int (*undo)(struct view in, struct view keep, struct buf *out,
		    struct err *e);
	const struct option *opts;	/* may be NULL */
	const char *value;		/* the one that --fixup NAME=VALUE sets */
	size_t optsize;
};

extern const struct fixup *const fixups[];	/* NULL-terminated, tables.c */

#endif

/* fixup.h - whole-image repairs: bytes in, better bytes out */
#ifndef FIXUP_FIXUP_H
#define FIXUP_FIXUP_H

#include "core/buf.h"
#include "core/err.h"
#include "core/opt.h"

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
	/*
	 * Append the repaired bytes to out; say is what to tell people
	 * ("U-Boot md log, 122880 lines, no gap, base 0x21000000").
	 */
	int (*apply)(struct view in, const void *opts, struct buf *out,
		     struct buf *say, struct err *e);
	/* The inverse, for repack --as-dumped; NULL: cannot be undone. */
	int (*undo)(struct view in, const void *opts, struct buf *out,
		    struct err *e);
	const struct option *opts;	/* may be NULL */
	size_t optsize;
};

extern const struct fixup *const fixups[];	/* NULL-terminated, tables.c */

#endif

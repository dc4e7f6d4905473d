/* readback.h - what was written is read again, or it is a bug */
#ifndef FUZZ_READBACK_H
#define FUZZ_READBACK_H

#include <stdio.h>
#include <stdlib.h>

#include "fs/fs.h"
#include "fs/meta.h"

static inline void read_back(const struct fs *fs, const struct tree *t,
			     struct view made)
{
	struct buf why = { 0 };
	struct err e = { 0 };
	struct tree back;

	tree_init(&back);
	if (fs->read(made, &back, &e) < 0 || back.damages ||
	    tree_same_but(t, &back, fs->alike, &why, &e) != 1) {
		fprintf(stderr, "%s%s\n", e.text, why.len ? buf_string(&why) : "");
		abort();
	}
	buf_free(&why);
	tree_free(&back);
}

#endif

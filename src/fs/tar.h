/* tar.h - a tree as a tar stream, which keeps owners and devices by itself */
#ifndef FS_TAR_H
#define FS_TAR_H

#include "core/out.h"
#include "fs/tree.h"

/*
 * A tar stream being written to o, which out_open() opened. pax where needed,
 * ustar elsewhere; the same trees give the same bytes. Sockets, which no tar
 * can hold, are warned of. prefix: a directory for all of t, or "".
 */
struct tar { struct archive *a; struct out *o; struct err *e; };

int tar_open(struct tar *t, struct out *o, struct err *e);
int tar_add(struct tar *t, struct tree *tree, const char *prefix, bool partial,
	    struct err *e);
int tar_close(struct tar *t, struct err *e);	/* takes a zeroed one too */

#endif

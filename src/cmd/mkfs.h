/* mkfs.h - the compressors of mkfs.jffs2 by rank */
#ifndef CMD_MKFS_H
#define CMD_MKFS_H

#include "core/opt.h"

/* The compressors of mkfs.jffs2, the one that is tried first first. */
struct ranked { const char *name; long priority; bool on; };
enum { RANKED = 3 };

/* From -X, -x and -y; then as -L shows them, and as a list of --compress. */
int ranks_make(struct ranked *r, const struct texts *on, const struct texts *off,
	       const struct texts *priority, struct err *e);
void ranks_print(const struct ranked *r);
void ranks_put(const struct ranked *r, struct buf *b);

#endif

/* spool.h - bytes that may be too many for memory, in a file without a name */
#ifndef CORE_SPOOL_H
#define CORE_SPOOL_H

#include "core/buf.h"
#include "core/image.h"

/* An unnamed file in TMPDIR: nothing is left behind however the program ends. */
int spool_fd(struct err *e);

/* n bytes of 0 in b, which is empty: in a file where they are many. */
void spool_room(struct buf *b, size_t n);

/*
 * What is appended to b stays in memory while it is little, and goes to a file
 * as it becomes more. spool_end() makes an image of all of it, which frees
 * what b has; or fails where there was no room. A spool that was begun is
 * ended or dropped, and does not move meanwhile.
 */
struct spool {
	struct sink to;
	struct buf b;
	int fd;
	struct err err;			/* kind 0: none so far */
};

void spool_begin(struct spool *s);
int spool_end(struct spool *s, struct image *im, const char *name, struct err *e);
void spool_drop(struct spool *s);

#endif

/* write.h - what a cpio archive is made like, and making one */
#ifndef FS_CPIO_WRITE_H
#define FS_CPIO_WRITE_H

#include "core/opt.h"
#include "fs/cpio/read.h"

/* Usual: the last of newc and crc, each of the others. */
enum cpio_links { CPIO_USUAL, CPIO_LAST, CPIO_EACH, CPIO_FIRST };

struct cpio_options {
	int kind;		/* enum cpio_kind */
	int links;		/* which name of a file has its content */
	bool lower;		/* hexadecimal digits */
	const char *prefix;	/* before each name: "", "./" or "/" */
	const char *device;	/* "MAJOR,MINOR" that the files were on */
	uint64_t pad;		/* the size is a multiple of it */
};

/* Each archive is a walk through the tree: more in a row are not changed. */
enum { CPIO_MOST_ARCHIVES = 256 };

extern const struct option cpio_option_table[];
extern const struct cpio_options cpio_defaults;

void cpio_describe(const void *opts, struct buf *out);
int cpio_learn(struct view v, const struct tree *t, void *opts, struct err *e);
bool cpio_forget(void *learnt, const void *given);
int cpio_prepare(struct tree *t, const void *opts, bool anew, struct err *e);
int cpio_write(const struct tree *t, const void *opts, struct buf *out,
	       struct err *e);
int cpio_update(struct view was, const struct tree *t, const void *opts,
		uint64_t room, struct buf *out, struct kept *kept, struct err *e);

/* Set *o from the archive that is v, with the zeros behind it. */
void cpio_learn_archive(struct view v, struct arena *a, struct cpio_options *o);

/*
 * Append one archive of those nodes of t that belong to it by node->as (as
 * archive `which` of `of`), in the order they have there; what has none comes
 * last. start: where in out offsets count from.
 */
struct cpio_making {
	const struct tree *t;
	const struct cpio_options *o;
	unsigned which, of;
};
int cpio_make(const struct cpio_making *m, struct buf *out, struct err *e);

/* How many archives t is spread over; fails where they are too many. */
int cpio_archives(const struct tree *t, unsigned *n, struct err *e);

/* node->as: "[ARCHIVE.]ORDER[:LINKS]", or "-" for what only names tell of. */
struct cpio_as { bool known, implied; unsigned archive; uint64_t order, links; };
struct cpio_as cpio_as(const char *as);

#endif

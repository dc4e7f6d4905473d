/* write.h - what a romfs image is made like, and making one */
#ifndef FS_ROMFS_WRITE_H
#define FS_ROMFS_WRITE_H

#include "core/opt.h"
#include "fs/romfs/file.h"

struct romfs_options {
	const char *volume;
	uint64_t align;		/* of the data of files */
	const char *aligned;	/* "N,PATTERN:N,PATTERN" of what else */
	bool moved;		/* these are not what the places in the list are
				   from; no option */
};

extern const struct option romfs_option_table[];
extern const struct romfs_options romfs_defaults;

int romfs_read(struct view v, struct tree *t, struct err *e);
void romfs_describe(const void *opts, struct buf *out);
int romfs_learn(struct view v, const struct tree *t, void *opts, struct err *e);
int romfs_check_options(const struct romfs_options *o, struct err *e);
/* Of those of "N,PATTERN:N,PATTERN" that are for the path, the largest N. */
uint64_t romfs_aligned(const char *list, const char *path);
bool romfs_forget(void *learnt, const void *given);
int romfs_prepare(struct tree *t, const void *opts, bool anew, struct err *e);
int romfs_write(const struct tree *t, const void *opts, struct buf *out,
		struct err *e);
int romfs_update(struct view was, const struct tree *t, const void *opts,
		 uint64_t room, struct buf *out, struct kept *kept, struct err *e);

/*
 * node->as: where the header lay, after '.' where "." of a directory did and
 * after ':' where ".." did, in hexadecimal. 0: there was none.
 */
struct romfs_as { bool known; uint32_t at, dot, dots; };
struct romfs_as romfs_as(const char *as);

#endif

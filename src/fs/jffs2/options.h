/* options.h - what a jffs2 image is made like */
#ifndef FS_JFFS2_OPTIONS_H
#define FS_JFFS2_OPTIONS_H

#include "core/opt.h"
#include "fs/jffs2/compress.h"
#include "fs/tree.h"

enum { JFFS2_MOST_PAGE = 1 << 20 };

enum jffs2_order { ORDER_NAME, ORDER_INODE };

struct jffs2_options {
	bool big;			/* byte order */
	uint64_t eraseblock, pagesize;
	bool cleanmarkers;
	uint64_t cleanmarker;		/* bytes of one */
	const char *pad;		/* "": to a block's end; or a size */
	uint64_t pad_to;		/* the same as a number, 0: no */
	uint64_t fill_to;		/* erased bytes up to here; 0: none */
	const char *compress;		/* "zlib,rtime": the preferred one first */
	int mode;			/* enum pack_mode */
	bool smaller;
	bool squash, squash_uids, squash_perms, faketime;
	bool xattr, selinux, posix_acl;
	int order;			/* enum jffs2_order */
	uint32_t last_ino;		/* given before (mkfs.jffs2 -i); no option */
};

extern const struct option jffs2_option_table[];
extern const struct jffs2_options jffs2_defaults;

/* What write() works with, once the options have been found sensible. */
struct jffs2_plan {
	struct jffs2_options o;
	struct pack_how how;
	uint64_t pad_to;
	uint64_t fill_to;		/* erased bytes up to here; 0: none */
	bool pad_block;
};

int jffs2_check_options(const struct jffs2_options *o, struct jffs2_plan *p,
			struct err *e);
void jffs2_describe(const void *opts, struct buf *out);
int jffs2_learn(struct view v, const struct tree *t, void *opts, struct err *e);
int jffs2_prepare(struct tree *t, const void *opts, bool anew, struct err *e);
int jffs2_write(const struct tree *t, const void *opts, struct buf *out,
		struct err *e);

#endif

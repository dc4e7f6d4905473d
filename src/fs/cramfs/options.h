/* options.h - what a cramfs image is made like */
#ifndef FS_CRAMFS_OPTIONS_H
#define FS_CRAMFS_OPTIONS_H

#include "core/opt.h"
#include "fs/cramfs/read.h"

struct cramfs_options {
	bool big;		/* byte order */
	const char *name;
	uint64_t edition;
	uint64_t page;		/* the kernel's, in which files are packed */
	bool boot;		/* 512 bytes of zeros before it */
	bool holes;		/* pages of zeros are not stored */
	const char *insert;	/* a file to stand behind the superblock */
	int packing;		/* enum cramfs_packing */
	bool wide;
};

extern const struct option cramfs_option_table[];
extern const struct cramfs_options cramfs_defaults;

int cramfs_check_options(const struct cramfs_options *o, struct err *e);
void cramfs_describe(const void *opts, struct buf *out);
int cramfs_learn(struct view v, const struct tree *t, void *opts, struct err *e);
int cramfs_prepare(struct tree *t, const void *opts, bool anew, struct err *e);
int cramfs_write(const struct tree *t, const void *opts, struct buf *out,
		 struct err *e);
int cramfs_update(struct view was, const struct tree *t, const void *opts,
		  uint64_t room, struct buf *out, struct kept *kept,
		  struct err *e);

#endif

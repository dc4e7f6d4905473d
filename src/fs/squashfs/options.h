/* options.h - what a squashfs image is made like */
#ifndef FS_SQUASHFS_OPTIONS_H
#define FS_SQUASHFS_OPTIONS_H

#include "core/opt.h"
#include "fs/squashfs/pack.h"
#include "fs/squashfs/super.h"
#include "fs/fs.h"

enum { SQUASH_MOST_OPTIONS = 32 };	/* bytes, of a compressor */

struct squash_options {
	int comp;			/* enum squash_comp less one */
	uint64_t block;
	uint64_t level, window;		/* 0: as usual for the compressor */
	const char *strategy, *bcj, *dict;
	int algorithm;			/* of lzo */
	bool hc;
	bool raw_inodes, raw_data, raw_fragments, raw_xattrs, raw_ids;
	bool fragments, always, duplicates, exports, xattrs, sparse, pad;
	bool all_root;
	const char *uid, *gid;		/* of everything */
	const char *root_mode, *root_uid, *root_gid, *root_time;
	const char *all_time;
	const char *mkfs_time;		/* NULL: the latest in the tree */
	const char *ids;		/* owners that come first in their table */
	const char *version;		/* "4.0", or what it was and stays */
	bool fast;			/* --rebuild; no option */
};

extern const struct option squash_option_table[];
extern const struct squash_options squash_defaults;
extern const char *const squash_comps[];		/* less one, as comp is */
extern const char *const squash_strategies[], *const squash_bcjs[];

/* The largest that the blocks of data are. */
uint64_t squash_most_block(unsigned major);

/* The 3 of "3.1,big". */
static inline unsigned squash_major(const struct squash_options *o)
{
	return o->version ? (unsigned)(*o->version - '0') : 4;
}

/* The options once they have been found sensible. */
struct squash_plan {
	struct squash_options o;
	struct squash_how how;
	struct squash_super like;	/* version, byte order, magic, check */
	enum squash_comp only;	/* what the next two and like's id are for; 0: all */
	uint8_t odd_option[SQUASH_MOST_OPTIONS];	/* to be stored instead */
	unsigned odd_options;
	bool stores_options;		/* they are not what is usual */
	uint32_t mkfs_time;
};

/* t: whose latest time may be asked for. */
int squash_check_options(const struct squash_options *o, const struct tree *t,
			 struct squash_plan *p, struct err *e);
void squash_describe(const void *opts, struct buf *out);
int squash_learn(struct view v, const struct tree *t, void *opts, struct err *e);
/* Into the nodes' `as`: in which order what was written, and where it lies. */
struct squash_reader;
void squash_learn_layout(const struct squash_reader *r, struct tree *t,
			 struct squash_options *o);
int squash_prepare(struct tree *t, const void *opts, bool anew, struct err *e);
int squash_write(const struct tree *t, const void *opts, struct buf *out,
		 struct err *e);
int squash_update(struct view was, const struct tree *t, const void *opts,
		  uint64_t room, struct buf *out, struct kept *kept,
		  struct err *e);
bool squash_alike(const struct node *a, const struct node *b);
void squash_fresh(void *opts);
bool squash_forget(void *learnt, const void *given);

#endif

/* options.h - how a UBIFS image is built, as mkfs.ubifs takes it */
#ifndef FS_UBIFS_OPTIONS_H
#define FS_UBIFS_OPTIONS_H

#include "fs/fs.h"
#include "fs/ubifs/ubifs.h"

enum { UBIFS_LEAST_JOURNAL = 3 };		/* erase blocks, in Linux */
enum { UBIFS_FAVOR_LZO = UBIFS_COMPRS };	/* of both the better one */

struct ubifs_options {
	uint64_t leb_size, min_io, max_lebs;
	uint64_t journal, log_lebs;	/* 0: as mkfs.ubifs computes them */
	uint64_t orphan_lebs, fanout, reserved, percent;
	int compr;			/* UBIFS_LZO ... UBIFS_FAVOR_LZO */
	int keyhash;			/* 0 r5, 1 test */
	int order;			/* 0 by name, 1 by inode number */
	bool fixup, squash;
	const char *uuid;		/* 32 hexadecimal digits; NULL: made of
					   the content */
};

/* Where everything lies, and how wide the fields of LEB properties are. */
struct ubifs_plan {
	struct ubifs_options o;
	uint64_t max_bud_bytes, rp_size;
	uint32_t leb, min_io, lebs, log_lebs, lpt_lebs, orphan_lebs, fanout;
	uint32_t lpt_first, main_first;
	bool big;
	uint32_t space_bits, lnum_bits, offs_bits, spc_bits, pcnt_bits, leb_bits;
	uint32_t pnode, nnode, ltab, lsave, height;	/* bytes; levels */
	uint32_t dead, dark;		/* less space than that is of no use */
};

enum { UBIFS_LSAVE = 256, UBIFS_LPT_FAN = 4, UBIFS_MST_LEBS = 2 };

static inline uint64_t ubifs_align(uint64_t n, uint64_t to)
{
	return (n + to - 1) / to * to;
}

extern const struct option ubifs_option_table[];
extern const struct ubifs_options ubifs_defaults;

int ubifs_plan_make(struct ubifs_plan *p, const struct ubifs_options *o,
		    struct err *e);
/* What to give for reserved so that this many bytes come of it. */
uint64_t ubifs_reserved(uint64_t rp_size, uint32_t fanout);

void ubifs_describe(const void *opts, struct buf *out);
bool ubifs_forget(void *learnt, const void *given);
int ubifs_learn(struct view v, const struct tree *t, void *opts, struct err *e);
int ubifs_prepare(struct tree *t, const void *opts, bool anew, struct err *e);
int ubifs_write(const struct tree *t, const void *opts, struct buf *out,
		struct err *e);

#endif

/* strip.h - a whole raw image apart, and together again */
#ifndef FIXUP_NAND_STRIP_H
#define FIXUP_NAND_STRIP_H

#include "fixup/nand/chip.h"

/* What was found on the way. Pages and blocks are counted from the first. */
struct nand_report {
	uint64_t pages, erased, fixed, flips, lost;
	uint64_t *lost_page;		/* all of them, in order */
	uint64_t *fixed_page;		/* the first so many */
	struct nand_bad { uint64_t block; bool holds; } *bad;	/* marked so */
	size_t nlost, caplost, nfixed, capfixed, nbad, capbad;
	bool no_marker;			/* too many are: the byte has other uses */
	uint64_t tail;			/* bytes after the last whole page */
};

void nand_report_free(struct nand_report *r);	/* takes a zeroed one too */

/* The blocks that are marked bad: bad[], nbad, no_marker of *r. */
void nand_bad_blocks(const struct nand_chip *c, struct view raw,
		     struct nand_report *r);
struct nand_bad *nand_is_bad(const struct nand_report *r, uint64_t block);

/*
 *	bad = n:u32 { block u32, blank u32, hash of its data u64 } data, of the
 *		blanked blocks, which are counted from 1
 *
 * What is to be known of the bad blocks so that nothing is put there. One of
 * which no page holds is blanked: it reads as zeros, for it is no room. What
 * was there is in data, one block after the other.
 */
void nand_keep_bad(const struct nand_chip *c, const struct nand_report *r,
		   struct buf *data, struct buf *bad);

/*
 * Where the bytes go, in order. spare may be NULL. odd gets a record for each
 * page that its data and spare bytes do not give back, as keep.h has them;
 * or is NULL. skip_bad: leave bad blocks out.
 */
struct nand_sink {
	int (*data)(void *arg, struct view bytes, struct err *e);
	int (*spare)(void *arg, struct view bytes, struct err *e);
	void (*progress)(void *arg, uint64_t done, uint64_t total);
	void *arg;
	struct buf *odd;
	bool skip_bad;
};

/*
 * All pages of raw; what is left after the last whole one goes to data as it
 * is. Fills all of *r but what nand_bad_blocks() does, which comes first.
 */
int nand_strip(const struct nand_chip *c, struct view raw,
	       const struct nand_sink *k, struct nand_report *r, struct err *e);

/*
 * The reverse: pages from data and spare bytes, parity made right where it is
 * not. odd and bad as above, or empty; -1 where bad blocks are not as they were.
 */
struct nand_source {
	struct view data, spare, odd;
	struct badlist { struct view list, was; } bad;
};
int nand_join(const struct nand_chip *c, const struct nand_source *from,
	      int (*write)(void *arg, struct view raw, struct err *e), void *arg,
	      struct err *e);

#endif

/* judge.h - checksums as judges between readings of one chip */
#ifndef PROJECT_JUDGE_H
#define PROJECT_JUDGE_H

#include "fixup/compare.h"
#include "project/plan.h"

/* What holds and what does not: nodes of logs, and objects with a checksum. */
struct tally {
	uint64_t nodes, bad_nodes;
	uint64_t objects, bad_objects;
	uint64_t bytes;			/* of the objects that hold */
	bool mixed;			/* nodes are not those of jffs2 alone */
};

/* s is what was found in v. */
struct tally judge(const struct scan *s, struct view v);
/* The same of bytes that have not been scanned yet; nothing is said. */
int judge_bytes(struct tally *t, struct view v, struct err *e);

/* Above 0: a holds better than b; below: worse; 0: neither. */
int judge_compare(const struct tally *a, const struct tally *b);
bool judge_is_clean(const struct tally *t);
/* "4158 of 4158 jffs2 nodes and 5 of 5 objects good"; others: how many the
   other one has of each, which are missing here. */
void judge_put(struct buf *out, const struct tally *t, const struct tally *other);

/*
 * Whether all that differs between a and b, which are compared in c, is what a
 * running system writes: jffs2, UBI, YAFFS, an environment. Where nodes are
 * known by a magic, each stretch must have some.
 */
bool judge_is_live(const struct plan *a, const struct plan *b,
		   const struct compared *c);

/* Whether a checksum watches over one place at least. */
bool judge_watches(const struct plan *p, const struct compared *c);

/*
 * Out of n readings of the same length (n >= 3; those that are a bad one as a
 * whole left out by the caller): what most say, and where they do not agree,
 * what makes checksums hold. *by_sum: how many places were settled by one.
 * Fails, naming a place, where neither settles it, or where the result would
 * hold worse than one of the readings.
 */
int judge_merge(struct buf *out, const struct view *read, size_t n,
		uint64_t *by_vote, uint64_t *by_sum, struct err *e);

#endif

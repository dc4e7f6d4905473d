/* fates.h - what became of packets on their way, place by place */
#ifndef FIXUP_FATES_H
#define FIXUP_FATES_H

#include "fixup/compare.h"

/* A longer stretch was not lost in packets; fewer bytes were not lost at all. */
enum { STRETCH = 4096, FATES_LOST = 4 };

/*
 * How much each of the causes explains; other: what none does. Of all sizes
 * of packets it is the one that leaves the least to noise.
 */
struct fates {
	uint64_t lost[2], stale[2];	/* packets or places, in a and in b */
	uint64_t noise, stretches, other;
	unsigned packet;		/* its size, if that is known */
};

struct fates fates_of(const struct pair *p);

bool fates_blank(struct view v);	/* all 0xff, or all 0x00 */

#endif

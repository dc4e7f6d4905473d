/* vote.h - one image out of several readings of the same chip */
#ifndef FIXUP_VOTE_H
#define FIXUP_VOTE_H

#include "fixup/compare.h"

/* Where readings do not agree; a majority has settled some of it. */
struct votes {
	struct spot *place;	/* bytes: those without a majority, or 0 */
	size_t n, cap;
};

/*
 * Append to out what more than half of the n readings say, byte by byte. They
 * have the same length. Where there is no majority the bytes are those of the
 * first. Free it in any case.
 */
void vote(struct votes *v, const struct view *read, size_t n, struct buf *out);
void votes_free(struct votes *v);	/* takes a zeroed one too */

#endif

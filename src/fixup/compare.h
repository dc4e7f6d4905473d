/* compare.h - two readings of one chip: where they differ, and what that says */
#ifndef FIXUP_COMPARE_H
#define FIXUP_COMPARE_H

#include "core/buf.h"

/* A run of differences; fewer than NEAR equal bytes do not end it. */
struct spot { uint64_t at, size, bytes; };

enum { MOST_PLACES = 65536, NEAR = 16 };

/* Over the length that both have. */
struct compared {
	uint64_t bytes, places;		/* all of them */
	uint64_t size;			/* the common length */
	struct spot *place;		/* the first MOST_PLACES */
	size_t n, cap;
	uint64_t end;			/* of the last one */
	uint64_t single;		/* bytes that differ in one bit only */
	uint64_t up, down;		/* bits: 0 in a and 1 in b; the reverse */
	uint64_t ff_a, ff_b;		/* differing bytes that are 0xff there */
	uint64_t fill;			/* 0x00 on one side and 0xff on the other */
	uint8_t mask;			/* bits that ever differ */
};

void compare(struct compared *c, struct view a, struct view b);
void compared_free(struct compared *c);		/* takes a zeroed one too */

enum cause {
	CAUSE_NONE,		/* nothing that is known */
	CAUSE_LENGTH,		/* one goes on with erased flash */
	CAUSE_SWAPPED,		/* the same bytes, words reversed */
	CAUSE_WRAP,		/* addresses begin again at `at` */
	CAUSE_LINE,		/* an address line, `n`, has one value */
	CAUSE_STUCK,		/* data bits, `n` a mask, have one value */
	CAUSE_FILL,		/* 0x00 here where there is 0xff */
	CAUSE_PACKETS,		/* `n` packets of `at` bytes are lost */
	CAUSE_STALE,		/* `n` packets of `at` bytes are those before them */
	CAUSE_BLANK,		/* long stretches are erased in one */
	CAUSE_SHIFT,		/* bytes are lost at `at`, or too many */
	CAUSE_NOISE,		/* single bits */
	CAUSE_MIXED,		/* lost packets and single bits */
	CAUSES,
};

extern const char *const cause_codes[];		/* "lost-packets", for JSON */

/*
 * Why two readings differ. text is one line for people, in which a and b have
 * the names given; more is what shows it, or "". bad: 1 or 2, which of them is
 * the bad one, if the differences alone tell; else 0.
 */
struct verdict {
	enum cause cause;
	int bad;
	uint64_t at, n;
	char text[200], more[400], advice[120];
};

/* Two readings that differ, what compare() says of them, and their names. */
struct pair {
	const struct compared *c;
	struct view a, b;
	const char *name_a, *name_b;
	int blame;		/* 1 or 2: checksums say this one is worse */
};

/* The first cause that explains all differences. */
void diagnose(struct verdict *v, const struct pair *p);

#endif

/* find.h - many short strings at once, at memory speed */
#ifndef SCAN_FIND_H
#define SCAN_FIND_H

#include "core/view.h"

enum { MOST_NEEDLES = 512, LEAST_NEEDLE = 3, PRINT = 4, CHAINS = 4096 };

struct needle { const uint8_t *p; unsigned len; };

/* A needle that is there, at its first byte. */
struct hit { uint32_t at; uint16_t needle; };
struct hits {
	struct hit *v;
	size_t n, cap;
	size_t dropped;			/* over the finder's limit */
	uint32_t window;		/* where `seen` is of */
	uint16_t seen[MOST_NEEDLES];
};

enum find_level { FIND_PLAIN, FIND_SSSE3, FIND_AVX2 };

/*
 * Each needle is found by a fingerprint: PRINT (3 where it is that short)
 * bytes somewhere in it. Needles are dealt into 8 buckets, one bit each. At
 * every place, for each byte of the fingerprint, tables of its two nibbles
 * say which buckets it may belong to; where a bucket remains, the needles
 * with that fingerprint are compared.
 */
struct finder {
	const struct needle *needle;
	size_t n;
	enum find_level level;
	size_t before, after;		/* readable bytes that a hit may need */
	unsigned most;			/* hits of one needle in 4 KiB; 0: all */
	uint8_t lo[PRINT][16], hi[PRINT][16];
	uint8_t print[MOST_NEEDLES];	/* where in the needle it lies */
	uint16_t head[CHAINS], next[MOST_NEEDLES];
};

/* Needles (3 bytes or more, not more than MOST_NEEDLES) outlive the finder. */
void finder_init(struct finder *f, const struct needle *needle, size_t n);

/*
 * Append every needle whose fingerprint begins in [from, to) of v, ordered by
 * that; v should have `before` bytes before from and `after` bytes after to,
 * where the image has them. Every level gives the same hits.
 */
void finder_run(const struct finder *f, struct view v, size_t from, size_t to,
		struct hits *out);

/* The best that this processor has. */
enum find_level find_best(void);

/* For find_x86.c: what is left to do where a bucket remained. */
void finder_compare(const struct finder *f, struct view v, size_t at,
		    struct hits *out);
/* Both go through whole vectors only and say how far they came. */
size_t find_avx2(const struct finder *f, struct view v, size_t from, size_t to,
		 struct hits *out);
size_t find_ssse3(const struct finder *f, struct view v, size_t from, size_t to,
		  struct hits *out);

#endif

/*
 * gnudeflate.h - deflate as GNU gzip does it
 *
 * GNU gzip and zlib have one ancestor, and the same levels find the same
 * matches; but gzip ends its blocks elsewhere: after 32767 literals and
 * matches, or sooner where a look at each 4096 of them shows that it pays.
 */
#ifndef CORE_GNUDEFLATE_H
#define CORE_GNUDEFLATE_H

#include "core/recode.h"

/* Append-only; bits fill bytes from the low end. Stops when the sink does. */
struct bits {
	struct sink *to;
	uint8_t byte[1 << 15];
	size_t n;
	uint64_t held;
	unsigned nheld;
	bool stopped;
};

enum { BITS_ROOM = 16 };		/* is always left in byte[] */

void bits_hand_over(struct bits *b);	/* the bytes that are whole */
void bits_align(struct bits *b);	/* all are in bytes then */
void bits_flush(struct bits *b);	/* aligned, and handed over */

/* The low n bits of value, up to 32; the others are 0. */
static inline void bits_put(struct bits *b, uint32_t value, unsigned n)
{
	b->held |= (uint64_t)value << b->nheld;
	b->nheld += n;
	if (b->nheld < 32)
		return;
	for (unsigned i = 0; i < 4; i++)
		b->byte[b->n + i] = (uint8_t)(b->held >> 8 * i);
	b->n += 4;
	b->held >>= 32;
	b->nheld -= 32;
	if (b->n > sizeof(b->byte) - BITS_ROOM)
		bits_hand_over(b);
}

enum { GNU_MOST = 0x8000 };		/* literals and matches of a block */

/* A block being collected. */
struct gnublock {
	uint8_t lit[GNU_MOST];		/* a literal, or a length less 3 */
	uint16_t dist[GNU_MOST];	/* 0: a literal */
	unsigned n, matches;
	uint32_t litfreq[2 * 286 + 1], distfreq[2 * 30 + 1];
};

void gnublock_init(struct gnublock *b);
/* Add a literal (dist 0) or a match. True: the block should end here. */
bool gnublock_add(struct gnublock *b, unsigned dist, unsigned lc, int level,
		  uint64_t covered);
/* Write it: as it is, with the fixed code, or with one of its own. */
void gnublock_put(struct gnublock *b, struct bits *to, struct view stored,
		  bool last);

/* All of plain, without a header. */
void gnudeflate(struct view plain, int level, struct sink *to);

#endif

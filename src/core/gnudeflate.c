/*
 * gnudeflate.c - the matches that GNU gzip finds
 *
 * A window of 64 KiB slides by half of it; chains of hashes of three bytes
 * lead back in it. Position 0 of the window stands for none, so that what is
 * there is never found, and a match may run into what the window held before
 * at its very end: both are seen in the result, and are done likewise.
 */
#include "core/gnudeflate.h"

#include <stdlib.h>

#include "core/mem.h"

enum {
	WSIZE = 0x8000, WMASK = WSIZE - 1, HASH = 1 << 15, LEAST = 3, MOST = 258,
	LOOKAHEAD = MOST + LEAST + 1, REACH = WSIZE - LOOKAHEAD, TOO_FAR = 4096,
};

static const struct level { uint16_t good, lazy, nice, chain; } levels[10] = {
	[1] = { 4, 4, 8, 4 }, { 4, 5, 16, 8 }, { 4, 6, 32, 32 },
	{ 4, 4, 16, 16 }, { 8, 16, 32, 32 }, { 8, 16, 128, 128 },
	{ 8, 32, 128, 256 }, { 32, 128, 258, 1024 }, { 32, 258, 258, 4096 },
};

struct deflate {
	struct view in;
	size_t read;			/* of in */
	uint8_t window[2 * WSIZE + MOST];
	uint16_t head[HASH], prev[WSIZE];
	unsigned start, ahead;		/* where we are, how much is behind it */
	unsigned hash, match;		/* match: where the longest one begins */
	int64_t block;			/* where the block begins; may be < 0 */
	int level;
	struct gnublock b;
	struct bits bits;
};

static void slide(uint16_t *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		v[i] = v[i] >= WSIZE ? (uint16_t)(v[i] - WSIZE) : 0;
}

static void fill(struct deflate *d)
{
	size_t room = 2 * WSIZE - d->ahead - d->start, n;

	if (d->start >= WSIZE + REACH) {
		memcpy(d->window, d->window + WSIZE, WSIZE);
		d->match -= WSIZE;
		d->start -= WSIZE;
		d->block -= WSIZE;
		slide(d->head, HASH);
		slide(d->prev, WSIZE);
		room += WSIZE;
	}
	n = d->in.len - d->read < room ? d->in.len - d->read : room;
	if (n)
		memcpy(d->window + d->start + d->ahead, d->in.p + d->read, n);
	else
		memset(d->window + d->start + d->ahead, 0, LEAST - 1);
	d->read += n;
	d->ahead += (unsigned)n;
}

/* gzip sees the end of its input when it wants more than there is. */
static void refill(struct deflate *d, bool *ended)
{
	while (d->ahead < LOOKAHEAD && !*ended) {
		*ended = d->read == d->in.len;
		fill(d);
	}
}

static void update(struct deflate *d, uint8_t c)
{
	d->hash = (d->hash << 5 ^ c) & (HASH - 1);
}

static unsigned insert(struct deflate *d)
{
	unsigned was;

	update(d, d->window[d->start + LEAST - 1]);
	was = d->head[d->hash];
	d->prev[d->start & WMASK] = (uint16_t)was;
	d->head[d->hash] = (uint16_t)d->start;
	return was;
}

static unsigned length_at(const uint8_t *a, const uint8_t *b)
{
	unsigned n = 0;

	while (n < MOST && a[n] == b[n])
		n++;
	return n;
}

static unsigned longest(struct deflate *d, unsigned cur, unsigned best)
{
	const struct level *l = &levels[d->level];
	unsigned chain = best >= l->good ? l->chain >> 2 : l->chain;
	unsigned limit = d->start > REACH ? d->start - REACH : 0;
	const uint8_t *scan = d->window + d->start;

	do {
		const uint8_t *m = d->window + cur;
		unsigned n;

		if (m[best] != scan[best] || m[best - 1] != scan[best - 1] ||
		    m[0] != scan[0] || m[1] != scan[1])
			continue;
		n = length_at(scan, m);
		if (n <= best)
			continue;
		d->match = cur;
		best = n;
		if (n >= l->nice)
			break;
	} while ((cur = d->prev[cur & WMASK]) > limit && --chain);
	return best;
}

static bool is_near(const struct deflate *d, unsigned head)
{
	return head && d->start - head <= REACH &&
	       d->start <= 2 * WSIZE - LOOKAHEAD;
}

static void flush(struct deflate *d, bool last)
{
	struct view none = { 0 }, v = { d->window + (d->block < 0 ? 0 : d->block),
		(size_t)((int64_t)d->start - d->block), 0 };

	if (d->block < 0) {
		/* Too long ago to be stored; its length still counts. */
		none.len = SIZE_MAX / 2;
		v = none;
	}
	gnublock_put(&d->b, &d->bits, v, last);
	d->block = d->start;
}

static bool add(struct deflate *d, unsigned dist, unsigned lc)
{
	return gnublock_add(&d->b, dist, lc, d->level,
			    (uint64_t)((int64_t)d->start - d->block));
}

static void fast(struct deflate *d)
{
	bool ended = false, full;
	unsigned n = 0;

	while (d->ahead && !d->bits.stopped) {
		unsigned head = insert(d);

		if (is_near(d, head)) {
			n = longest(d, head, LEAST - 1);
			n = n > d->ahead ? d->ahead : n;
		}
		if (n < LEAST) {
			full = add(d, 0, d->window[d->start]);
			d->ahead--;
			d->start++;
		} else {
			full = add(d, d->start - d->match, n - LEAST);
			d->ahead -= n;
			if (n <= levels[d->level].lazy) {
				for (; --n; ) {
					d->start++;
					insert(d);
				}
				d->start++;
			} else {
				d->start += n;
				d->hash = d->window[d->start];
				update(d, d->window[d->start + 1]);
			}
			n = 0;
		}
		if (full)
			flush(d, false);
		refill(d, &ended);
	}
}

/* The match at the place before is better: take it. */
static bool take_previous(struct deflate *d, unsigned was, unsigned n)
{
	bool full = add(d, d->start - 1 - was, n - LEAST);

	d->ahead -= n - 1;
	for (n -= 2; n; n--) {
		d->start++;
		insert(d);
	}
	d->start++;
	return full;
}

/* What is found is held back until the next place had its say. */
static void lazy(struct deflate *d)
{
	bool ended = false, held = false, full;
	unsigned n = LEAST - 1;

	while (d->ahead && !d->bits.stopped) {
		unsigned head = insert(d), was = d->match, before = n;

		n = LEAST - 1;
		if (before < levels[d->level].lazy && is_near(d, head)) {
			n = longest(d, head, before);
			n = n > d->ahead ? d->ahead : n;
			if (n == LEAST && d->start - d->match > TOO_FAR)
				n--;
		}
		if (before >= LEAST && n <= before) {
			full = take_previous(d, was, before);
			held = false;
			n = LEAST - 1;
			if (full)
				flush(d, false);
		} else if (held) {
			if (add(d, 0, d->window[d->start - 1]))
				flush(d, false);
			d->start++;
			d->ahead--;
		} else {
			held = true;
			d->start++;
			d->ahead--;
		}
		refill(d, &ended);
	}
	if (held)
		add(d, 0, d->window[d->start - 1]);
}

void gnudeflate(struct view plain, int level, struct sink *to)
{
	struct deflate *d = xcalloc(1, sizeof(*d));
	bool ended = false;

	d->in = plain;
	d->level = level;
	d->bits.to = to;
	gnublock_init(&d->b);
	d->read = plain.len < 2 * WSIZE ? plain.len : 2 * WSIZE;
	if (d->read)
		memcpy(d->window, plain.p, d->read);
	d->ahead = (unsigned)d->read;
	refill(d, &ended);
	for (int i = 0; i < LEAST - 1; i++)
		update(d, d->window[i]);
	(level <= 3 ? fast : lazy)(d);
	if (!d->bits.stopped) {
		flush(d, true);
		bits_flush(&d->bits);
	}
	free(d);
}

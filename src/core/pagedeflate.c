/*
 * pagedeflate.c - a page as zlib's deflate packs it, sooner
 *
 * Position 0 stands for none: what is there is never found. A page is so short
 * that all of it is one block, and that a window which slides makes no
 * difference but for how far back a match may be.
 */
#include "core/pagedeflate.h"

#include <libdeflate.h>
#include <stdlib.h>

#include "core/gnudeflate.h"
#include "core/mem.h"

enum {
	HASH = 1 << 15, LEAST = 3, MOST = 258, LOOKAHEAD = MOST + LEAST + 1,
	GOOD = 8, LAZY = 16, NICE = 128, CHAIN = 128, SLACK = 8,
};

struct pagedeflate {
	uint8_t page[PAGEDEFLATE_MOST + SLACK];
	/* Places in head count from before the page, so that it need not be cleared. */
	uint16_t head[HASH], prev[PAGEDEFLATE_MOST];
	unsigned base, len, at, reach;
	unsigned match;			/* where the longest one begins */
	struct gnublock b;
	struct bits bits;
};

struct pagedeflate *pagedeflate_new(void)
{
	return xcalloc(1, sizeof(struct pagedeflate));
}

void pagedeflate_free(struct pagedeflate *d)
{
	free(d);
}

/* The newest place before that begins alike, or 0. */
static unsigned insert(struct pagedeflate *d, unsigned at)
{
	const uint8_t *p = d->page + at;
	unsigned hash = (p[0] << 10 ^ p[1] << 5 ^ p[2]) & (HASH - 1);
	unsigned was = d->head[hash];

	was = was > d->base ? was - d->base : 0;
	d->prev[at] = (uint16_t)was;
	d->head[hash] = (uint16_t)(d->base + at);
	return was;
}

/* Of eight bytes in memory those before the first that differs. */
static unsigned same_bytes(uint64_t diff)
{
	return (unsigned)(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
			  ? __builtin_ctzll(diff) : __builtin_clzll(diff)) / 8;
}

/* Bytes that are the same, `most` of them at most. */
static unsigned length_at(const uint8_t *a, const uint8_t *b, unsigned most)
{
	unsigned n = 0;
	uint64_t x, y;

	for (; n < most; n += 8) {
		memcpy(&x, a + n, 8);
		memcpy(&y, b + n, 8);
		if (x != y) {
			n += same_bytes(x ^ y);
			break;
		}
	}
	return n < most ? n : most;
}

static unsigned longest(struct pagedeflate *d, unsigned cur, unsigned best)
{
	unsigned left = d->len - d->at, most = left < MOST ? left : MOST;
	unsigned nice = left < NICE ? left : NICE;
	unsigned chain = best >= GOOD ? CHAIN / 4 : CHAIN, n;
	unsigned limit = d->at > d->reach ? d->at - d->reach : 0;
	const uint8_t *scan = d->page + d->at;
	uint16_t end;

	if (best >= left)
		return left;
	memcpy(&end, scan + best - 1, 2);
	do {
		uint16_t is;

		memcpy(&is, d->page + cur + best - 1, 2);
		if (is != end)
			continue;
		n = length_at(scan, d->page + cur, most);
		if (n <= best)
			continue;
		d->match = cur;
		best = n;
		if (n >= nice)
			break;
		memcpy(&end, scan + best - 1, 2);
	} while ((cur = d->prev[cur]) > limit && --chain);
	return best;
}

static unsigned look(struct pagedeflate *d, unsigned head, unsigned before)
{
	if (!head || before >= LAZY || d->at - head > d->reach)
		return LEAST - 1;
	return longest(d, head, before);
}

static void put_match(struct pagedeflate *d, unsigned dist, unsigned n)
{
	gnublock_add(&d->b, dist, n - LEAST, 0, 0);
}

/* What is found is held back until the next place had its say. */
static void find_all(struct pagedeflate *d)
{
	unsigned n = LEAST - 1, was, before, head, end;
	bool held = false;

	for (d->at = 0; d->at < d->len;) {
		head = d->at + LEAST <= d->len ? insert(d, d->at) : 0;
		before = n;
		was = d->match;
		n = look(d, head, before);
		if (before >= LEAST && n <= before) {
			put_match(d, d->at - 1 - was, before);
			for (end = d->at + before - 1; ++d->at < end;)
				if (d->at + LEAST <= d->len)
					insert(d, d->at);
			held = false;
			n = LEAST - 1;
			continue;
		}
		if (held)
			gnublock_add(&d->b, 0, d->page[d->at - 1], 0, 0);
		held = true;
		d->at++;
	}
	if (held)
		gnublock_add(&d->b, 0, d->page[d->at - 1], 0, 0);
}

size_t pagedeflate(struct pagedeflate *d, struct view page, unsigned bits,
		   uint8_t *out, size_t room)
{
	memcpy(d->page, page.p, page.len);
	d->base += PAGEDEFLATE_MOST;
	if (d->base > UINT16_MAX - PAGEDEFLATE_MOST + 1) {
		memset(d->head, 0, sizeof(d->head));
		d->base = 0;
	}
	d->len = (unsigned)page.len;
	d->reach = (1u << bits) - LOOKAHEAD;
	d->bits.n = 0;
	gnublock_init(&d->b);
	find_all(d);
	/* What the window slid over cannot be stored any more. */
	if (page.len >= (2u << bits) - LOOKAHEAD)
		page.len = SIZE_MAX / 2;
	gnublock_put(&d->b, &d->bits, page, true);
	if (d->bits.n > room)
		return 0;
	memcpy(out, d->bits.byte, d->bits.n);
	return d->bits.n;
}

size_t pagedeflate_zlib(struct pagedeflate *d, struct view page, uint8_t *out,
			size_t room)
{
	uint32_t sum = libdeflate_adler32(1, page.p, page.len);
	size_t n = room > 6 ? pagedeflate(d, page, 15, out + 2, room - 6) : 0;

	if (!n)
		return 0;
	out[0] = 0x78;
	out[1] = 0x9c;
	for (unsigned i = 0; i < 4; i++)
		out[2 + n + i] = (uint8_t)(sum >> (24 - 8 * i));
	return n + 6;
}

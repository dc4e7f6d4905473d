/*
 * bcl.c - the LZ77 of the Basic Compression Library
 *
 *	stream	= marker { byte | marker 0 | marker length distance }
 *
 * A number is of 7 bits a byte, the high ones first, bit 7 on all but the
 * last. marker 0 is the marker itself. Nothing says where the stream ends.
 */
#include "core/work.h"
#include "scan/matches.h"
#include "scan/novatek.h"

enum { MOST_DISTANCE = 100000 };

static uint32_t get_number(struct cursor *c)
{
	uint32_t n = 0;
	uint8_t byte;

	do {
		byte = get8(c);
		n = n << 7 | (byte & 0x7f);
	} while (byte & 0x80 && cursor_ok(c));
	return n;
}

static bool copy(struct buf *out, size_t start, uint64_t most, uint32_t length,
		 uint32_t distance)
{
	uint8_t *p;

	if (!distance || distance > out->len - start ||
	    length > most - (out->len - start))
		return false;
	p = buf_room(out, length);
	for (uint32_t i = 0; i < length; i++)
		p[i] = *(p + i - distance);
	out->len += length;
	return true;
}

/* What a marker stands for; false where that cannot be. */
static bool expand(struct cursor *c, struct buf *out, size_t start, uint64_t most,
		   uint8_t marker)
{
	uint32_t length;

	if (view_is(c->v, c->pos, "", 1)) {
		get8(c);
		put8(out, marker);
		return true;
	}
	length = get_number(c);
	return copy(out, start, most, length, get_number(c));
}

int bcl_unpack(struct view in, uint64_t n, struct buf *out, struct err *e)
{
	struct cursor c = cursor(in, LITTLE);
	size_t start = out->len;
	uint8_t marker = get8(&c);

	while (out->len - start < n && cursor_ok(&c)) {
		uint8_t byte = get8(&c);

		if (byte != marker)
			put8(out, byte);
		else if (!expand(&c, out, start, n, marker))
			return fail_at(e, in.at + c.pos, "LZ stream damaged");
	}
	work_add(n);
	return cursor_ok(&c) ? 0 : fail_at(e, in.at + c.pos, "LZ stream cut off");
}

static void put_number(struct buf *out, uint32_t n)
{
	unsigned bits = 0;

	while (n >> bits > 0x7f)
		bits += 7;
	for (; bits; bits -= 7)
		put8(out, (uint8_t)(n >> bits | 0x80));
	put8(out, n & 0x7f);
}

/* The byte that stands there least often. */
static uint8_t rarest(struct view v)
{
	size_t count[256] = { 0 };
	uint8_t best = 0;

	for (size_t i = 0; i < v.len; i++)
		count[v.p[i]]++;
	for (unsigned i = 1; i < 256; i++)
		if (count[i] < count[best])
			best = (uint8_t)i;
	return best;
}

static unsigned number_size(size_t n)
{
	return 1 + (n > 0x7f) + (n > 0x3fff) + (n > 0x1fffff);
}

/* A match is no longer than it is far away: the original writes none such. */
void bcl_pack(struct view plain, struct buf *out)
{
	struct matches m = matches_of(plain);
	uint8_t marker = rarest(plain);

	m.most_far = m.most_long = MOST_DISTANCE;
	m.apart = true;
	put8(out, marker);
	for (size_t at = 0, n, far = 0; at < plain.len; at += n) {
		n = matches_longest(&m, at, &far);
		if (n > 1 + number_size(n) + number_size(far)) {
			put8(out, marker);
			put_number(out, (uint32_t)n);
			put_number(out, (uint32_t)far);
		} else {
			n = 1;
			put8(out, plain.p[at]);
			if (plain.p[at] == marker)
				put8(out, 0);
		}
		matches_add(&m, at, n);
	}
	matches_free(&m);
}

/* records.c - Intel HEX and S-records: every line has a checksum of its own */
#include <stdio.h>

#include "fixup/hexread.h"

/*
 *	Intel HEX: ':' count8 offset16 type8 byte*count sum8, all in hex; the
 *	sum of all bytes is 0. Types: 0 data, 1 end, 2 segment (* 16), 4 upper
 *	16 bits of the address, 3 and 5 entry point.
 *	S-record:  'S' type count8 address byte* sum8; the sum of all bytes is
 *	0xff. Types 1 2 3 are data with addresses of 2 3 4 bytes.
 */
enum { MOST_RECORD = 260 };

static size_t get_bytes(struct view l, uint8_t *room, unsigned *sum)
{
	size_t n = 0;

	*sum = 0;
	while (n < MOST_RECORD && 2 * n + 1 < l.len) {
		int hi = hex_digit(l.p[2 * n]), lo = hex_digit(l.p[2 * n + 1]);

		if (hi < 0 || lo < 0)
			break;
		room[n] = (uint8_t)(hi << 4 | lo);
		*sum += room[n++];
	}
	return 2 * n == l.len ? n : 0;
}

static void bad_record(struct chunk *c, struct view l)
{
	chunk_add(c, PIECE_BAD)->lost = c->line_len ? (int)c->line_len - (int)l.len : 0;
	c->bad++;
}

static void put_record(struct chunk *c, uint64_t at, const uint8_t *p, size_t n,
		       const struct dialect *d)
{
	/* A record is as long as its maker likes: in pieces of our line. */
	while (n) {
		struct hexline h = { .at = at, .width = 1, .orders = ORDER_ANY,
				     .dialect = d, .digits = 8 };
		struct piece *r = c->n ? &c->piece[c->n - 1] : NULL;

		h.n = n < MOST_LINE_BYTES ? (unsigned)n : MOST_LINE_BYTES;
		memcpy(h.byte, p, h.n);
		if (c->open && r->dialect == d && r->at + r->size == at) {
			r->per = h.n > r->per ? h.n : r->per;
			c->cut = false;
		}
		chunk_line(c, &h);
		p += h.n;
		at += h.n;
		n -= h.n;
		c->good -= n > 0;
	}
}

/* The segment was lost where offsets begin again without a new one. */
static void put_ihex(struct chunk *c, unsigned offset, const uint8_t *p, size_t n,
		     struct view l)
{
	const struct piece *r = c->open ? &c->piece[c->n - 1] : NULL;

	if (c->lost_upper && r && r->dialect == &dialect_ihex &&
	    c->upper + offset < r->at + r->size) {
		c->open = false;
		c->upper = UINT64_MAX;
	}
	if (c->upper == UINT64_MAX)
		bad_record(c, l);
	else
		put_record(c, c->upper + offset, p, n, &dialect_ihex);
}

static void read_ihex(struct chunk *c, struct view l)
{
	uint8_t b[MOST_RECORD];
	unsigned sum;
	size_t n = get_bytes(view_from(l, 1), b, &sum);

	c->needs_context = true;
	if (n < 5 || b[0] + 5u != n || sum & 0xff) {
		c->lost_upper = true;
		c->open = false;
		bad_record(c, l);
		return;
	}
	if (b[3] == 0)
		put_ihex(c, (unsigned)b[1] << 8 | b[2], b + 4, b[0], l);
	if ((b[3] == 2 || b[3] == 4) && b[0] == 2) {
		c->upper = (uint64_t)(b[4] << 8 | b[5]) << (b[3] == 2 ? 4 : 16);
		c->lost_upper = false;
	}
	if (b[3])
		c->good++;
	c->line_len = l.len;
}

static void read_srec(struct chunk *c, struct view l)
{
	uint8_t b[MOST_RECORD];
	unsigned sum, type = (unsigned)(l.p[1] - '0'), digits = type + 1;
	size_t n = get_bytes(view_from(l, 2), b, &sum);
	uint64_t at = 0;

	if (n < 3 || b[0] + 1u != n || (sum & 0xff) != 0xff) {
		bad_record(c, l);
		return;
	}
	c->line_len = l.len;
	if (type < 1 || type > 3 || n < digits + 2) {
		c->good++;
		return;
	}
	for (unsigned i = 1; i <= digits; i++)
		at = at << 8 | b[i];
	put_record(c, at, b + 1 + digits, n - digits - 2, &dialect_srec);
}

static bool all_hex(struct view l, size_t from)
{
	for (size_t i = from; i < l.len; i++)
		if (hex_digit(l.p[i]) < 0)
			return false;
	return true;
}

static bool is_wanted(const struct chunk *c, const struct dialect *d)
{
	return (!c->format || !strcmp(c->format, d->format)) && c->width <= 1;
}

bool chunk_record(struct chunk *c, struct view l)
{
	while (l.len && l.p[l.len - 1] == ' ')
		l.len--;
	if (l.len >= 11 && l.p[0] == ':' && is_wanted(c, &dialect_ihex) &&
	    all_hex(l, 1)) {
		read_ihex(c, l);
		return true;
	}
	if (l.len >= 8 && l.p[0] == 'S' && l.p[1] >= '0' && l.p[1] <= '9' &&
	    is_wanted(c, &dialect_srec) && all_hex(l, 2)) {
		read_srec(c, l);
		return true;
	}
	return false;
}

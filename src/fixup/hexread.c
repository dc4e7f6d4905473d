/* hexread.c - a stretch of a log becomes pieces, without regard to the rest */
#include "fixup/hexread.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/mem.h"

struct piece *chunk_add(struct chunk *c, enum piece_kind kind)
{
	c->piece = xgrow(c->piece, &c->cap, c->n + 1, sizeof(*c->piece));
	c->piece[c->n] = (struct piece){ .kind = kind, .line = c->lines };
	c->open = false;
	return &c->piece[c->n++];
}

/* Whether a line goes on where the open run ends. */
static bool continues(const struct chunk *c, const struct hexline *h)
{
	const struct piece *r;

	if (!c->open || c->cut)
		return false;
	r = &c->piece[c->n - 1];
	return h->at == r->at + r->size && h->dialect == r->dialect &&
	       h->width == r->width && (h->orders & r->orders) && h->n <= r->per;
}

void chunk_line(struct chunk *c, const struct hexline *h)
{
	struct piece *r;

	if (!continues(c, h)) {
		r = chunk_add(c, PIECE_RUN);
		r->at = h->at;
		r->p = c->bytes.p + c->bytes.len;
		r->dialect = h->dialect;
		r->width = h->width;
		r->orders = ORDER_ANY;
		r->per = h->n;
		r->digits = h->digits;
		r->gap = h->text ? h->text - h->col[h->n - 1] - 2 : 0;
	} else {
		r = &c->piece[c->n - 1];
	}
	put(&c->bytes, h->byte, h->n);
	r->size += h->n;
	r->lines++;
	r->orders &= h->orders;
	r->last = h->n;
	c->open = true;
	c->cut = h->n < r->per || h->n % h->width;
	c->good++;
}

static bool wants(const struct chunk *c, const struct hexline *h)
{
	if (c->width && h->width != c->width)
		return false;
	return !c->format || !strcmp(c->format, h->dialect->format) ||
	       ((!strcmp(c->format, "xxd") || !strcmp(c->format, "cfe")) &&
		!strcmp(h->dialect->format, "uboot"));
}

static bool get_crc(struct view l, struct piece *out)
{
	char text[160];
	unsigned long long at, end, sum;
	const char *s;

	snprintf(text, sizeof(text), "%.*s", (int)l.len, (const char *)l.p);
	s = strcasestr(text, "crc32 for ");
	if (!s || sscanf(s + 10, "%llx ... %llx ==> %llx", &at, &end, &sum) != 3 ||
	    end < at)
		return false;
	*out = (struct piece){ .at = at, .size = end - at + 1, .value = sum };
	return true;
}

static uint64_t hash_of(struct view l)
{
	uint64_t x = 0xcbf29ce484222325;

	for (size_t i = 0; i < l.len; i++)
		x = (x ^ l.p[i]) * 0x100000001b3;
	return x | 1;
}

/* An address and nothing else, as hexdump and od end with. */
static bool get_end(struct view l, uint64_t *at)
{
	if (l.len < LEAST_DIGITS || l.len > 16)
		return false;
	*at = 0;
	for (size_t i = 0; i < l.len; i++) {
		if (hex_digit(l.p[i]) < 0)
			return false;
		*at = *at << 4 | (unsigned)hex_digit(l.p[i]);
	}
	return true;
}

static bool other_kind(struct chunk *c, struct view l)
{
	struct piece crc = { 0 }, *p;
	struct echo e;
	uint64_t at;

	if (l.len == 1 && l.p[0] == '*') {
		chunk_add(c, PIECE_STAR);
	} else if (get_end(l, &at)) {
		chunk_add(c, PIECE_END)->at = at;
	} else if (get_echo(l, &e)) {
		p = chunk_add(c, PIECE_ECHO);
		p->at = e.at;
		p->size = e.size;
		p->verb = e.verb;
	} else if (is_load(l)) {
		chunk_add(c, PIECE_LOAD)->value = hash_of(l);
	} else if (get_crc(l, &crc)) {
		crc.kind = PIECE_CRC;
		crc.line = c->lines;
		*chunk_add(c, PIECE_CRC) = crc;
	} else {
		return false;
	}
	return true;
}

/* Without escape sequences, NULs, a byte order mark; backspaces done. */
static struct view cleaned(struct view l, uint8_t *room)
{
	size_t n = 0;

	for (size_t i = 0; i < l.len && n < MOST_LINE; i++) {
		uint8_t b = l.p[i];

		if (b == 0x1b) {
			bool csi = i + 1 < l.len && l.p[i + 1] == '[';

			for (i += csi ? 2 : 1; csi && i < l.len && l.p[i] < 0x40; i++)
				;
		} else if (b == 0xef && view_is(l, i, "\xef\xbb\xbf", 3)) {
			i += 2;
		} else if (b == '\b') {
			n -= n > 0;
		} else if (b >= 0x20 || b == '\t') {
			room[n++] = b;
		}
	}
	return (struct view){ room, n, 0 };
}

static bool is_clean(struct view l)
{
	for (size_t i = 0; i < l.len; i++)
		if ((l.p[i] < 0x20 && l.p[i] != '\t') || l.p[i] == 0xef)
			return false;
	return true;
}

/* One line, or what stands between two carriage returns; raw with its end. */
static void read_text(struct chunk *c, struct view l, struct view raw)
{
	uint8_t room[MOST_LINE];
	struct hexline h = { 0 };
	bool clean = is_clean(l);
	uint64_t at;

	if (!clean)
		l = cleaned(view_upto(l, 0, 4 * MOST_LINE), room);
	if (!l.len)
		return;
	if (chunk_page(c, l) || chunk_record(c, l))
		return;
	if (get_hexline(l, &h) && wants(c, &h)) {
		chunk_line(c, &h);
		c->line_len = c->cut ? c->line_len : l.len;
		if (!c->cut)
			shape_learn(c->shape, clean ? raw : (struct view){ 0 }, &h);
	} else if (!h.dialect && !other_kind(c, l) && was_hexline(l, &at)) {
		struct piece *p = chunk_add(c, PIECE_BAD);

		p->at = at;
		p->lost = c->line_len && clean ? (int)c->line_len - (int)l.len : 0;
		c->bad++;
	} else if (c->n == 0 || c->piece[c->n - 1].line != c->lines) {
		c->other++;
	}
}

static void read_line(struct chunk *c)
{
	size_t left = (size_t)(c->end - c->p), n;
	const uint8_t *nl = memchr(c->p, '\n', left);
	struct view raw = { c->p, nl ? (size_t)(nl - c->p) + 1 : left, 0 }, l = raw;

	c->p += raw.len;
	c->lines++;
	l.len -= nl != NULL;
	while (l.len) {
		const uint8_t *cr = memchr(l.p, '\r', l.len);

		n = cr ? (size_t)(cr - l.p) : l.len;
		if (n)
			read_text(c, (struct view){ l.p, n, 0 }, raw);
		l = view_from(l, n + (cr != NULL));
		raw = view_from(raw, n + (cr && l.len));
	}
}

/* The lines that look like the last one; most of a log. */
static bool read_alike(struct chunk *c)
{
	struct piece *r;
	size_t lines;

	if (!c->open || c->cut)
		return false;
	r = &c->piece[c->n - 1];
	lines = shape_run(c->shape, &c->p, c->end, r->at + r->size,
			  c->bytes.p + c->bytes.len, r->orders);
	c->bytes.len += lines * r->per;
	r->size += lines * r->per;
	r->lines += lines;
	c->lines += lines;
	c->good += lines;
	return lines > 0;
}

void chunk_read(struct chunk *c)
{
	c->p = c->log.p;
	c->end = c->log.p + c->log.len;
	c->shape = shape_new();
	/* A byte takes two characters at least: no more room is ever needed. */
	buf_room(&c->bytes, c->log.len / 2 + MOST_LINE_BYTES);
	while (c->p < c->end)
		if (!read_alike(c))
			read_line(c);
	chunk_page_end(c);
	free(c->shape);
	c->shape = NULL;
}

void chunk_free(struct chunk *c)
{
	buf_free(&c->bytes);
	free(c->piece);
	*c = (struct chunk){ 0 };
}

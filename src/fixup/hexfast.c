/* hexfast.c - line after line of one shape, checked without being parsed */
#include <stdlib.h>

#include "core/mem.h"
#include "fixup/hexread.h"
#include "fixup/swap.h"

enum { MOST_SHAPE = 192, WRONG = 0x100 };

/*
 * A shape is a good line: what must be the same in the next one (blanks, the
 * colon, the line's end and, changed from line to line, the address) stands in
 * want where mask is 0xff; digits and text are looked at one by one.
 */
struct shape {
	size_t len;
	unsigned n, width, from, digits, text;
	bool upper;
	uint16_t col[MOST_LINE_BYTES];
	uint8_t want[MOST_SHAPE + 8], mask[MOST_SHAPE + 8];
	uint16_t pair[1 << 16];		/* two digits as they lie in memory */
};

struct shape *shape_new(void)
{
	static const char hex[] = "0123456789abcdefABCDEF";
	struct shape *s = xmalloc(sizeof(*s));

	memset(s, 0, offsetof(struct shape, pair));
	memset(s->pair, WRONG >> 8, sizeof(s->pair));
	for (size_t a = 0; a < 22; a++)
		for (size_t b = 0; b < 22; b++) {
			uint8_t two[2] = { (uint8_t)hex[a], (uint8_t)hex[b] };
			uint16_t at;

			memcpy(&at, two, 2);
			s->pair[at] = (uint16_t)(hex_digit(two[0]) << 4 |
						 hex_digit(two[1]));
		}
	return s;
}

bool shape_learn(struct shape *s, struct view line, const struct hexline *h)
{
	s->len = 0;
	if (!line.len || line.len > MOST_SHAPE || !h->text || h->text + h->n > line.len ||
	    line.p[line.len - 1] != '\n')
		return false;
	memset(s->want, 0, sizeof(s->want));
	memset(s->mask, 0, sizeof(s->mask));
	memcpy(s->want, line.p, line.len);
	memset(s->mask, 0xff, line.len);
	for (unsigned i = 0; i < h->n; i++) {
		s->col[i] = h->col[i];
		s->mask[h->col[i]] = s->mask[h->col[i] + 1] = 0;
		s->mask[h->text + i] = 0;
	}
	for (unsigned i = 0; i < h->digits; i++) {
		uint8_t c = line.p[h->from + i];

		if (c > '9')
			s->upper = c < 'a';
	}
	s->len = line.len;
	s->n = h->n;
	s->width = h->width;
	s->from = h->from;
	s->digits = h->digits;
	s->text = h->text;
	return true;
}

static void set_address(struct shape *s, uint64_t at, unsigned last)
{
	const char *hex = s->upper ? "0123456789ABCDEF" : "0123456789abcdef";

	for (unsigned i = 0; i < last && i < s->digits; i++, at >>= 4)
		s->want[s->from + s->digits - 1 - i] = (uint8_t)hex[at & 15];
}

static inline bool same_frame(const struct shape *s, const uint8_t *p)
{
	uint64_t differ = 0;

	for (size_t i = 0; i < s->len; i += 8) {
		uint64_t is, want, mask;

		memcpy(&is, p + i, 8);
		memcpy(&want, s->want + i, 8);
		memcpy(&mask, s->mask + i, 8);
		differ |= (is ^ want) & mask;
	}
	return !differ;
}

static inline bool same_text(const struct shape *s, const uint8_t *text,
			     const uint8_t *bytes, unsigned n, bool little)
{
	uint8_t turned[MOST_LINE_BYTES], wrong = 0;

	if (little) {
		memcpy(turned, bytes, n);
		swap_words(turned, n, s->width);
		bytes = turned;
	}
	for (unsigned i = 0; i < n; i++) {
		uint8_t c = bytes[i];

		c = (uint8_t)(c - 0x20) < 0x5f ? c : '.';
		wrong |= c ^ text[i];
	}
	return !wrong;
}

static inline bool one_line(const struct shape *s, const uint8_t *p, uint8_t *out,
			    unsigned n, bool little)
{
	unsigned wrong = 0;

	for (unsigned i = 0; i < n; i++) {
		uint16_t two;

		memcpy(&two, p + s->col[i], 2);
		wrong |= s->pair[two];
		out[i] = (uint8_t)s->pair[two];
	}
	return !(wrong & WRONG) && same_frame(s, p) &&
	       same_text(s, p + s->text, out, n, little);
}

static inline size_t run(struct shape *s, const uint8_t **p, const uint8_t *end,
			 uint64_t at, uint8_t *out, unsigned n, bool little)
{
	const uint8_t *q = *p;
	size_t lines = 0;

	set_address(s, at, s->digits);
	while ((size_t)(end - q) >= s->len + 8 && one_line(s, q, out, n, little)) {
		q += s->len;
		out += n;
		at += n;
		lines++;
		set_address(s, at, (at & 0xff) < n ? s->digits : 2);
	}
	*p = q;
	return lines;
}

size_t shape_run(struct shape *s, const uint8_t **p, const uint8_t *end,
		 uint64_t at, uint8_t *out, unsigned orders)
{
	bool little = s->width > 1 && orders == ORDER_LITTLE;

	if (!s->len || (s->width > 1 && orders == ORDER_ANY) || s->n % s->width)
		return 0;
	if (s->n == 16 && !little)
		return run(s, p, end, at, out, 16, false);
	return run(s, p, end, at, out, s->n, little);
}

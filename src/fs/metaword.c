/* metaword.c - the words of a .fwmeta, which may come from anybody */
#include "fs/metaread.h"

int meta_bad(struct reading *r, const char *what, struct err *e)
{
	return fail_line(e, r->line, "%s; the .fwmeta is damaged or was edited "
			 "wrongly", what);
}

bool meta_word(struct view *line, struct view *word)
{
	const uint8_t *end;
	size_t n;

	*line = view_from(*line, view_run(*line, ' '));
	if (!line->len)
		return false;
	end = memchr(line->p, ' ', line->len);
	n = end ? (size_t)(end - line->p) : line->len;
	*word = view_sub(*line, 0, n);
	*line = view_from(*line, n);
	return true;
}

static int hex_digit(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

int meta_hex(struct view v, uint64_t at)
{
	int high, low;

	if (!view_has(v, at, 2))
		return -1;
	high = hex_digit(v.p[at]);
	low = hex_digit(v.p[at + 1]);
	return high < 0 || low < 0 ? -1 : high << 4 | low;
}

const char *meta_unescape(struct reading *r, struct view w)
{
	buf_clear(&r->word);
	for (size_t i = 0; i < w.len; i++) {
		int c = w.p[i];

		if (c == '\\') {
			c = view_is(w, i, "\\x", 2) ? meta_hex(w, i + 2) : -1;
			i += 3;
		}
		if (c <= 0)
			return NULL;
		put8(&r->word, (uint8_t)c);
	}
	return buf_string(&r->word);
}

bool meta_number(struct view w, unsigned base, uint64_t most, uint64_t *out)
{
	uint64_t x = 0;

	for (size_t i = 0; i < w.len; i++) {
		int d = hex_digit(w.p[i]);

		if (d < 0 || (unsigned)d >= base || x > (most - (unsigned)d) / base)
			return false;
		x = x * base + (unsigned)d;
	}
	*out = x;
	return w.len > 0;
}

bool meta_number32(struct view w, unsigned base, uint32_t *out)
{
	uint64_t x;

	if (!meta_number(w, base, UINT32_MAX, &x))
		return false;
	*out = (uint32_t)x;
	return true;
}

bool meta_numbers(struct view w, char mark, uint32_t *a, uint32_t *b)
{
	const uint8_t *m = w.len ? memchr(w.p, mark, w.len) : NULL;
	size_t n = m ? (size_t)(m - w.p) : 0;

	return m && meta_number32(view_sub(w, 0, n), 10, a) &&
	       meta_number32(view_from(w, n + 1), 10, b);
}

bool meta_time(struct view w, int64_t *out)
{
	bool minus = view_is(w, 0, "-", 1);
	uint64_t x;

	if (view_equal(w, view_text("-"))) {
		*out = TREE_NO_TIME;
		return true;
	}
	if (!meta_number(view_from(w, minus), 10, INT64_MAX, &x))
		return false;
	*out = minus ? -(int64_t)x : (int64_t)x;
	return true;
}

bool meta_value(struct view word, const char *key, struct view *value)
{
	size_t n = strlen(key);

	if (!view_is(word, 0, key, n) || !view_is(word, n, "=", 1))
		return false;
	*value = view_from(word, n + 1);
	return true;
}

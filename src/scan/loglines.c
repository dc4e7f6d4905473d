/* loglines.c - picking a line of a log apart */
#include "scan/loglines.h"

static void skip(struct lex *x, uint64_t n) { x->v = view_from(x->v, n); }

bool lex_find(struct lex *x, const char *word)
{
	size_t n = strlen(word);
	const uint8_t *hit = x->v.len ? memmem(x->v.p, x->v.len, word, n) : NULL;

	if (hit)
		skip(x, (uint64_t)(hit - x->v.p) + n);
	return hit != NULL;
}

bool lex_is(struct lex *x, const char *word)
{
	if (!view_is(x->v, 0, word, strlen(word)))
		return false;
	skip(x, strlen(word));
	return true;
}

static bool is_blank(uint8_t c) { return c == ' ' || c == '\t' || c == '\r'; }

bool lex_blank(struct lex *x)
{
	size_t n = 0;

	while (n < x->v.len && is_blank(x->v.p[n]))
		n++;
	skip(x, n);
	return n > 0;
}

static unsigned digit(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10u : 99;
}

static bool number(struct lex *x, unsigned base, uint64_t *out)
{
	size_t n = 0;
	uint64_t value = 0;

	for (; n < x->v.len && digit(x->v.p[n]) < base; n++) {
		if (value > (uint64_t)INT64_MAX / base - 1)
			return false;
		value = value * base + digit(x->v.p[n]);
	}
	if (!n)
		return false;
	skip(x, n);
	*out = value;
	return true;
}

bool lex_decimal(struct lex *x, uint64_t *n) { return number(x, 10, n); }
bool lex_hex(struct lex *x, uint64_t *n) { return number(x, 16, n); }

bool lex_quoted(struct lex *x, struct view *text)
{
	const uint8_t *end;

	if (x->v.len < 2 || x->v.p[0] != '"')
		return false;
	end = memchr(x->v.p + 1, '"', x->v.len - 1);
	if (!end)
		return false;
	*text = view_sub(x->v, 1, (uint64_t)(end - x->v.p) - 1);
	skip(x, text->len + 2);
	return true;
}

bool lex_word(struct lex *x, struct view *text)
{
	size_t n = 0;

	while (n < x->v.len && !is_blank(x->v.p[n]))
		n++;
	*text = view_sub(x->v, 0, n);
	skip(x, n);
	return n > 0;
}

bool lex_end(struct lex *x)
{
	lex_blank(x);
	return !x->v.len;
}

/* cleankeys.c - words that are keys, lines with one, and files that are keys */
#include <ctype.h>
#include <fnmatch.h>
#include <string.h>

#include "core/text.h"
#include "project/cleaning.h"

static bool same_word(struct view a, const char *b)
{
	enum { MOST = 64 };
	char word[MOST + 1];

	if (strpbrk(b, "*?") && a.len && a.len <= MOST) {
		memcpy(word, a.p, a.len);
		word[a.len] = 0;
		return !fnmatch(b, word, FNM_CASEFOLD);
	}
	if (a.len != strlen(b))
		return false;
	for (size_t i = 0; i < a.len; i++)
		if (tolower(a.p[i]) != tolower((unsigned char)b[i]))
			return false;
	return true;
}

bool rule_has_key(const struct rule *rule, struct view word)
{
	for (size_t i = 0; i < rule->words; i++)
		if (same_word(word, rule->word[i]))
			return true;
	return false;
}

static bool is_blank(uint8_t c)
{
	return c == ' ' || c == '\t';
}

/* The value of a line that begins with a key; empty: it does not. */
static struct view line_value(const struct rule *rule, struct view line,
			      struct view *key)
{
	uint64_t at = 0, end;

	while (at < line.len && is_blank(line.p[at]))
		at++;
	for (end = at; end < line.len && line.p[end] > ' '; end++)
		;
	*key = view_sub(line, at, end - at);
	for (at = end; at < line.len && is_blank(line.p[at]); at++)
		;
	for (end = line.len; end > at && line.p[end - 1] <= ' '; end--)
		;
	return rule_has_key(rule, *key) ? view_sub(line, at, end - at)
					: (struct view){ 0 };
}

bool edit_lines(const struct at_work *w, struct view text, struct buf *out)
{
	bool changed = false;

	while (text.len) {
		const uint8_t *end = memchr(text.p, '\n', text.len);
		size_t n = end ? (size_t)(end - text.p) + 1 : text.len;
		struct view line = view_sub(text, 0, n), key;
		struct view value = line_value(w->rule, line, &key);
		uint64_t at = value.len ? (uint64_t)(value.p - line.p) : line.len;

		put_view(out, view_sub(line, 0, at));
		put_view(out, view_from(line, at + value.len));
		if (value.len)
			clean_found(w, key, value);
		changed |= value.len > 0;
		text = view_from(text, n);
	}
	return changed;
}

/* PKCS#1 and PKCS#8 begin with version 0, a key of an elliptic curve with 1. */
static bool is_der_key(struct view v)
{
	static const uint8_t pkcs1[] = { 2, 1, 0, 2 }, pkcs8[] = { 2, 1, 0, 0x30 };
	static const uint8_t curve[] = { 2, 1, 1, 4 };
	uint64_t len, head = 2;

	if (!view_has(v, 0, 16) || v.p[0] != 0x30)
		return false;
	len = v.p[1];
	for (unsigned i = 0; len > 0x80 && len <= 0x84 && i < v.p[1] - 0x80u; i++)
		head++;
	if (head > 2) {
		len = 0;
		for (uint64_t i = 2; i < head; i++)
			len = len << 8 | v.p[i];
	}
	return len + head == v.len && (view_is(v, head, pkcs1, sizeof(pkcs1)) ||
	       view_is(v, head, pkcs8, sizeof(pkcs8)) ||
	       view_is(v, head, curve, sizeof(curve)));
}

bool is_key_file(struct view v)
{
	static const char *const names[] = { "ssh-rsa", "ssh-dss", "ssh-ed25519",
					     "ecdsa-sha2-" };

	if (is_der_key(v))
		return true;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (view_has(v, 0, 32) && !v.p[0] && !v.p[1] && !v.p[2] &&
		    view_is(v, 4, names[i], strlen(names[i])))
			return true;
	return false;
}

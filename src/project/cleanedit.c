/* cleanedit.c - the methods: what is left of a text without what is personal */
#include <ctype.h>
#include <string.h>

#include "core/text.h"
#include "project/cleaning.h"

enum { LEAST_RAW_VALUE = 6, MOST_VALUE = 512 };

static bool in_word(uint8_t c)
{
	return isalnum(c) || c == '_' || c == '-' || c == '#' || c >= 0x80;
}

/* The next word of key characters at or after *at; false: no more. */
static bool next_word(struct view v, uint64_t *at, struct view *word)
{
	uint64_t end;

	while (*at < v.len && !in_word(v.p[*at]))
		++*at;
	for (end = *at; end < v.len && in_word(v.p[end]); end++)
		;
	*word = view_sub(v, *at, end - *at);
	return word->len > 0;
}

/* Where the value begins behind a key that ends at `at`; 0: none follows. */
static uint64_t value_at(struct view v, uint64_t at, uint8_t *close)
{
	bool sign = false, blank = false;

	*close = 0;
	if (at < v.len && (v.p[at] == '"' || v.p[at] == '\''))
		at++;			/* "key": */
	if (at < v.len && v.p[at] == '>') {
		*close = '<';		/* <key>value</key> */
		return at + 1;
	}
	for (; at < v.len && strchr(" \t=:", v.p[at]) && v.p[at]; at++) {
		sign |= v.p[at] == '=' || v.p[at] == ':';
		blank |= v.p[at] == ' ' || v.p[at] == '\t';
	}
	if (at < v.len && (v.p[at] == '"' || v.p[at] == '\'') && (sign || blank)) {
		*close = v.p[at];
		return at + 1;
	}
	return sign ? at : 0;
}

static bool ends_value(uint8_t c, uint8_t close)
{
	return c == '\n' || c == '\r' || !c || (close ? c == close : c == ',' ||
	       c == ';' || c == '}' || c == ']');
}

bool key_value(const struct rule *rule, struct view v, uint64_t from,
	       struct view *key, struct view *value)
{
	uint64_t at = from, begin, end;
	uint8_t close;

	while (next_word(v, &at, key)) {
		at += key->len;
		if (!rule_has_key(rule, *key))
			continue;
		begin = value_at(v, at, &close);
		if (!begin)
			continue;
		for (end = begin; end < v.len && end - begin < MOST_VALUE &&
		     !ends_value(v.p[end], close); end++)
			;
		while (end > begin && v.p[end - 1] == ' ')
			end--;
		*value = view_sub(v, begin, end - begin);
		if (value->len)
			return true;
	}
	return false;
}

bool edit_keys(const struct at_work *w, struct view text, struct buf *out)
{
	struct view key, value;
	uint64_t done = 0;

	while (key_value(w->rule, text, done, &key, &value)) {
		uint64_t at = (uint64_t)(value.p - text.p);

		clean_found(w, key, value);
		put_view(out, view_sub(text, done, at - done));
		done = at + value.len;
	}
	put_view(out, view_from(text, done));
	return done > 0;
}

static bool is_hash(struct view field)
{
	static const char *const none[] = { "x", "*", "!", "!!", "!*", "*LK*", "NP" };

	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		if (view_equal(field, view_text(none[i])))
			return false;
	return field.len > 1;
}

bool edit_passwd(const struct at_work *w, struct view text, struct buf *out)
{
	bool changed = false;
	struct view line;

	while (text.len) {
		const uint8_t *end = memchr(text.p, '\n', text.len);
		size_t n = end ? (size_t)(end - text.p) + 1 : text.len;
		const uint8_t *one, *two;
		struct view hash = { 0 };

		line = view_sub(text, 0, n);
		text = view_from(text, n);
		one = memchr(line.p, ':', line.len);
		if (one) {
			hash = view_from(line, (uint64_t)(one - line.p) + 1);
			two = hash.len ? memchr(hash.p, ':', hash.len) : NULL;
			n = two ? (size_t)(two - hash.p) : hash.len;
			while (n && !two && hash.p[n - 1] <= ' ')
				n--;
			hash = view_sub(hash, 0, n);
		}
		if (!is_hash(hash)) {
			put_view(out, line);
			continue;
		}
		clean_found(w, view_sub(line, 0, (uint64_t)(one - line.p)), hash);
		put(out, line.p, (size_t)(one - line.p) + 1);
		put8(out, '*');
		put_view(out, view_from(line, (uint64_t)(hash.p - line.p) + hash.len));
		changed = true;
	}
	return changed;
}

static uint64_t find(struct view v, uint64_t from, const char *text)
{
	struct view rest = view_from(v, from);
	const uint8_t *hit = rest.len ? memmem(rest.p, rest.len, text, strlen(text)) : NULL;

	return hit ? (uint64_t)(hit - v.p) : UINT64_MAX;
}

/* [*at, *end) of the next block that names the rule's word in its first line. */
static bool next_pem(const struct rule *rule, struct view v, uint64_t from,
		     uint64_t *at, uint64_t *end)
{
	for (*at = from; (*at = find(v, *at, "-----BEGIN ")) != UINT64_MAX; *at += 11) {
		struct view head = view_upto(v, *at, 64);
		uint64_t stop = find(v, *at + 11, "-----END ");
		bool wanted = false;

		for (size_t i = 0; i < rule->words; i++)
			wanted |= memmem(head.p, head.len, rule->word[i],
					 strlen(rule->word[i])) != NULL;
		if (!wanted || stop == UINT64_MAX)
			continue;
		*end = find(v, stop + 9, "-----");
		*end = *end == UINT64_MAX || *end > stop + 64 ? stop + 9 : *end + 5;
		return true;
	}
	return false;
}

bool edit_pem(const struct at_work *w, struct view text, struct buf *out)
{
	uint64_t done = 0, at, end;

	while (next_pem(w->rule, text, done, &at, &end)) {
		clean_found(w, view_text(""), view_sub(text, at, end - at));
		put_view(out, view_sub(text, done, at - done));
		done = end;
	}
	put_view(out, view_from(text, done));
	return done > 0;
}

enum { MAC = 17 };

static bool is_mac(struct view v, uint64_t at)
{
	struct view m = view_sub(v, at, MAC);
	unsigned zeros = 0;

	if (!m.len || (at && isxdigit(v.p[at - 1])) ||
	    (view_has(v, at + MAC, 1) && isxdigit(v.p[at + MAC])))
		return false;
	for (unsigned i = 0; i < MAC; i++) {
		if (i % 3 == 2 ? m.p[i] != m.p[2] || (m.p[i] != ':' && m.p[i] != '-')
			       : !isxdigit(m.p[i]))
			return false;
		zeros += m.p[i] == '0';
	}
	return zeros < 12;
}

bool edit_macs(const struct at_work *w, struct view text, struct buf *out)
{
	uint64_t done = 0;

	for (uint64_t at = 0; at + MAC <= text.len; at++) {
		if (!is_mac(text, at))
			continue;
		clean_found(w, view_text(""), view_sub(text, at, MAC));
		put_view(out, view_sub(text, done, at - done));
		put_text(out, "00%c00%c00%c00%c00%c00", text.p[at + 2], text.p[at + 2],
			 text.p[at + 2], text.p[at + 2], text.p[at + 2]);
		done = at + MAC;
		at = done - 1;
	}
	put_view(out, view_from(text, done));
	return done > 0;
}

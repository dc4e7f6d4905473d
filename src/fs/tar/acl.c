/*
 * acl.c - access control lists as tar has them, in text
 *
 *	list	= rule { ("," | "\n") rule }
 *	rule	= ("user" | "group" | "mask" | "other") ":" [name | id] ":" rights
 *		  [":" id]
 */
#include "fs/tar/entry.h"

enum { OWNER = 1, USER = 2, ITS_GROUP = 4, GROUP = 8, MASK = 0x10, OTHER = 0x20 };
enum { MOST_RULES = 256, VERSION = 2, PLAIN = 3 };

struct rule { uint16_t tag, rights; uint32_t id; };

/* The text up to one of two bytes, taken off. */
static struct view take(struct view *text, char a, char b)
{
	size_t n = 0;
	struct view got;

	while (n < text->len && text->p[n] != (uint8_t)a && text->p[n] != (uint8_t)b)
		n++;
	got = view_sub(*text, 0, n);
	*text = view_from(*text, n < text->len ? n + 1 : n);
	return got;
}

static uint16_t tag_of(struct view word, bool named)
{
	switch (word.len ? word.p[0] : 0) {
	case 'u': return named ? USER : OWNER;
	case 'g': return named ? GROUP : ITS_GROUP;
	case 'm': return MASK;
	case 'o': return OTHER;
	}
	return 0;
}

static uint16_t rights_of(struct view word)
{
	uint16_t rights = 0;

	for (size_t i = 0; i < word.len; i++)
		rights |= word.p[i] == 'r' ? 4 : word.p[i] == 'w' ? 2
			: word.p[i] == 'x' ? 1 : 0;
	return rights;
}

/* False: it is none, or its name has no number. */
static bool get_rule(struct view text, struct rule *r)
{
	struct view tag = take(&text, ':', ':'), name = take(&text, ':', ':');
	int64_t id = UINT32_MAX;

	r->tag = tag_of(tag, name.len);
	r->rights = rights_of(take(&text, ':', ':'));
	if (name.len && !pax_number(text.len ? text : name, &id))
		return false;
	r->id = (uint32_t)id;
	return r->tag && id >= 0 && id <= UINT32_MAX;
}

static bool is_before(const struct rule *a, const struct rule *b)
{
	return a->tag != b->tag ? a->tag < b->tag : a->id < b->id;
}

/* In the order that the kernel wants them in. */
static void insert(struct rule *list, size_t n, struct rule r)
{
	for (; n && is_before(&r, &list[n - 1]); n--)
		list[n] = list[n - 1];
	list[n] = r;
}

bool tar_acl(struct view text, struct buf *out)
{
	struct rule list[MOST_RULES], r;
	size_t n = 0;

	while (text.len) {
		if (n == MOST_RULES || !get_rule(take(&text, ',', '\n'), &r))
			return false;
		insert(list, n++, r);
	}
	put32(out, VERSION);
	for (size_t i = 0; i < n; i++) {
		put16(out, list[i].tag);
		put16(out, list[i].rights);
		put32(out, list[i].id);
	}
	return n >= PLAIN;
}

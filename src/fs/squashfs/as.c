/* as.c - what node->as says of nodes in squashfs images */
#include "fs/squashfs/as.h"

#include <ctype.h>
#include <stdlib.h>

#include "core/buf.h"

#define PREFIX "sq:"

static const char letter[AS_FIELDS] = {
	[AS_RANK] = 'i', [AS_NUMBER] = 'n', [AS_START] = 'b',
	[AS_FRAGMENT] = 'f', [AS_OFFSET] = '.', [AS_PLACE] = '.',
};

/* What is not as it should be is nothing at all. */
struct squash_as squash_as_get(const struct node *n)
{
	struct squash_as as = { 0 };
	const char *s = n->as;
	char *end;

	if (!s || strncmp(s, PREFIX, strlen(PREFIX)))
		return as;
	s += strlen(PREFIX);
	as.solid = *s == 's';
	s += as.solid;
	as.is_long = *s == 'l';
	s += as.is_long;
	for (unsigned i = 0; i < AS_FIELDS; i++) {
		if (*s != letter[i] || !isdigit((unsigned char)s[1]))
			continue;
		squash_as_set(&as, i, strtoull(s + 1, &end, 10));
		s = end;
	}
	return *s ? (struct squash_as){ 0 } : as;
}

void squash_as_put(struct tree *t, struct node *n, const struct squash_as *as)
{
	struct buf b = { 0 };

	put_text(&b, PREFIX "%s%s", as->solid ? "s" : "", as->is_long ? "l" : "");
	for (unsigned i = 0; i < AS_FIELDS; i++)
		if (squash_as_has(as, i))
			put_text(&b, "%c%llu", letter[i], (unsigned long long)as->f[i]);
	n->as = arena_copy(&t->arena, b.p, b.len);
	buf_free(&b);
}

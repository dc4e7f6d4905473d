/* as.c - what node->as says of files in squashfs images */
#include "fs/squashfs/as.h"

#include <stdio.h>
#include <stdlib.h>

#define PREFIX "sq:"

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
	if (*s != 'i')
		return as;
	as.rank = (uint32_t)strtoul(s + 1, &end, 10);
	as.ranked = end > s + 1 && !*end;
	return as;
}

void squash_as_put(struct tree *t, struct node *n, struct squash_as as)
{
	char text[32];
	int len = snprintf(text, sizeof(text), PREFIX "%s", as.solid ? "s" : "");

	if (as.ranked)
		len += snprintf(text + len, sizeof(text) - (size_t)len, "i%u", as.rank);
	n->as = arena_copy(&t->arena, text, (size_t)len);
}

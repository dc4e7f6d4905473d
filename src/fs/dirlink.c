/* dirlink.c - absolute link targets, seen from where the link lies */
#include "fs/dir.h"

void link_relative(const struct node *n, struct buf *out)
{
	const char *to = n->target + strspn(n->target, "/");

	/* ".." of the root is the root, there and here. */
	while (!strncmp(to, "../", 3) || !strcmp(to, "..")) {
		to += 2;
		to += strspn(to, "/");
	}
	for (const struct node *d = n->parent; d->parent; d = d->parent)
		put_text(out, *to || d->parent->parent ? "../" : "..");
	if (*to)
		put(out, to, strlen(to));
	else if (!out->len)
		put8(out, '.');
}

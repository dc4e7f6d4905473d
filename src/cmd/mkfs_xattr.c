/* mkfs_xattr.c - extended attributes in the order that the disk lists them */
#include <stdlib.h>
#include <sys/xattr.h>

#include "cmd/mkfs.h"
#include "core/mem.h"

enum { MOST_LIST = 65536 };	/* XATTR_LIST_MAX */

struct order { const char *root; char *names; };

/* Take the attribute of that name off n's list and append it to *end. */
static struct xattr **move(struct node *n, const char *name, struct xattr **end)
{
	for (struct xattr **x = &n->xattr; *x; x = &(*x)->next) {
		struct xattr *found = *x;

		if (strcmp(found->name, name))
			continue;
		*x = found->next;
		found->next = NULL;
		*end = found;
		return &found->next;
	}
	return end;
}

static int reorder(const struct node *n, const char *path, void *arg)
{
	struct order *o = arg;
	struct node *self = tree_self(n);
	struct xattr *first = NULL, **end = &first;
	char *file;
	ssize_t size;

	if (n->same || !self->xattr || !self->xattr->next)
		return 0;
	file = xasprintf("%s/%s", o->root, path);
	size = llistxattr(file, o->names, MOST_LIST);
	free(file);
	for (ssize_t at = 0; at < size; at += (ssize_t)strlen(o->names + at) + 1)
		end = move(self, o->names + at, end);
	*end = self->xattr;
	self->xattr = first;
	return 0;
}

void mkfs_order_xattrs(struct tree *t, const char *root)
{
	struct order o = { root, xmalloc(MOST_LIST + 1) };

	o.names[MOST_LIST] = 0;
	tree_each(t, reorder, &o);
	free(o.names);
}

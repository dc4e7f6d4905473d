/* prepare.c - a tree as a UBIFS image with these options will hold it */
#include "fs/ubifs/options.h"

#include "core/text.h"

enum { MOST_TARGET = UBIFS_MOST_DATA, MOST_VALUE = UBIFS_MOST_DATA };

static int too_long(const struct node *n, const char *what, size_t is,
		    struct err *e)
{
	struct buf path = { 0 };

	tree_path(n, &path);
	fail(e, ERR_LIMIT, "%s of %zu bytes; UBIFS holds %d at most", what, is,
	     MOST_VALUE);
	within(e, "%s", buf_string(&path));
	buf_free(&path);
	return -1;
}

static int prepare_node(struct node *n, const struct ubifs_options *o,
			struct err *e)
{
	if (n->mtime == TREE_NO_TIME)
		n->mtime = 0;
	if (o->squash)
		n->uid = n->gid = 0;
	if (S_ISLNK(n->mode) && !n->same && strlen(n->target) > MOST_TARGET)
		return too_long(n, "a link's target", strlen(n->target), e);
	for (const struct xattr *x = n->xattr; x; x = x->next)
		if (x->value.len > MOST_VALUE)
			return too_long(n, "an extended attribute", x->value.len, e);
	for (struct node *k = n->child; k; k = k->next)
		if (prepare_node(k, o, e) < 0)
			return -1;
	return 0;
}

int ubifs_prepare(struct tree *t, const void *opts, bool anew, struct err *e)
{
	(void)anew;
	return prepare_node(t->root, opts, e);
}

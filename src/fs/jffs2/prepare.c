/* prepare.c - a tree as a jffs2 image with these options will hold it */
#include "core/log.h"
#include "fs/jffs2/options.h"
#include "fs/jffs2/write_xattr.h"
#include "fs/times.h"

struct preparing { const struct jffs2_options *o; size_t dropped; };

static void drop_xattrs(struct preparing *p, struct node *n)
{
	struct xattr **x = &n->xattr;

	while (*x) {
		if (xattr_wanted(p->o, *x)) {
			x = &(*x)->next;
			continue;
		}
		*x = (*x)->next;
		p->dropped++;
	}
}

static void prepare_node(struct preparing *p, struct node *n)
{
	const struct jffs2_options *o = p->o;

	drop_xattrs(p, n);
	if (o->faketime || n->mtime == TREE_NO_TIME)
		n->mtime = 0;
	if (o->squash || o->squash_uids)
		n->uid = n->gid = 0;
	if ((o->squash || o->squash_perms) && !S_ISLNK(n->mode))
		n->mode &= ~(uint32_t)(S_IWGRP | S_IWOTH | S_ISUID | S_ISGID);
}

static void prepare_below(struct preparing *p, struct node *dir)
{
	for (struct node *n = dir->child; n; n = n->next) {
		prepare_node(p, n);
		prepare_below(p, n);
	}
}

/* A new image, like mkfs.jffs2's, has no inode for its root. */
static void prepare_root(struct node *root)
{
	if ((root->mode & 07777) != 0755 || root->uid || root->gid)
		note("jffs2.root", "mode and owner of the root directory (%04o, %u:%u) are "
		     "not kept in a new jffs2; it is 0755, root",
		     root->mode & 07777, root->uid, root->gid);
	root->mode = S_IFDIR | 0755;
	root->uid = root->gid = 0;
	root->mtime = TREE_NO_TIME;
}

int jffs2_prepare(struct tree *t, const void *opts, bool anew, struct err *e)
{
	struct preparing p = { .o = opts };

	(void)e;
	if (anew)
		prepare_root(t->root);
	drop_xattrs(&p, t->root);
	prepare_below(&p, t->root);
	times_fit(t, UINT32_MAX, "jffs2");
	if (p.dropped)
		warn("jffs2.xattr-dropped", "%zu extended attribute%s left out; add "
		     "--with-xattr to keep them", p.dropped,
		     p.dropped == 1 ? " is" : "s are");
	return 0;
}

/* prune.c - the part of a tree that somebody asked for */
#include <stdlib.h>

#include "fs/tree.h"

enum { KEEP = 1, WAY = 2 };	/* in node->mark: wanted, or on the way there */

static void keep_below(struct node *n)
{
	n->mark = KEEP;
	for (n = n->child; n; n = n->next)
		keep_below(n);
}

/* A link whose file goes takes its place; the other links follow it. */
static void inherit(struct node *n)
{
	struct node *file = n->same, *heir;

	if (!file || file->mark)
		return;
	heir = file->same;
	if (heir) {			/* another link was faster */
		n->same = heir;
		return;
	}
	n->same = NULL;
	n->uid = file->uid;
	n->gid = file->gid;
	n->major = file->major;
	n->minor = file->minor;
	n->ino = file->ino;
	n->mtime = file->mtime;
	n->size = file->size;
	n->content = file->content;
	n->part = file->part;
	n->solid = file->solid;
	n->target = file->target;
	n->xattr = file->xattr;
	file->same = n;
}

static void inherit_below(struct node *n)
{
	if (n->mark)
		inherit(n);
	for (n = n->child; n; n = n->next)
		inherit_below(n);
}

static void drop_below(struct tree *t, struct node *dir)
{
	for (struct node *n = dir->child, *next; n; n = next) {
		next = n->next;
		if (!n->mark)
			tree_remove(t, n);
		else if (n->mark == WAY)
			drop_below(t, n);
	}
}

static void clear_below(struct node *n)
{
	n->mark = 0;
	for (n = n->child; n; n = n->next)
		clear_below(n);
}

int tree_prune(struct tree *t, char *const *paths, size_t n, struct err *e)
{
	clear_below(t->root);
	for (size_t i = 0; i < n; i++) {
		struct node *k = tree_find(t, paths[i]);

		if (!k) {
			fail(e, ERR_USAGE, "is not in the file system; see fwtool ls -R");
			return err_about(e, paths[i]);
		}
		keep_below(k);
		for (k = k->parent; k && !k->mark; k = k->parent)
			k->mark = WAY;
	}
	inherit_below(t->root);
	if (t->root->mark == WAY)
		drop_below(t, t->root);
	clear_below(t->root);
	return 0;
}

int tree_exclude(struct tree *t, const char *const *paths, size_t n, struct err *e)
{
	keep_below(t->root);
	for (size_t i = 0; i < n; i++) {
		struct node *k = tree_find(t, paths[i]);

		if (!k || !k->parent) {
			fail(e, ERR_USAGE, "is not in the tree; give a path below it");
			return err_about(e, paths[i]);
		}
		clear_below(k);
	}
	inherit_below(t->root);
	for (size_t i = 0; i < n; i++) {
		struct node *k = tree_find(t, paths[i]);

		if (k)
			tree_remove(t, k);
	}
	clear_below(t->root);
	return 0;
}

/* same.c - whether the chunks of an object still say what a node is */
#include <string.h>

#include "fs/meta.h"
#include "fs/yaffs/writer.h"

uint32_t yaffs_type(const struct node *n)
{
	if (n->same)
		return YAFFS_HARDLINK;
	return S_ISREG(n->mode) ? YAFFS_FILE : S_ISDIR(n->mode) ? YAFFS_DIRECTORY :
	       S_ISLNK(n->mode) ? YAFFS_SYMLINK : YAFFS_SPECIAL;
}

static bool same_content(const struct node *a, const struct node *b)
{
	struct buf x = { 0 }, y = { 0 };
	struct err ignored;
	bool same = a->size == b->size && a->content.load && b->content.load &&
		    !a->content.load(&a->content, &x, &ignored) &&
		    !b->content.load(&b->content, &y, &ignored) &&
		    view_equal(buf_view(&x), buf_view(&y));

	buf_free(&x);
	buf_free(&y);
	return same;
}

bool yaffs_is_same(const struct yaffs_writer *w, const struct yaffs_item *i)
{
	const struct node *n = i->node, *o = i->was;

	if (!w->old || !o || i->id != o->ino || yaffs_type(n) != yaffs_type(o) ||
	    (n->parent && n->parent->mark != o->parent->ino && o->parent->parent))
		return false;
	if (n->same)
		return o->same && n->same->mark == o->same->ino;
	if (n->mode != o->mode || n->uid != o->uid || n->gid != o->gid ||
	    n->mtime != o->mtime || n->major != o->major || n->minor != o->minor ||
	    !tree_same_xattrs(n, o))
		return false;
	if (S_ISLNK(n->mode))
		return !strcmp(n->target, o->target);
	return !S_ISREG(n->mode) || same_content(n, o);
}

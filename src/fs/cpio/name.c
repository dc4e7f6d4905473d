/* name.c - the names of a cpio archive as places in a tree */
#include <stdio.h>

#include "core/text.h"
#include "fs/cpio/read.h"

static void unplaced(struct cpio_reader *r, const struct cpio_entry *n,
		     uint64_t at, const char *why)
{
	struct buf b = { 0 };

	put_escaped(&b, view_upto(n->name, 0, 100));
	tree_damage(r->t, at, NULL, "cpio.name", "cpio name \"%s%s\" %s",
		    buf_string(&b), n->name.len > 100 ? "..." : "", why);
	buf_free(&b);
}

static const char *why_not(const struct err *e)
{
	if (e->kind == ERR_LIMIT)
		return "is nested too deep; not written";
	return strstr(e->text, "leaves the tree") || strstr(e->text, "damaged")
	       ? "leaves the tree; not written" : e->text;
}

bool cpio_name(struct cpio_reader *r, const struct cpio_entry *n, uint64_t at,
	       size_t which, struct err *e)
{
	size_t most = r->t->most_nodes ? r->t->most_nodes : TREE_MOST_NODES;
	struct err why = { 0 };
	struct node *node = place_name(&r->place, n->name, (uint32_t)n->f[CPIO_MODE],
				       &why);
	char as[32];
	int len = r->archive ? snprintf(as, sizeof(as), "%u.%u", r->archive, r->order)
			     : snprintf(as, sizeof(as), "%u", r->order);

	if (!node && why.kind == ERR_LIMIT && r->t->nodes >= most) {
		*e = why;
		return false;
	}
	if (!node) {
		unplaced(r, n, at, why_not(&why));
		return false;
	}
	node->mode = (uint32_t)n->f[CPIO_MODE];
	node->mark = which + 1;
	node->as = arena_copy(&r->t->arena, as, (size_t)len);
	return true;
}

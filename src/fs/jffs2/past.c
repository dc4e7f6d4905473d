/* past.c - a jffs2 log as a tree of what is no more */
#include "fs/jffs2/past.h"

#include <stdlib.h>

#include "fs/jffs2/unpack.h"

enum { MOST_DATA = 1 << 20 };	/* unpacked, of a node; pages are at most 64K */

static bool step(const struct past_log *p, size_t k, struct past_step *s)
{
	const struct oldlog *o = p->own;
	const struct jrec *n = o->node[k];
	struct jinode i;

	if (!oldlog_inode(o, n, &i))
		return false;
	*s = (struct past_step){
		.size = i.isize, .from = n->from, .n = n->size,
		.hole = n->compr == JFFS2_COMPR_ZERO,
	};
	return true;
}

static bool load(const struct past_log *p, size_t k, struct buf *out)
{
	const struct oldlog *o = p->own;
	const struct jrec *n = o->node[k];
	struct jinode i;

	if (n->size > MOST_DATA || !oldlog_inode(o, n, &i) ||
	    jffs2_unpack(i.compr, i.data, buf_room(out, n->size), n->size))
		return false;
	out->len += n->size;
	return true;
}

static void free_own(void *own)
{
	struct oldlog *o = own;

	free(o->node);
}

static const struct past_format jffs2_past = {
	.limit = "jffs2.past-limit",
	.read = jffs2_read,
	.collect = oldlog_collect,
	.step = step,
	.load = load,
	.attributes = oldlog_attributes,
	.fill = oldlog_fill,
	.free = free_own,
};

int jffs2_history(struct view v, struct tree *t, struct err *e)
{
	struct oldlog *o = arena_alloc(&t->arena, sizeof(*o));

	o->p = (struct past_log){
		.t = t, .format = &jffs2_past, .own = o, .root = JFFS2_ROOT_INO,
	};
	return past_history(&o->p, v, e);
}

/* past.c - a jffs2 log as a tree of what is no more */
#include "fs/jffs2/past.h"

#include <stdlib.h>

#include "core/log.h"

/* Work that is allowed, in bytes looked at: a hostile log asks for any. */
enum { LEAST_WORK = 256 << 20, WORK_RATIO = 256 };

static void oldlog_free(struct tree *t)
{
	struct oldlog *p = t->reader;

	tree_free(&p->live);
	free(p->file);
	free(p->node);
	free(p->name);
	free(p->state);
}

int jffs2_history(struct view v, struct tree *t, struct err *e)
{
	struct oldlog *p = arena_alloc(&t->arena, sizeof(*p));

	p->t = t;
	t->reader = p;
	t->on_free = oldlog_free;
	tree_init(&p->live);
	p->live.most_nodes = t->most_nodes;
	if (jffs2_read(v, &p->live, e) < 0)
		return -1;
	p->r = p->live.reader;
	p->log = &p->r->m.log;
	p->left = LEAST_WORK + WORK_RATIO * (uint64_t)v.len;
	oldlog_collect(p);
	for (size_t i = 0; i < p->nfiles && p->left; i++)
		oldlog_states(p, &p->file[i]);
	if (!p->left)
		warn("jffs2.past-limit", "has more older versions than are looked "
		     "for; not all are listed");
	if (oldlog_put(p, e) < 0)
		return -1;
	tree_finish(t);
	return 0;
}

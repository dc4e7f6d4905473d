/* pastlog.c - a log as a tree of what is no more */
#include "fs/pastlog.h"

#include <stdlib.h>

#include "core/log.h"

/* Work that is allowed, in bytes looked at: a hostile log asks for any. */
enum { LEAST_WORK = 256 << 20, WORK_RATIO = 256 };

static void free_log(struct tree *t)
{
	struct past_log *p = t->reader;

	if (p->format->free)
		p->format->free(p->own);
	tree_free(&p->live);
	free(p->now.slot);
	free(p->file);
	free(p->state);
}

const struct tree *past_now(const struct tree *t)
{
	const struct past_log *p = t->on_free == free_log ? t->reader : NULL;

	return p ? &p->live : t;
}

static int see(const struct node *n, const char *path, void *arg)
{
	const struct stat st = { .st_nlink = 2, .st_ino = n->ino };
	struct past_log *p = arg;

	(void)path;
	if (!n->same && n->ino)
		inodes_first(&p->now, &st, (struct node *)(uintptr_t)n);
	return 0;
}

struct node *past_live(const struct past_log *p, uint32_t ino)
{
	return inodes_known(&p->now, 0, ino);
}

int past_history(struct past_log *p, struct view v, struct err *e)
{
	p->t->reader = p;
	p->t->on_free = free_log;
	tree_init(&p->live);
	p->live.most_nodes = p->t->most_nodes;
	if (p->format->read(v, &p->live, e) < 0)
		return -1;
	p->live.root->ino = p->root;
	tree_each(&p->live, see, p);
	p->left = LEAST_WORK + WORK_RATIO * (uint64_t)v.len;
	if (p->format->collect(p, e) < 0)
		return -1;
	for (size_t i = 0; i < p->files; i++)
		past_states(p, &p->file[i]);
	if (p->limited)
		warn(p->format->limit, "has more older versions than are looked for; "
		     "not all are listed");
	if (past_put(p, e) < 0)
		return -1;
	tree_finish(p->t);
	return 0;
}

void past_lost(struct past_log *p, struct node *n, uint64_t at, const char *code,
	       const char *text, uint64_t from, uint64_t end)
{
	struct damage *d;

	if (from >= end)
		return;
	d = tree_damage(p->t, at, n, code, "%s", text);
	d->from = from;
	d->size = end - from;
	n->past->missing += end - from;
}

void past_unsure(struct past_log *p, struct node *n, uint64_t at, const char *code)
{
	n->past->unsure = true;
	if (!n->past->missing)
		tree_damage(p->t, at, n, code, "some records of the log are gone; what "
			    "they changed may not be in it");
}

/* jbdsettle.c - which of the copies in a journal count */
#include <stdlib.h>

#include "fs/ext/jbd.h"

/* The newest first. */
static int by_block(const void *pa, const void *pb)
{
	const struct gone *a = pa, *b = pb;

	if (a->block != b->block)
		return a->block < b->block ? -1 : 1;
	return (a->transaction < b->transaction) - (a->transaction > b->transaction);
}

static int by_copy(const void *pa, const void *pb)
{
	const struct copy *a = pa, *b = pb;

	if (a->block != b->block)
		return a->block < b->block ? -1 : 1;
	return (a->order < b->order) - (a->order > b->order);
}

/* Whether a later transaction, or its own, says that the copy does not count. */
static bool is_revoked(const struct journal *j, const struct copy *c)
{
	size_t from = 0, to = j->ngone;

	while (from < to) {
		size_t mid = from + (to - from) / 2;

		if (j->gone[mid].block < c->block)
			from = mid + 1;
		else
			to = mid;
	}
	return from < j->ngone && j->gone[from].block == c->block &&
	       j->gone[from].transaction >= c->transaction;
}

/* A block that begins like the journal's own has zeros there in the journal. */
static struct view unescaped(struct arena *a, struct view v)
{
	uint8_t *p = arena_alloc(a, v.len);

	memcpy(p, v.p, v.len);
	for (int k = 0; k < 4; k++)
		p[k] = (uint8_t)(JBD_MAGIC >> (24 - 8 * k));
	return (struct view){ p, v.len, v.at };
}

size_t jbd_settle(struct journal *j, struct arena *a, struct ext_logged **list)
{
	size_t n = 0;

	if (j->ngone)
		qsort(j->gone, j->ngone, sizeof(*j->gone), by_block);
	if (j->n)
		qsort(j->copy, j->n, sizeof(*j->copy), by_copy);
	*list = arena_alloc(a, (j->n + 1) * sizeof(**list));
	for (size_t i = 0; i < j->n; i++) {
		const struct copy *c = &j->copy[i];

		if ((i && c->block == j->copy[i - 1].block) || is_revoked(j, c))
			continue;
		(*list)[n++] = (struct ext_logged){
			c->block, c->escaped && c->v.len ? unescaped(a, c->v) : c->v,
		};
	}
	return n;
}

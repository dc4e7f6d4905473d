/* renames.c - files that only have another name now keep their inode */
#include <stdlib.h>

#include "core/mem.h"
#include "fs/jffs2/update.h"

enum { MOST_PAIRS = 1 << 16 };	/* of equal size, whose content is compared */

/* Old files that no path leads to any more, by size. */
struct lost { struct node **v; size_t n, cap, tries; };

static int collect(const struct node *n, const char *path, void *arg)
{
	struct lost *l = arg;

	(void)path;
	if (n->same || n->mark || !S_ISREG(n->mode) || !n->size)
		return 0;
	l->v = xgrow(l->v, &l->cap, l->n + 1, sizeof(struct node *));
	l->v[l->n++] = (struct node *)(uintptr_t)n;
	return 0;
}

static int by_size(const void *a, const void *b)
{
	const struct node *x = *(const struct node *const *)a;
	const struct node *y = *(const struct node *const *)b;

	if (x->size != y->size)
		return (x->size > y->size) - (x->size < y->size);
	return (x->ino > y->ino) - (x->ino < y->ino);
}

static size_t first_of(const struct lost *l, uint64_t size)
{
	size_t low = 0, high = l->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (l->v[middle]->size < size)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool same_content(const struct node *a, const struct node *b)
{
	struct buf x = { 0 }, y = { 0 };
	struct err e;
	bool same = !a->content.load(&a->content, &x, &e) &&
		    !b->content.load(&b->content, &y, &e) &&
		    view_equal(buf_view(&x), buf_view(&y));

	buf_free(&x);
	buf_free(&y);
	return same;
}

struct node *renames_find(struct lost *l, const struct node *n)
{
	for (size_t i = first_of(l, n->size); i < l->n && l->v[i]->size == n->size; i++)
		if (!l->v[i]->mark && l->tries++ < MOST_PAIRS &&
		    same_content(n, l->v[i]))
			return l->v[i];
	return NULL;
}

struct lost *renames_start(const struct tree *was)
{
	struct lost *l = xcalloc(1, sizeof(*l));

	tree_each(was, collect, l);
	if (l->n)
		qsort(l->v, l->n, sizeof(*l->v), by_size);
	return l;
}

void renames_end(struct lost *l)
{
	free(l->v);
	free(l);
}

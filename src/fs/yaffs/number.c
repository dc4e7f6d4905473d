/* number.c - which object gets which number */
#include <stdlib.h>

#include "core/mem.h"
#include "fs/yaffs/writer.h"

static int collect(const struct node *n, const char *path, void *arg)
{
	struct yaffs_writer *w = arg;

	w->item = xgrow(w->item, &w->cap, w->n + 1, sizeof(*w->item));
	w->item[w->n++] = (struct yaffs_item){
		.node = n, .was = w->was ? tree_find(w->was, path) : NULL };
	return 0;
}

static int by_id(const void *a, const void *b)
{
	const struct yaffs_item *x = a, *y = b;

	return x->id < y->id ? -1 : x->id > y->id;
}

/* Objects keep their numbers. */
static void number(struct yaffs_writer *w)
{
	for (size_t i = 0; i < w->n; i++) {
		struct yaffs_item *t = &w->item[i];

		t->id = w->was ? (t->was ? t->was->ino : 0) : t->node->ino;
		if (!t->node->parent)
			t->id = YAFFS_ROOT;
		else if (t->id < YAFFS_FIRST_OBJECT && t->id != YAFFS_LOST)
			t->id = 0;
		if (t->id >= YAFFS_MOST_OBJECTS)
			t->id = 0;
	}
}

/* New ones, and those whose number is there twice, get the free ones. */
static void renumber(struct yaffs_writer *w)
{
	uint8_t *taken = xcalloc(YAFFS_MOST_OBJECTS + 1, 1);

	for (size_t i = 0; i < w->n; i++) {
		uint32_t *id = &w->item[i].id;

		if (taken[*id])
			*id = 0;
		taken[*id] = *id != 0;
	}
	w->next = YAFFS_FIRST_OBJECT;
	for (size_t i = 0; i < w->n; i++) {
		uint32_t *id = &w->item[i].id;

		while (!*id && w->next < YAFFS_MOST_OBJECTS && taken[w->next])
			w->next++;
		if (!*id)
			*id = w->next++;
		((struct node *)(uintptr_t)w->item[i].node)->mark = *id;
	}
	free(taken);
	qsort(w->item, w->n, sizeof(*w->item), by_id);
}

int yaffs_number(struct yaffs_writer *w, const struct tree *t, struct err *e)
{
	tree_each(t, collect, w);
	number(w);
	if (w->n + YAFFS_FIRST_OBJECT > YAFFS_MOST_OBJECTS)
		return fail(e, ERR_LIMIT, "more than %d files; YAFFS holds no more",
			    YAFFS_MOST_OBJECTS - YAFFS_FIRST_OBJECT);
	renumber(w);
	return 0;
}

/* order.c - in which order the inodes of squashfs are numbered and written */
#include <stdlib.h>

#include "core/mem.h"
#include "fs/squashfs/as.h"
#include "fs/squashfs/put.h"

/* Names are numbered from the root down, a directory before what is in it. */
static void number_below(struct squash_writer *w, const struct node *dir,
			 size_t *cap)
{
	for (struct node *n = dir->child; n; n = n->next) {
		struct node *self = tree_self(n);

		if (self->mark < w->inodes && w->inode[self->mark].n == self) {
			w->inode[self->mark].links++;
			continue;
		}
		w->inode = xgrow(w->inode, cap, w->inodes + 2, sizeof(*w->inode));
		self->mark = w->inodes++;
		w->inode[self->mark] = (struct squash_inode){
			.n = self, .number = (uint32_t)w->inodes, .links = 1,
		};
		if (S_ISDIR(n->mode))
			number_below(w, n, cap);
	}
}

/* In version 3 directories are counted first. */
static void number_apart(struct squash_writer *w)
{
	uint32_t next = 1;

	for (int dirs = 1; dirs >= 0; dirs--)
		for (size_t i = 0; i < w->inodes; i++)
			if (S_ISDIR(w->inode[i].n->mode) == dirs)
				w->inode[i].number = next++;
}

/* An inode by what the list says of it, or behind all of which it says it. */
struct rank { uint64_t rank; size_t i; };

static int by_rank(const void *a, const void *b)
{
	const struct rank *x = a, *y = b;

	if (x->rank != y->rank)
		return x->rank < y->rank ? -1 : 1;
	return x->i < y->i ? -1 : x->i > y->i;
}

/* All inodes in rising order of a field; NULL: none has it. */
static struct rank *ranks(const struct squash_writer *w, enum squash_as_field field)
{
	struct rank *rank = xcalloc(w->inodes, sizeof(*rank));
	bool any = false;

	for (size_t i = 0; i < w->inodes; i++) {
		struct squash_as as = squash_as_get(w->inode[i].n);
		bool has = squash_as_has(&as, field);

		rank[i] = (struct rank){ has ? as.f[field] : UINT64_MAX, i };
		any |= has;
	}
	if (any) {
		qsort(rank, w->inodes, sizeof(*rank), by_rank);
		return rank;
	}
	free(rank);
	return NULL;
}

/* As the original numbered, if that was otherwise. */
static void number_as(struct squash_writer *w)
{
	struct rank *rank = ranks(w, AS_NUMBER);

	for (size_t i = 0; rank && i < w->inodes; i++)
		w->inode[rank[i].i].number = (uint32_t)i + 1;
	free(rank);
}

/* The root comes last. */
void squash_number_inodes(struct squash_writer *w, const struct tree *t)
{
	size_t cap = 0;

	number_below(w, t->root, &cap);
	w->inode = xgrow(w->inode, &cap, w->inodes + 1, sizeof(*w->inode));
	t->root->mark = w->inodes++;
	w->inode[t->root->mark] = (struct squash_inode){
		.n = t->root, .number = (uint32_t)w->inodes, .links = 1,
	};
	if (w->s.major == 3)
		number_apart(w);
	number_as(w);
}

/* What is in a directory before the directory. */
static void put_below(struct squash_writer *w, const struct node *dir)
{
	struct squash_inode *d = squash_inode_of(w, dir);

	for (const struct node *n = dir->child; n && !d->is_written; n = n->next) {
		struct squash_inode *in = squash_inode_of(w, n);

		if (S_ISDIR(n->mode))
			put_below(w, n);
		else if (!in->is_written)
			squash_put_node(w, in);
	}
	if (!d->is_written)
		squash_put_dir(w, d);
}

void squash_put_inodes(struct squash_writer *w, const struct tree *t)
{
	struct rank *rank = ranks(w, AS_RANK);

	for (size_t i = 0; rank && i < w->inodes; i++) {
		struct squash_inode *in = &w->inode[rank[i].i];

		if (rank[i].rank == UINT64_MAX || in->n == t->root)
			continue;
		if (S_ISDIR(in->n->mode))
			put_below(w, in->n);
		else if (!in->is_written)
			squash_put_node(w, in);
	}
	free(rank);
	put_below(w, t->root);
}

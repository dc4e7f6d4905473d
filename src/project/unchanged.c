/* unchanged.c - which files are still what was extracted, by their checksums */
#include <stdlib.h>

#include "core/hash.h"
#include "core/mem.h"
#include "core/par.h"
#include "fs/dir.h"
#include "fs/lots.h"
#include "project/rebuilding.h"

/* Files that may be unchanged, and the sums they had. */
struct finding {
	struct lots lots;
	uint32_t *sum;
	size_t cap;
};

static bool has_sum(const struct node *n, uint32_t sum, struct buf *b)
{
	struct err ignored;

	buf_clear(b);
	return (!n->size || n->content.load(&n->content, b, &ignored) == 0) &&
	       crc32_of(0, buf_view(b)) == sum;
}

static void work(size_t i, void *arg)
{
	const struct finding *f = arg;
	const struct lot *l = &f->lots.lot[i];
	struct buf b = { 0 };

	for (size_t k = l->from; k < l->from + l->n; k++) {
		struct node *n = f->lots.file[k].n;

		if (!has_sum(n, f->sum[f->lots.file[k].i], &b))
			n->was = NULL;
	}
	buf_free(&b);
}

static void look_later(struct finding *f, struct node *n, uint64_t mark)
{
	f->sum = xgrow(f->sum, &f->cap, f->lots.files + 1, sizeof(*f->sum));
	f->sum[f->lots.files] = (uint32_t)mark;
	lots_add(&f->lots, n, f->lots.files);
}

/* The node of that name among children sorted by it, from *at on. */
static const struct node *same_name(const struct node **at, const struct node *n)
{
	while (*at && strcmp((*at)->name, n->name) < 0)
		*at = (*at)->next;
	return *at && !strcmp((*at)->name, n->name) ? *at : NULL;
}

/* n of the tree, k of the list and o of the original have the same path. */
static void compare(struct finding *f, struct node *n, const struct node *k,
		    const struct node *o)
{
	const struct node *list = k->child, *was = o->child;

	n->was = NULL;
	if ((n->mode ^ o->mode) & S_IFMT || n->same || o->same || k->same)
		return;
	if (S_ISREG(n->mode) && (n->size != o->size || !(k->mark & MARK_CRC)))
		return;
	n->was = o;
	if (S_ISREG(n->mode))
		look_later(f, n, k->mark);
	for (struct node *c = n->child; c; c = c->next) {
		const struct node *in_list = same_name(&list, c);
		const struct node *in_was = same_name(&was, c);

		if (in_list && in_was)
			compare(f, c, in_list, in_was);
	}
}

int find_unchanged(struct job *j, struct err *e)
{
	struct finding f = { 0 };
	struct par par = { .work = work, .arg = &f };
	int r;

	tree_init(&j->was_tree);
	if (j->fs->read(j->was, &j->was_tree, e) < 0)
		return -1;
	if (!j->was_tree.damages)
		compare(&f, j->t.root, j->r->m.t.root, j->was_tree.root);
	lots_cut(&f.lots);
	r = par_run(&par, f.lots.n, e);
	lots_free(&f.lots);
	free(f.sum);
	return r;
}

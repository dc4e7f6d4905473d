/* unchanged.c - which files are still what was extracted, by their checksums */
#include "core/hash.h"
#include "core/mem.h"
#include "fs/dir.h"
#include "project/rebuilding.h"

static bool has_sum(const struct node *n, uint64_t mark)
{
	struct buf b = { 0 };
	struct err ignored;
	bool same = mark & MARK_CRC &&
		    (!n->size || n->content.load(&n->content, &b, &ignored) == 0) &&
		    crc32_of(0, buf_view(&b)) == (uint32_t)mark;

	buf_free(&b);
	return same;
}

/* The node of that name among children sorted by it, from *at on. */
static const struct node *same_name(const struct node **at, const struct node *n)
{
	while (*at && strcmp((*at)->name, n->name) < 0)
		*at = (*at)->next;
	return *at && !strcmp((*at)->name, n->name) ? *at : NULL;
}

/* n of the tree, k of the list and o of the original have the same path. */
static void compare(struct node *n, const struct node *k, const struct node *o)
{
	const struct node *list = k->child, *was = o->child;

	n->was = NULL;
	if ((n->mode ^ o->mode) & S_IFMT || n->same || o->same || k->same)
		return;
	if (S_ISREG(n->mode) && (n->size != o->size || !has_sum(n, k->mark)))
		return;
	n->was = o;
	for (struct node *c = n->child; c; c = c->next) {
		const struct node *in_list = same_name(&list, c);
		const struct node *in_was = same_name(&was, c);

		if (in_list && in_was)
			compare(c, in_list, in_was);
	}
}

int find_unchanged(struct job *j, struct err *e)
{
	tree_init(&j->was_tree);
	if (j->fs->read(j->was, &j->was_tree, e) < 0)
		return -1;
	if (!j->was_tree.damages)
		compare(j->t.root, j->r->m.t.root, j->was_tree.root);
	return 0;
}

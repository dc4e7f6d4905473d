/* learn_layout.c - in which order an image was written, and what lies where */
#include <stdlib.h>

#include "core/mem.h"
#include "fs/squashfs/as.h"
#include "fs/squashfs/options.h"
#include "fs/squashfs/put.h"
#include "fs/squashfs/read.h"
#include "fs/squashfs/version.h"

enum { MOST_IDS = 1024 };	/* of which the order is kept */

/* The place of a file's blocks, and that of its end in a fragment. */
static void learn_place(const struct squash_reader *r, struct tree *t,
			const struct squash_seen *seen)
{
	struct squash_as as = squash_as_get(seen->n);
	struct squash_record n;
	uint64_t at;

	if (!S_ISREG(seen->n->mode) ||
	    !squash_inode(&r->s, buf_view(&r->inodes.plain), seen->inode, &n) ||
	    !squash_list_fits(&r->s, buf_view(&r->inodes.plain), &n))
		return;
	if (n.f[SQ_START] || squash_blocks(&r->s, &n))
		squash_as_set(&as, AS_START, n.f[SQ_START]);
	if (n.f[SQ_FRAGMENT] != SQ_NONE && r->s.major > 1 &&
	    squash_fragment_at(r, n.f[SQ_FRAGMENT], &at).size) {
		squash_as_set(&as, AS_FRAGMENT, n.f[SQ_FRAGMENT]);
		squash_as_set(&as, AS_OFFSET, n.f[SQ_OFFSET]);
		squash_as_set(&as, AS_PLACE, at);
	}
	if (as.has)
		squash_as_put(t, seen->n, &as);
}

static void add(struct tree *t, struct node *n, enum squash_as_field i,
		uint64_t value)
{
	struct squash_as as = squash_as_get(n);

	squash_as_set(&as, i, value);
	squash_as_put(t, n, &as);
}

static int by_place(const void *a, const void *b)
{
	const struct squash_seen *x = a, *y = b;

	return x->inode < y->inode ? -1 : x->inode > y->inode;
}

/* Whether inodes lie as the tree has them, a directory behind what is in it. */
static bool rises(const struct node *dir, uint64_t *last)
{
	for (const struct node *n = dir->child; n; n = n->next) {
		if (n->same)
			continue;
		if (S_ISDIR(n->mode) ? !rises(n, last) : n->mark < *last)
			return false;
		*last = n->mark;
	}
	return dir->mark >= *last;
}

/* The inode is a long one though nothing of it needs that. */
static void learn_form(const struct squash_reader *r, struct tree *t,
		       const struct squash_seen *seen, bool ng, unsigned links)
{
	struct squash_record n;
	struct squash_as as = squash_as_get(seen->n);
	bool needs = seen->n->xattr || (S_ISREG(seen->n->mode) && links > 1) ||
		     (S_ISDIR(seen->n->mode) && !ng && squash_is_long_dir(seen->n));

	if (!squash_inode(&r->s, buf_view(&r->inodes.plain), seen->inode, &n) ||
	    !n.is_long || needs || n.f[SQ_SPARSE] || n.f[SQ_START] >> 32 ||
	    n.f[SQ_SIZE] >> 32)
		return;
	as.is_long = true;
	squash_as_put(t, seen->n, &as);
}

/* Where the next of ids is, if it is not there yet. */
static void meet_id(struct buf *ids, uint32_t id)
{
	for (size_t i = 0; i < ids->len; i += 4)
		if (peek32(buf_view(ids), i, ids->endian) == id)
			return;
	put32(ids, id);
}

/* Owners are numbered as they come, unless somebody did it otherwise. */
static void learn_ids(const struct squash_reader *r, const struct squash_seen *by,
		      struct tree *t, struct squash_options *o)
{
	struct buf ids = { .endian = r->s.endian }, text = { 0 };
	struct view was = buf_view(&r->ids);

	if (was.len > 4 * MOST_IDS)
		return;
	for (size_t i = 0; i < r->nseen; i++) {
		meet_id(&ids, by[i].n->uid);
		if (r->s.major == 4)	/* before, groups are apart */
			meet_id(&ids, by[i].n->gid);
	}
	for (size_t i = 0; i + 4 <= was.len; i += 4)
		put_text(&text, "%s%u", i ? "," : "", peek32(was, i, r->s.endian));
	if (!view_equal(was, buf_view(&ids)))
		o->ids = arena_copy(&t->arena, text.p, text.len);
	buf_free(&text);
	buf_free(&ids);
}

static void learn_order(const struct squash_reader *r, struct tree *t,
			struct squash_options *o)
{
	struct squash_seen *by = xcalloc(r->nseen + 1, sizeof(*by));
	uint64_t last = 0;
	bool is_usual;

	for (size_t i = 0; i < r->nseen; i++) {
		by[i] = r->seen[i];
		by[i].n->mark = by[i].inode;
	}
	is_usual = rises(t->root, &last);
	qsort(by, r->nseen, sizeof(*by), by_place);
	for (size_t i = 0; i < r->nseen; i++) {
		by[i].n->mark = 0;
		if (!is_usual)
			add(t, by[i].n, AS_RANK, i);
	}
	learn_ids(r, by, t, o);
	free(by);
}

static void learn_numbers(const struct squash_reader *r, struct tree *t)
{
	struct squash_writer w = { .s.major = r->s.major };
	bool is_usual = true, ng = squash_is_ng(r);

	squash_number_inodes(&w, t);
	for (size_t i = 0; i < w.inodes; i++)
		is_usual &= w.inode[i].number == w.inode[i].n->ino;
	for (size_t i = 0; i < r->nseen; i++)
		learn_form(r, t, &r->seen[i], ng,
			   squash_inode_of(&w, r->seen[i].n)->links);
	for (size_t i = 0; i < r->nseen && !is_usual; i++)
		add(t, r->seen[i].n, AS_NUMBER, r->seen[i].n->ino);
	for (size_t i = 0; i < r->nseen; i++)
		r->seen[i].n->mark = 0;
	free(w.inode);
}

void squash_learn_layout(const struct squash_reader *r, struct tree *t,
			 struct squash_options *o)
{
	for (size_t i = 0; i < r->nseen; i++)
		learn_place(r, t, &r->seen[i]);
	learn_order(r, t, o);
	if (r->s.major > 2)
		learn_numbers(r, t);
}

/* update.c - a changed tree into its original squashfs */
#include "fs/meta.h"
#include "fs/squashfs/put.h"

/* The original's reader, by any file that is as it was. */
static const struct squash_reader *find_reader(const struct node *n)
{
	const struct squash_reader *r = NULL;

	if (n->was && S_ISREG(n->mode) && n->was->content.load == squash_load)
		return n->was->content.from;
	for (n = n->child; n && !r; n = n->next)
		r = find_reader(n);
	return r;
}

/* Nothing was added, removed or changed at n and below. */
static bool is_untouched(const struct node *n)
{
	const struct node *c, *o;

	if (!n->was || node_difference(n, n->was))
		return false;
	for (c = n->child, o = n->was->child; c && o; c = c->next, o = o->next) {
		if (c->same && o->same && c->same->was == o->same &&
		    !strcmp(c->name, o->name))
			continue;
		if (c->was != o || !is_untouched(c))
			return false;
	}
	return c == NULL && o == NULL;
}

int squash_update(struct view was, const struct tree *t, const void *opts,
		  uint64_t room, struct buf *out, struct kept *kept, struct err *e)
{
	const struct squash_reader *r = find_reader(t->root);

	(void)room;
	*kept = (struct kept){ 0 };
	if (is_untouched(t->root)) {
		put_view(out, was);
		return 0;
	}
	return squash_write_from(r, t, opts, kept, out, e);
}

static bool same_tail(const struct squash_reader *x, const struct squash_record *a,
		      const struct squash_reader *y, const struct squash_record *b)
{
	struct view v, w;

	if (a->f[SQ_FRAGMENT] == SQ_NONE || b->f[SQ_FRAGMENT] == SQ_NONE)
		return a->f[SQ_FRAGMENT] == b->f[SQ_FRAGMENT];
	v = view_sub(buf_view(&x->fragments), 16 * a->f[SQ_FRAGMENT], 16);
	w = view_sub(buf_view(&y->fragments), 16 * b->f[SQ_FRAGMENT], 16);
	if (!v.len || !w.len || a->f[SQ_OFFSET] != b->f[SQ_OFFSET] ||
	    peek32(v, 8, LITTLE) != peek32(w, 8, LITTLE))
		return false;
	v = view_sub(x->v, peek64(v, 0, LITTLE), peek32(v, 8, LITTLE) & ~SQUASH_RAW);
	w = view_sub(y->v, peek64(w, 0, LITTLE), peek32(w, 8, LITTLE) & ~SQUASH_RAW);
	return v.len && view_equal(v, w);
}

static bool same_blocks(const struct squash_reader *x, const struct squash_record *a,
			const struct squash_reader *y, const struct squash_record *b)
{
	struct view p = buf_view(&x->inodes.plain), q = buf_view(&y->inodes.plain);
	uint64_t size = 0, n = squash_blocks(&x->s, a);

	for (uint64_t i = 0; i < n; i++) {
		struct squash_stored s = squash_block(&x->s, p, a, i);
		struct squash_stored t = squash_block(&y->s, q, b, i);

		if (s.size != t.size || s.packed != t.packed)
			return false;
		size += s.size;
	}
	return view_has(x->v, a->f[SQ_START], size) &&
	       view_equal(view_sub(x->v, a->f[SQ_START], size),
			  view_sub(y->v, b->f[SQ_START], size));
}

bool squash_alike(const struct node *a, const struct node *b)
{
	const struct squash_reader *x = a->content.from, *y = b->content.from;
	struct squash_record m, n;

	if (a->content.load != squash_load || b->content.load != squash_load ||
	    a->size != b->size || x->s.major != 4 || y->s.major != 4 ||
	    x->s.endian != LITTLE || y->s.endian != LITTLE ||
	    x->s.block_size != y->s.block_size || (x->packing && x->packing != y->packing))
		return false;
	return squash_inode(&x->s, buf_view(&x->inodes.plain), a->content.key, &m) &&
	       squash_inode(&y->s, buf_view(&y->inodes.plain), b->content.key, &n) &&
	       squash_list_fits(&x->s, buf_view(&x->inodes.plain), &m) &&
	       squash_list_fits(&y->s, buf_view(&y->inodes.plain), &n) &&
	       squash_blocks(&x->s, &m) == squash_blocks(&y->s, &n) &&
	       same_tail(x, &m, y, &n) && same_blocks(x, &m, y, &n);
}

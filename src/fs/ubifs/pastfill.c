/* pastfill.c - what a state of a file in UBIFS holds, and what of it is gone */
#include <stdlib.h>

#include "core/mem.h"
#include "fs/ubifs/past.h"

/* The inode that said last what the file was, or else the first that did. */
static bool find_inode(const struct oldnodes *o, const struct past_state *s,
		       struct ubifs_ino *ino)
{
	const struct past_file *f = s->f;

	for (size_t k = f->first + s->end; k-- > f->first; )
		if (oldnodes_inode(o, k, ino))
			return true;
	for (size_t k = f->first + s->end; k < f->first + f->n; k++)
		if (oldnodes_inode(o, k, ino))
			return true;
	return false;
}

bool oldnodes_attributes(const struct past_log *p, const struct past_state *s,
			 struct node *n)
{
	const struct oldnodes *o = p->own;
	struct ubifs_ino ino;

	if (!find_inode(o, s, &ino) || ubifs_unusable(&ino))
		return false;
	ubifs_fill_attributes(p->t, n, &ino);
	if (n->past)
		n->past->version = o->r.e[s->f->first + s->end - 1].sqnum;
	return true;
}

/*
 * The nodes of the state as a table that has no others, its inode first. What
 * was cut to a size and got longer again has zeros there; its inodes tell,
 * for what says so itself does not outlive a commit.
 */
static struct ubifs_reader reader_of(const struct oldnodes *o,
				     const struct past_state *s)
{
	const struct ubifs_entry *e = &o->r.e[s->f->first];
	struct ubifs_reader r = o->r;

	r.e = xcalloc(1 + 2 * (s->end - s->first), sizeof(*r.e));
	r.e[0] = (struct ubifs_entry){ .key = (uint64_t)s->f->ino << 32 };
	r.n = 1;
	for (size_t k = s->first; k < s->end; k++) {
		if (e[k].gone)
			continue;
		r.e[r.n++] = e[k];
		if (e[k].type != UBIFS_INO)
			continue;
		r.e[r.n] = e[k];
		r.e[r.n].key |= (uint32_t)UBIFS_TRUN << UBIFS_KIND_SHIFT;
		r.e[r.n++].type = UBIFS_TRUN;
	}
	ubifs_resolve(&r);
	return r;
}

static int load_state(const struct content *c, struct buf *out, struct err *e)
{
	const struct oldnodes *o = c->from;
	struct ubifs_reader r = reader_of(o, &o->p.state[c->key]);
	int result = ubifs_load(&(struct content){ NULL, &r, 0 }, out, e);

	free(r.e);
	return result;
}

static int by_block(const void *pa, const void *pb)
{
	uint64_t a = *(const uint64_t *)pa, b = *(const uint64_t *)pb;

	return a < b ? -1 : a > b;
}

/* Whether one of n nodes goes over another. */
static bool goes_over(const struct ubifs_entry *e, size_t n)
{
	uint64_t *key = xcalloc(n, sizeof(*key));
	size_t blocks = 0;
	bool r = false;

	for (size_t k = 0; k < n; k++)
		if (e[k].type == UBIFS_DATA)
			key[blocks++] = e[k].key;
	qsort(key, blocks, sizeof(*key), by_block);
	for (size_t k = 1; k < blocks && !r; k++)
		r = key[k] == key[k - 1];
	free(key);
	return r;
}

/*
 * Whether nothing is gone that was written between its nodes; and behind them,
 * up to the one that ended the state, where that may have been a part of it.
 */
static bool is_whole(const struct oldnodes *o, const struct past_state *s)
{
	const struct ubifs_entry *e = &o->r.e[s->f->first + s->first];
	const struct ubifs_entry *all = o->r.e + o->r.n;
	size_t n = s->end - s->first;

	if (e[n - 1].type == UBIFS_DATA && e + n < all &&
	    ubifs_inum(e[n].key) == s->f->ino &&
	    (e->type == UBIFS_DATA || goes_over(e, n)))
		n++;
	return past_is_whole(&o->numbers, e->sqnum, e[n - 1].sqnum);
}

static void check(struct oldnodes *o, struct node *n, const struct past_state *s)
{
	static const char text[] = "no node of this part is left; a hole, or it is "
				   "missing";
	uint64_t place = o->r.v.at + o->r.e[s->f->first + s->end - 1].at, at = 0;
	struct ubifs_reader r = reader_of(o, s);

	n->size = r.e[0].size;
	for (size_t i = 1; i < r.n && at < n->size; i++) {
		uint64_t from = (r.e[i].key & UBIFS_HASH_MASK) * UBIFS_BLOCK;

		past_lost(&o->p, n, place, "ubifs.past-erased", text, at,
			  from < n->size ? from : n->size);
		at = from + UBIFS_BLOCK;
	}
	past_lost(&o->p, n, place, "ubifs.past-erased", text, at, n->size);
	free(r.e);
	if (!is_whole(o, s))
		past_unsure(&o->p, n, place, "ubifs.past-gap");
}

void oldnodes_fill(struct past_log *p, const struct past_state *s, struct node *n)
{
	struct oldnodes *o = p->own;

	if (!S_ISREG(n->mode))
		return;
	n->content = (struct content){ load_state, o, (uint64_t)(s - p->state) };
	check(o, n, s);
}

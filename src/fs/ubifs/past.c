/* past.c - the nodes of UBIFS as a tree of what is no more */
#include "fs/ubifs/past.h"

#include <stdlib.h>

static bool get_data(const struct oldnodes *o, const struct ubifs_entry *k,
		     struct ubifs_data *d)
{
	struct ubifs_node n = ubifs_node_of(&o->r, k);

	return ubifs_data(o->r.v, &n, d) && d->size <= UBIFS_BLOCK && !d->cipher;
}

/* An inode is written before the data that make its file longer. */
static bool is_lead(const struct oldnodes *o, size_t k)
{
	const struct ubifs_entry *e = &o->r.e[k];

	return e->type == UBIFS_INO && k + 1 < o->r.n && e[1].type == UBIFS_DATA &&
	       ubifs_inum(e[1].key) == ubifs_inum(e->key) &&
	       e[1].sqnum == e->sqnum + 1;
}

static bool step(const struct past_log *p, size_t k, struct past_step *s)
{
	const struct oldnodes *o = p->own;
	const struct ubifs_entry *e = &o->r.e[k];
	struct ubifs_data d;

	*s = (struct past_step){ .size = e->size, .leads = is_lead(o, k) };
	if (e->type != UBIFS_DATA)
		return !e->gone;
	if (!get_data(o, e, &d))
		return false;
	s->grows = true;
	s->from = (e->key & UBIFS_HASH_MASK) * UBIFS_BLOCK;
	s->n = d.size;
	s->blank = UBIFS_BLOCK - d.size;
	return true;
}

static bool load(const struct past_log *p, size_t k, struct buf *out)
{
	const struct oldnodes *o = p->own;
	struct ubifs_data d;

	if (!get_data(o, &o->r.e[k], &d) ||
	    ubifs_unpack(d.compr, d.bytes, buf_room(out, UBIFS_BLOCK),
			 UBIFS_BLOCK) != (long)d.size)
		return false;
	out->len += d.size;
	return true;
}

static void free_own(void *own)
{
	struct oldnodes *o = own;

	free(o->r.e);
	free(o->r.fault);
	free(o->name);
	past_numbers_free(&o->numbers);
}

static const struct past_format ubifs_past = {
	.limit = "ubifs.past-limit",
	.read = ubifs_read,
	.collect = oldnodes_collect,
	.step = step,
	.load = load,
	.attributes = oldnodes_attributes,
	.fill = oldnodes_fill,
	.free = free_own,
};

int ubifs_history(struct view v, struct tree *t, struct err *e)
{
	struct oldnodes *o = arena_alloc(&t->arena, sizeof(*o));

	o->p = (struct past_log){
		.t = t, .format = &ubifs_past, .own = o, .root = UBIFS_ROOT_INO,
	};
	return past_history(&o->p, v, e);
}

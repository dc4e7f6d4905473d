/* pastfill.c - what a state of a file in YAFFS holds, and what of it is gone */
#include <stdlib.h>

#include "fs/yaffs/past.h"

/* The last header of the state, or else the first behind it; false: none. */
static bool find_header(const struct oldchunks *o, const struct past_state *s,
			size_t *at, struct yaffs_header *h)
{
	const struct past_file *f = s->f;

	for (*at = f->first + s->end; (*at)-- > f->first; )
		if (oldchunks_header(o, *at, h) && !yaffs_is_gone(h))
			return true;
	for (*at = f->first + s->end; *at < f->first + f->n; ++*at)
		if (oldchunks_header(o, *at, h) && !yaffs_is_gone(h))
			return true;
	return false;
}

/* The records of the state as an object that has no others. */
static struct yaffs_object object_of(const struct oldchunks *o,
				     const struct past_state *s)
{
	struct yaffs_object x = {
		.id = s->f->ino, .first = (uint32_t)(s->f->first + s->first),
		.n = (uint32_t)(s->end - s->first), .header = YAFFS_NONE,
	};
	struct yaffs_header h;

	for (uint32_t k = x.first; k < x.first + x.n; k++)
		if (oldchunks_header(o, k, &h) && !yaffs_is_gone(&h))
			x.header = k;
	return x;
}

bool oldchunks_attributes(const struct past_log *p, const struct past_state *s,
			  struct node *n)
{
	const struct oldchunks *o = p->own;
	size_t last = s->f->first + s->end - 1, at;
	struct yaffs_header h;

	if (!find_header(o, s, &at, &h))
		return false;
	yaffs_fill(p->t, &h, n);
	if (n->past)
		n->past->version = oldchunks_is_two(o) ? o->s.rec[last].sequence
						       : s->end;
	return true;
}

static int load_state(const struct content *c, struct buf *out, struct err *e)
{
	const struct oldchunks *o = c->from;
	struct yaffs_object x = object_of(o, &o->p.state[c->key]);
	struct yaffs_file f = yaffs_file(&o->s, &x);

	(void)e;
	yaffs_put_file(&f, out);
	free(f.piece);
	return 0;
}

static int by_chunk(const void *pa, const void *pb)
{
	const struct yaffs_rec *a = *(const struct yaffs_rec *const *)pa;
	const struct yaffs_rec *b = *(const struct yaffs_rec *const *)pb;

	if (a->chunk != b->chunk)
		return a->chunk < b->chunk ? -1 : 1;
	return a < b ? -1 : a > b;
}

/*
 * YAFFS1 counts the writes of each chunk, as far as two bits do; data anew
 * where the file was cut.
 */
static bool serials_follow(const struct yaffs_rec *rec, size_t n)
{
	const struct yaffs_rec **v = xcalloc(n, sizeof(*v));
	bool r = true;

	for (size_t i = 0; i < n; i++)
		v[i] = &rec[i];
	qsort(v, n, sizeof(*v), by_chunk);
	for (size_t i = 1; i < n && r; i++)
		r = v[i]->chunk != v[i - 1]->chunk ||
		    v[i]->serial == (v[i - 1]->serial + 1) % 4 ||
		    (v[i]->chunk && v[i]->serial == 1);
	free(v);
	return r;
}

/*
 * Whether nothing is gone that was written between its records; and behind
 * them, up to the one that ended the state, where no header did.
 */
static bool is_whole(const struct oldchunks *o, const struct yaffs_object *x)
{
	const struct yaffs_rec *rec = &o->s.rec[x->first], *all = o->s.rec + o->s.n;
	size_t n = x->n;

	/* Half of a write, perhaps: the other half may be older and gone. */
	if (rec[n - 1].chunk && (rec->chunk || !oldchunks_is_two(o)))
		return false;
	if (rec[n - 1].chunk && rec + n < all && rec[n].object == x->id)
		n++;
	if (oldchunks_is_two(o))
		return past_is_whole(&o->blocks, rec->sequence, rec[n - 1].sequence);
	return serials_follow(rec, n);
}

static void check(struct oldchunks *o, struct node *n, const struct yaffs_object *x)
{
	static const char text[] = "no chunk of this part is left; a hole, or it is "
				   "missing";
	uint64_t place = o->s.v.at + o->s.rec[x->first + x->n - 1].at, at = 0;
	struct yaffs_file f = yaffs_file(&o->s, x);

	n->size = f.size;
	for (size_t i = 0; i < f.n && at < n->size; i++) {
		uint64_t from = (uint64_t)(f.piece[i].chunk - 1) * f.data;

		past_lost(&o->p, n, place, "yaffs.past-erased", text, at,
			  from < n->size ? from : n->size);
		at = from + f.data;
	}
	past_lost(&o->p, n, place, "yaffs.past-erased", text, at, n->size);
	free(f.piece);
	if (x->header == YAFFS_NONE || !is_whole(o, x))
		past_unsure(&o->p, n, place, "yaffs.past-gap");
}

void oldchunks_fill(struct past_log *p, const struct past_state *s, struct node *n)
{
	struct oldchunks *o = p->own;
	struct yaffs_object x = object_of(o, s);

	if (!S_ISREG(n->mode))
		return;
	n->content = (struct content){ load_state, o, (uint64_t)(s - p->state) };
	check(o, n, &x);
}

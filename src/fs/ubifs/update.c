/* update.c - an UBIFS image changed so that it holds another tree */
#include "fs/ubifs/old.h"
#include "fs/ubifs/write.h"

enum { CANNOT = UBIFS_DOUBLE_HASH | UBIFS_ENCRYPTED | UBIFS_AUTH };

/* Where everything lies must be what we would choose ourselves. */
static bool is_our_layout(const struct ubifs_plan *p, const struct ubifs_super *s)
{
	return p->main_first == ubifs_main(s) && p->lpt_lebs == s->lpt_lebs &&
	       p->log_lebs == s->log_lebs && p->orphan_lebs == s->orph_lebs &&
	       p->leb == s->leb_size && p->lebs == s->max_leb_cnt &&
	       p->fanout == s->fanout && p->min_io == s->min_io &&
	       s->lsave_cnt == UBIFS_LSAVE && p->big == !!(s->flags & UBIFS_BIG_LPT);
}

static bool can_stay(struct writer *w, const void *opts, const struct tree *old)
{
	const struct ubifs_reader *r = w->old->r;
	struct err ignored;

	return !old->damages && r->has_master && !r->nlost &&
	       !(r->s.flags & CANNOT) && !r->s.key_fmt &&
	       !ubifs_plan_make(&w->plan, opts, &ignored) &&
	       is_our_layout(&w->plan, &r->s) && ubifs_old_blocks(w->old);
}

static size_t count_kept(const struct ubifs_old *o)
{
	size_t n = 0;

	for (size_t i = 0; i < o->r->n; i++)
		n += o->keep[i];
	return n;
}

/* 1: it was changed; 0: that cannot be done, it is to be built anew. */
static int change(struct writer *w, const struct tree *t, const struct tree *old,
		  uint64_t room, struct buf *out, struct kept *kept, struct err *e)
{
	struct ubifs_old *o = w->old;
	size_t start = out->len;
	struct err why;

	w->steps.by_inode = w->plan.o.order;
	if (ubifs_steps_make(&w->steps, t, e) < 0)
		return -1;
	ubifs_old_match(w, t, old);
	ubifs_emit_start(&w->m, &w->plan, out);
	ubifs_old_put(w);
	if (ubifs_write_tree(w, &why) < 0) {
		*e = why;
		return why.kind == ERR_LIMIT ? 0 : -1;
	}
	if (room && out->len - start > room)
		return 0;
	*kept = (struct kept){ count_kept(o), o->r->n };
	if (!o->written && kept->kept == kept->total) {
		out->len = start;
		put_view(out, o->r->v);
	}
	return 1;
}

int ubifs_update(struct view was, const struct tree *t, const void *opts,
		 uint64_t room, struct buf *out, struct kept *kept,
		 struct err *e)
{
	enum endian endian = out->endian;
	size_t start = out->len;
	struct ubifs_old o = { 0 };
	struct writer w = { .old = &o };
	struct tree old;
	int r = -1;

	tree_init(&old);
	if (ubifs_read(was, &old, e) < 0)
		goto out;
	o.r = old.reader;
	r = can_stay(&w, opts, &old)
		? change(&w, t, &old, room, out, kept, e) : 0;
	if (!r) {
		out->len = start;
		*kept = (struct kept){ 0, o.r->n };
		r = ubifs_write(t, opts, out, e);
	}
out:
	ubifs_writer_free(&w);
	ubifs_old_free(&o);
	tree_free(&old);
	out->endian = endian;
	return r < 0 ? -1 : 0;
}

/* Entry i of one reader, and j of another, hold the same bytes of the file. */
static bool same_data(const struct ubifs_reader *a, size_t i,
		      const struct ubifs_reader *b, size_t j)
{
	struct ubifs_node x = ubifs_node_of(a, &a->e[i]);
	struct ubifs_node y = ubifs_node_of(b, &b->e[j]);

	return view_equal(view_sub(a->v, x.at + UBIFS_HEAD, x.len - UBIFS_HEAD),
			  view_sub(b->v, y.at + UBIFS_HEAD, y.len - UBIFS_HEAD));
}

static bool is_data_of(const struct ubifs_reader *r, size_t i, uint32_t inum)
{
	return i < r->n && ubifs_inum(r->e[i].key) == inum &&
	       ubifs_kind(r->e[i].key) == UBIFS_DATA;
}

bool ubifs_alike(const struct node *a, const struct node *b)
{
	const struct ubifs_reader *x = a->content.from, *y = b->content.from;
	uint32_t inum = a->ino;
	size_t i, j;

	if (a->ino != b->ino || a->size != b->size)
		return false;
	i = a->content.key + 1;
	j = b->content.key + 1;
	for (; is_data_of(x, i, inum) && is_data_of(y, j, inum); i++, j++)
		if (!same_data(x, i, y, j))
			return false;
	return !is_data_of(x, i, inum) && !is_data_of(y, j, inum);
}

/* oldblocks.c - erase blocks of UBIFS that stay as they are */
#include <stdlib.h>

#include "core/mem.h"
#include "fs/ubifs/old.h"
#include "fs/ubifs/write.h"

/* The end of the nodes that the block is filled with; false: it is damaged. */
static bool measure(struct ubifs_old *o, uint32_t lnum, struct ubifs_oldleb *b)
{
	const struct ubifs_reader *r = o->r;
	struct view leb = view_upto(r->v, ubifs_place(r, lnum, 0), r->s.leb_size);
	uint32_t page = r->s.min_io < 8 ? 8 : r->s.min_io;
	struct view rest = leb;
	struct ubifs_node n;
	uint64_t at = 0;

	while (ubifs_get(leb, at, &n)) {
		at += ubifs_behind(leb, &n);
		if (n.sqnum > o->sqnum)
			o->sqnum = n.sqnum;
		rest = view_from(leb, at);
		rest = view_from(rest, view_run(rest, UBIFS_PAD_BYTE));
		at = leb.len - rest.len;
	}
	b->end = (uint32_t)ubifs_align(at, page);
	return b->end <= r->s.leb_size && view_run(rest, 0xff) == rest.len;
}

static uint32_t lnum_of(const struct ubifs_old *o, size_t i)
{
	return (uint32_t)(o->r->e[i].at / o->r->s.leb_size);
}

bool ubifs_old_blocks(struct ubifs_old *o)
{
	const struct ubifs_reader *r = o->r;

	o->first = ubifs_main(&r->s);
	o->leb = xcalloc(r->s.leb_cnt, sizeof(*o->leb));
	for (size_t i = 0; i < r->n; i++) {
		uint32_t k = lnum_of(o, i) - o->first;

		if (lnum_of(o, i) < o->first || lnum_of(o, i) >= r->s.leb_cnt)
			return false;
		o->leb[k].stays = true;
		if (k >= o->lebs)
			o->lebs = k + 1;
	}
	o->sqnum = r->m.sqnum > r->s.sqnum ? r->m.sqnum : r->s.sqnum;
	for (uint32_t k = 0; k < o->lebs; k++)
		if (o->leb[k].stays && !measure(o, o->first + k, &o->leb[k]))
			return false;
	return true;
}

void ubifs_old_put(struct writer *w)
{
	const struct ubifs_old *o = w->old;
	uint32_t size = o->r->s.leb_size;

	for (uint32_t k = 0; k < o->lebs; k++) {
		struct view leb = view_upto(o->r->v, ubifs_place(o->r, o->first + k, 0),
					    o->leb[k].stays ? size : 0);

		ubifs_emit_block(&w->m, leb);
	}
	w->m.sqnum = o->sqnum;
}

void ubifs_old_finish(struct writer *w)
{
	struct ubifs_old *o = w->old;

	for (size_t i = 0; i < o->r->n; i++) {
		const struct ubifs_entry *k = &o->r->e[i];
		struct ubifs_node n = ubifs_node_of(o->r, k);
		struct ubifs_name name = { .name = { .p = NULL } };

		if (!o->keep[i])
			continue;
		if (k->type == UBIFS_DENT || k->type == UBIFS_XENT)
			ubifs_name(o->r->v, &n, &name);
		o->leb[lnum_of(o, i) - o->first].used +=
			(uint32_t)ubifs_align(n.len, 8);
		ubifs_emit_leaf(&w->m, &(struct ubifs_leaf){
			k->key, lnum_of(o, i),
			(uint32_t)(k->at % o->r->s.leb_size), n.len, name.name
		});
	}
	for (uint32_t k = 0; k < o->lebs; k++) {
		const struct ubifs_oldleb *b = &o->leb[k];

		ubifs_emit_space(&w->m, k, b->end, b->end - b->used);
	}
}

void ubifs_old_free(struct ubifs_old *o)
{
	free(o->keep);
	free(o->was);
	free(o->leb);
}

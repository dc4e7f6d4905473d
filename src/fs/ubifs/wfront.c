/* wfront.c - super, master and log of a new UBIFS */
#include <stdlib.h>

#include "core/hash.h"
#include "fs/ubifs/old.h"
#include "fs/ubifs/write.h"

enum { GRANULARITY = 1000000000, VERSION = 4, SIGNATURE = 64,
       LEB_CNT = UBIFS_HEAD + 16 };

static void write_master(struct writer *w)
{
	const struct ubifs_master *m = &w->m.m;
	const uint32_t words[] = {
		m->lpt_lnum, m->lpt_offs, m->nhead_lnum, m->nhead_offs, m->ltab_lnum,
		m->ltab_offs, m->lsave_lnum, m->lsave_offs, m->lscan_lnum,
		m->empty_lebs, m->idx_lebs, w->m.lnum,
	};
	struct buf *b = &w->node;

	ubifs_begin(b, UBIFS_MST);
	put64(b, w->highest);
	put64(b, 0);
	put32(b, UBIFS_NO_ORPHANS);
	put32(b, UBIFS_LOG);
	put32(b, m->root_lnum);
	put32(b, m->root_offs);
	put32(b, m->root_len);
	put32(b, m->gc_lnum);
	put32(b, m->ihead_lnum);
	put32(b, m->ihead_offs);
	put64(b, m->index_size);
	put64(b, m->total_free);
	put64(b, m->total_dirty);
	put64(b, m->total_used);
	put64(b, m->total_dead);
	put64(b, m->total_dark);
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		put32(b, words[i]);
	put_fill(b, 0, UBIFS_MST_SIZE - b->len);
	for (uint32_t i = 1; i <= UBIFS_MST_LEBS; i++) {
		b->len = UBIFS_MST_SIZE;
		ubifs_finish(&w->m, b);
		ubifs_pad(&w->m, b);
		ubifs_set_block(&w->m, i, buf_view(b));
	}
}

/* As given, or made of the content so that the same tree has the same. */
static void put_uuid(const struct writer *w, struct buf *b)
{
	char made[SHA256_TEXT], two[3] = "";
	const char *hex = w->plan.o.uuid;
	struct view all = view_from(buf_view(w->m.out), w->m.start);

	if (!hex) {
		sha256_text(view_from(all, (uint64_t)w->m.m.root_lnum *
				      w->plan.leb), made);
		made[12] = '4';
		made[16] = '8';
		hex = made;
	}
	for (int i = 0; i < 16; i++) {
		memcpy(two, hex + 2 * i, 2);
		put8(b, (uint8_t)strtoul(two, NULL, 16));
	}
}

static void put_super(struct writer *w, struct buf *b)
{
	const struct ubifs_plan *p = &w->plan;
	uint32_t flags = (p->big ? UBIFS_BIG_LPT : 0) |
			 (p->o.fixup ? UBIFS_FIXUP : 0);

	put16(b, 0);
	put8(b, (uint8_t)p->o.keyhash);
	put8(b, 0);
	put32(b, flags);
	put32(b, p->min_io);
	put32(b, p->leb);
	put32(b, w->m.lnum);
	put32(b, p->lebs);
	put64(b, p->max_bud_bytes);
	put32(b, p->log_lebs);
	put32(b, p->lpt_lebs);
	put32(b, p->orphan_lebs);
	put32(b, 1);
	put32(b, p->fanout);
	put32(b, UBIFS_LSAVE);
	put32(b, VERSION);
	put16(b, ubifs_default_compr(&p->o));
	put16(b, 0);
	put32(b, 0);
	put32(b, 0);
	put64(b, p->rp_size);
	put32(b, GRANULARITY);
	put_uuid(w, b);
	put_fill(b, 0, UBIFS_SB_SIZE - b->len);
}

/* The same as before, but for how many blocks there are. */
static void put_old_super(struct writer *w, struct buf *b)
{
	put_view(b, view_sub(w->old->r->v, UBIFS_HEAD, UBIFS_SB_SIZE - UBIFS_HEAD));
	patch32(b, LEB_CNT, w->m.lnum);
}

/* Behind the super lies an empty signature, padded as if it began a page. */
static void write_super(struct writer *w)
{
	struct buf *b = &w->node, *sign = &w->second;

	ubifs_begin(b, UBIFS_SB);
	if (w->old)
		put_old_super(w, b);
	else
		put_super(w, b);
	ubifs_finish(&w->m, b);
	ubifs_begin(sign, 0);
	put_fill(sign, 0, SIGNATURE - UBIFS_HEAD);
	ubifs_finish(&w->m, sign);
	ubifs_pad(&w->m, sign);
	put_view(b, buf_view(sign));
	ubifs_set_block(&w->m, 0, buf_view(b));
}

static void write_log(struct writer *w)
{
	ubifs_begin(&w->node, UBIFS_CS);
	put64(&w->node, 0);
	ubifs_finish(&w->m, &w->node);
	ubifs_pad(&w->m, &w->node);
	ubifs_set_block(&w->m, UBIFS_LOG, buf_view(&w->node));
}

void ubifs_write_front(struct writer *w)
{
	ubifs_write_lpt(&w->m);
	write_master(w);
	write_super(w);
	write_log(w);
}

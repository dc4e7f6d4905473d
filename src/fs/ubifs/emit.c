/* emit.c - nodes of UBIFS into erase blocks, one after the other */
#include "fs/ubifs/emit.h"

#include <stdlib.h>

#include "core/hash.h"
#include "core/mem.h"

enum { LEAST_WRITE = UBIFS_DATA_SIZE + 8 };

void ubifs_emit_start(struct ubifs_emit *m, const struct ubifs_plan *p,
		      struct buf *out)
{
	*m = (struct ubifs_emit){ .plan = p, .out = out, .start = out->len,
				  .lnum = p->main_first };
	put_fill(out, 0xff, (size_t)p->main_first * p->leb);
}

void ubifs_emit_free(struct ubifs_emit *m)
{
	free(m->space);
	free(m->leaf);
}

void ubifs_begin(struct buf *node, enum ubifs_type type)
{
	buf_clear(node);
	node->endian = LITTLE;
	put32(node, UBIFS_MAGIC);
	put_fill(node, 0, UBIFS_HEAD - 8);
	put8(node, (uint8_t)type);
	put_fill(node, 0, 3);
}

void ubifs_put_key(struct buf *node, uint64_t key)
{
	put32(node, (uint32_t)(key >> 32));
	put32(node, (uint32_t)key);
	put_fill(node, 0, 8);
}

/* The node that begins at `at` and ends b gets its length, number and sum. */
static void seal(struct buf *b, size_t at, uint64_t sqnum)
{
	patch32(b, at + 8, (uint32_t)sqnum);
	patch32(b, at + 12, (uint32_t)(sqnum >> 32));
	patch32(b, at + 16, (uint32_t)(b->len - at));
	patch32(b, at + 4, crc32_plain(~0u, view_from(buf_view(b), at + 8)));
}

void ubifs_finish(struct ubifs_emit *m, struct buf *node)
{
	seal(node, 0, ++m->sqnum);
}

/* Up to the end of a page: padding that a reader can step over. */
static void pad(struct buf *b, size_t from, uint32_t page)
{
	struct buf node = { 0 };
	size_t left;

	while ((b->len - from) % 8)
		put8(b, 0xff);
	left = ubifs_align(b->len - from, page) - (b->len - from);
	if (left < UBIFS_PAD_SIZE) {
		put_fill(b, UBIFS_PAD_BYTE, left);
		return;
	}
	ubifs_begin(&node, UBIFS_PAD);
	put32(&node, (uint32_t)left - UBIFS_PAD_SIZE);
	seal(&node, 0, 0);
	put_view(b, buf_view(&node));
	put_fill(b, 0, left - UBIFS_PAD_SIZE);
	buf_free(&node);
}

/* Space too small for a node is dead; some of the rest may turn out so. */
static void account(struct ubifs_emit *m, const struct ubifs_space *s)
{
	const struct ubifs_plan *p = m->plan;
	uint32_t space = s->free + s->dirty;

	m->m.total_free += s->free;
	m->m.total_dirty += s->dirty;
	if (s->index) {
		m->m.idx_lebs++;
		return;
	}
	m->m.total_used += p->leb - space;
	if (space < p->dead)
		m->m.total_dead += space;
	else if (space < p->dark)
		m->m.total_dark += space;
	else
		m->m.total_dark += space - p->dark < LEAST_WRITE
				   ? space - LEAST_WRITE : p->dark;
}

static void next_block(struct ubifs_emit *m, struct ubifs_space s)
{
	m->space = xgrow(m->space, &m->capspace, m->spaces + 1, sizeof(*m->space));
	m->space[m->spaces++] = s;
	m->lnum++;
	m->offs = 0;
	put_fill(m->out, 0xff,
		 m->start + (size_t)m->lnum * m->plan->leb - m->out->len);
}

static void end_block(struct ubifs_emit *m)
{
	const struct ubifs_plan *p = m->plan;
	uint32_t used = (uint32_t)ubifs_align(m->offs, 8);
	uint32_t whole = (uint32_t)ubifs_align(m->offs, p->min_io);
	struct ubifs_space s = { p->leb - whole, whole - used, m->index };

	account(m, &s);
	next_block(m, s);
}

void ubifs_emit_block(struct ubifs_emit *m, struct view was)
{
	put_view(m->out, was);
	next_block(m, (struct ubifs_space){ 0 });
	m->m.empty_lebs += !was.len;
}

void ubifs_emit_space(struct ubifs_emit *m, size_t i, uint32_t end,
		      uint32_t dirty)
{
	m->space[i] = (struct ubifs_space){ m->plan->leb - end, dirty, false };
	account(m, &m->space[i]);
}

void ubifs_flush(struct ubifs_emit *m)
{
	if (!m->offs)
		return;
	pad(m->out, m->start + (size_t)m->lnum * m->plan->leb, m->plan->min_io);
	end_block(m);
}

void ubifs_skip_block(struct ubifs_emit *m)
{
	end_block(m);
	m->m.empty_lebs++;
}

/* Put the node where the head is, in the next block if it does not fit. */
static uint32_t place(struct ubifs_emit *m, struct buf *node)
{
	uint32_t at;

	ubifs_finish(m, node);
	if (node->len > m->plan->leb - m->offs)
		ubifs_flush(m);
	at = m->offs;
	put_view(m->out, buf_view(node));
	put_fill(m->out, 0xff, -node->len & 7);
	m->offs += (uint32_t)ubifs_align(node->len, 8);
	return at;
}

void ubifs_emit_leaf(struct ubifs_emit *m, const struct ubifs_leaf *k)
{
	m->leaf = xgrow(m->leaf, &m->capleaf, m->leaves + 1, sizeof(*m->leaf));
	m->leaf[m->leaves++] = *k;
}

void ubifs_write_leaf(struct ubifs_emit *m, struct buf *node, uint64_t key,
		      struct view name)
{
	uint32_t at = place(m, node);

	ubifs_emit_leaf(m, &(struct ubifs_leaf){
		key, m->lnum, at, (uint32_t)node->len, name
	});
}

void ubifs_write_index_node(struct ubifs_emit *m, struct buf *node)
{
	uint32_t at = place(m, node);

	m->m.root_lnum = m->lnum;
	m->m.root_offs = at;
	m->m.root_len = (uint32_t)node->len;
	m->m.index_size += ubifs_align(node->len, 8);
}

void ubifs_pad(const struct ubifs_emit *m, struct buf *nodes)
{
	pad(nodes, 0, m->plan->min_io);
}

void ubifs_set_block(struct ubifs_emit *m, uint32_t lnum, struct view bytes)
{
	memcpy(m->out->p + m->start + (size_t)lnum * m->plan->leb, bytes.p,
	       bytes.len);
}

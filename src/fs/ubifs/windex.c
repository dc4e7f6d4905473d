/*
 * windex.c - the index of a new UBIFS
 *
 * All nodes are full but for the last of each level. A level is written
 * whole before the one above it.
 */
#include "fs/ubifs/emit.h"

#include <stdlib.h>

#include "core/mem.h"

static int by_key(const void *pa, const void *pb)
{
	const struct ubifs_leaf *a = pa, *b = pb;
	size_t n = a->name.len < b->name.len ? a->name.len : b->name.len;
	int d;

	if (a->key != b->key)
		return a->key < b->key ? -1 : 1;
	d = n ? memcmp(a->name.p, b->name.p, n) : 0;
	if (d)
		return d;
	return a->name.len < b->name.len ? -1 : a->name.len > b->name.len;
}

/* One node over n branches; it takes the place of the first of them. */
static void write_node(struct ubifs_emit *m, struct ubifs_leaf *branch, size_t n,
		       unsigned level)
{
	struct buf node = { 0 };
	uint64_t key = branch->key;

	ubifs_begin(&node, UBIFS_IDX);
	put16(&node, (uint16_t)n);
	put16(&node, (uint16_t)level);
	for (size_t i = 0; i < n; i++) {
		put32(&node, branch[i].lnum);
		put32(&node, branch[i].offs);
		put32(&node, branch[i].len);
		put32(&node, (uint32_t)(branch[i].key >> 32));
		put32(&node, (uint32_t)branch[i].key);
	}
	ubifs_write_index_node(m, &node);
	*branch = (struct ubifs_leaf){
		key, m->m.root_lnum, m->m.root_offs, m->m.root_len, { .p = NULL }
	};
	buf_free(&node);
}

void ubifs_write_index(struct ubifs_emit *m)
{
	size_t n = m->leaves, fan = m->plan->fanout;
	unsigned level = 0;

	m->index = true;
	qsort(m->leaf, n, sizeof(*m->leaf), by_key);
	do {
		size_t made = 0;

		for (size_t i = 0; i < n; i += fan, made++) {
			write_node(m, &m->leaf[i], n - i < fan ? n - i : fan, level);
			m->leaf[made] = m->leaf[i];
		}
		n = made;
		level++;
	} while (n > 1);
	m->m.ihead_lnum = m->lnum;
	m->m.ihead_offs = (uint32_t)ubifs_align(m->offs, m->plan->min_io);
	ubifs_flush(m);
}

/* measure.c - which blocks of files are holes, and sums to find equal ones */
#include <stdlib.h>

#include "core/hash.h"
#include "core/mem.h"
#include "core/par.h"
#include "fs/squashfs/as.h"
#include "fs/squashfs/data.h"

/* AT_ONCE: files up to here are read as a whole. */
enum { AT_ONCE = 1 << 20, HOLE_KEY = 0x3ff };

struct measuring {
	struct squash_data *d;
	struct slot { struct err e; bool bad; } *slot;
	size_t slots;
};

void squash_shape(const struct squash_plan *p, struct squash_file *f)
{
	uint64_t size = f->n->size, block = p->how.block_size;

	f->blocks = (size + block - 1) / block;
	f->planned = f->blocks;
	f->fragment = SQUASH_NOWHERE;
	if (p->like.major == 1 || !p->o.fragments || !(size % block) || (size > block && !p->o.always))
		return;
	f->tail = f->planned_tail = (uint32_t)(size % block);
	f->planned = --f->blocks;
}

int squash_piece(const struct node *n, uint64_t off, size_t size,
		 struct buf *out, struct err *e)
{
	struct buf all = { 0 };
	int r;

	if (!off && size == n->size)
		return n->content.load(&n->content, out, e);
	if (n->part)
		return n->part(&n->content, off, size, out, e);
	r = n->content.load(&n->content, &all, e);
	if (!r && !view_has(buf_view(&all), off, size))
		r = fail(e, ERR_IO, "changed while it was read; run again");
	if (!r)
		put_view(out, view_sub(buf_view(&all), off, size));
	buf_free(&all);
	return r;
}

static bool is_hole(struct view v)
{
	return v.len && !v.p[0] && view_run(v, 0) == v.len;
}

static void see_block(struct squash_file *f, uint64_t i, struct view v, bool sparse)
{
	static const uint8_t mark[1] = { 0 };

	f->word[i] = !sparse || !is_hole(v);
	f->sparse += f->word[i] ? 0 : v.len;
	f->run_sum = crc32_of(f->run_sum, f->word[i] ? v
					: (struct view){ mark, sizeof(mark), 0 });
	if (!i) {
		f->head_sum = f->run_sum;
		f->hole_key = f->planned ? v.len & HOLE_KEY : 0;
	}
}

/* A tail of zeros is a hole, not a part of a fragment, unless it was in one. */
static void see_tail(struct squash_file *f, struct view v, bool sparse)
{
	if (!sparse || f->has_end || !is_hole(v)) {
		f->tail_sum = crc32_of(0, v);
		return;
	}
	f->tail = 0;
	see_block(f, f->blocks++, v, true);
}

static int look(struct squash_data *d, struct squash_file *f, struct err *e)
{
	size_t block = d->plan->how.block_size;
	bool sparse = d->plan->o.sparse;
	struct buf b = { 0 };
	uint64_t blocks = f->blocks + (f->tail > 0);
	bool whole = f->n->size <= AT_ONCE;
	int r;

	if (f->kept)
		return 0;
	r = whole && f->n->size ? squash_piece(f->n, 0, f->n->size, &b, e) : 0;

	f->word = xcalloc(blocks + 1, sizeof(*f->word));
	for (uint64_t i = 0; !r && i < blocks; i++) {
		uint64_t left = f->n->size - i * block;
		size_t n = left < block ? left : block;
		struct view v;

		if (!whole) {
			buf_clear(&b);
			r = squash_piece(f->n, i * block, n, &b, e);
		}
		v = view_sub(buf_view(&b), whole ? i * block : 0, n);
		if (!r && v.len != n)
			r = fail(e, ERR_IO, "changed while it was read; run again");
		if (!r && i == f->blocks)
			see_tail(f, v, sparse);
		else if (!r)
			see_block(f, i, v, sparse);
	}
	if (f->n->solid || squash_as_get(f->n).solid)
		f->sparse = 0;
	buf_free(&b);
	return r;
}

static void work(size_t i, void *arg)
{
	struct measuring *m = arg;
	struct slot *s = &m->slot[i % m->slots];

	s->bad = look(m->d, &m->d->file[i], &s->e) < 0;
}

static int done(size_t i, void *arg, struct err *e)
{
	struct measuring *m = arg;
	struct slot *s = &m->slot[i % m->slots];

	if (!s->bad)
		return 0;
	*e = s->e;
	return within(e, "%s", m->d->file[i].n->name);
}

int squash_measure(struct squash_data *d, struct err *e)
{
	struct measuring m = { .d = d, .slots = par_jobs() * (size_t)16 };
	struct par par = { work, done, &m, m.slots };
	int r;

	m.slot = xcalloc(m.slots, sizeof(*m.slot));
	r = par_run(&par, d->files, e);
	free(m.slot);
	return r;
}

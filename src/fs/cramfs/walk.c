/* walk.c - every inode and block pointer of a cramfs */
#include "core/maps.h"
#include "core/work.h"
#include "fs/cramfs/super.h"

enum { DEPTH = 32, MOST_STEPS = 1 << 21 };

enum { STORED = 1u << 31, DIRECT = 1u << 30 };

/* Bit fields fill from the low end on little-endian, from the high on big. */
static struct cramfs_inode wide_inode(struct cramfs_inode i, struct cursor *c,
				      uint32_t w2)
{
	bool big = c->endian == BIG;

	i.size |= (big ? w2 >> 24 : w2 & 0xff) << 24;
	i.namelen = (big ? w2 & 0xffffff : w2 >> 8) * 4;
	i.offset = (uint64_t)get32(c) * 4;
	return i;
}

struct cramfs_inode cramfs_inode(const struct cramfs_super *s, struct cursor *c)
{
	uint32_t w0 = get32(c), w1 = get32(c), w2 = get32(c);
	bool big = c->endian == BIG;
	struct cramfs_inode i = {
		.mode = (uint16_t)(big ? w0 >> 16 : w0),
		.uid = (uint16_t)(big ? w0 : w0 >> 16),
		.size = big ? w1 >> 8 : w1 & 0xffffff,
		.gid = (uint8_t)(big ? w1 : w1 >> 24),
		.namelen = (big ? w2 >> 26 : w2 & 63) * 4,
		.offset = (uint64_t)(big ? w2 & 0x3ffffff : w2 >> 6) * 4,
	};

	return s->wide ? wide_inode(i, c, w2) : i;
}

uint32_t cramfs_blocks(const struct cramfs_super *s, const struct cramfs_inode *f)
{
	return f->size / s->page + (f->size % s->page > 0);
}

static uint32_t pointer(struct view v, const struct cramfs_super *s,
			const struct cramfs_inode *f, uint32_t i)
{
	return peek32(v, f->offset + 4 * (uint64_t)i, s->endian);
}

/* The bytes of a direct block: stored whole, or a length and so many. */
static bool direct(struct view v, const struct cramfs_super *s, uint32_t p,
		   uint32_t plain, struct view *block)
{
	uint64_t start = (uint64_t)(p & ~(STORED | DIRECT)) << 2;

	if (p & STORED)
		*block = view_sub(v, start, plain);
	else
		*block = view_sub(v, start + 2, peek16(v, start, s->endian));
	return block->len > 0;
}

/* Where the block before i ends, which is where block i begins. */
static uint64_t start_of(struct view v, const struct cramfs_super *s,
			 const struct cramfs_inode *f, uint32_t i)
{
	struct view before;
	uint32_t p;

	if (!i)
		return f->offset + 4 * (uint64_t)cramfs_blocks(s, f);
	p = pointer(v, s, f, i - 1);
	if (!(s->flags & CRAMFS_EXTENDED) || !(p & DIRECT))
		return s->flags & CRAMFS_EXTENDED ? p & ~STORED : p;
	if (!direct(v, s, p, s->page, &before))
		return UINT64_MAX;
	return (uint64_t)(before.p - v.p) + before.len;
}

bool cramfs_block(struct view v, const struct cramfs_super *s,
		  const struct cramfs_inode *f, uint32_t i, struct view *block,
		  bool *stored)
{
	uint32_t left = f->size - i * s->page, p = pointer(v, s, f, i);
	uint64_t start;

	maps_touched(view_sub(v, f->offset + 4 * (uint64_t)i, 4));
	if (!view_has(v, f->offset + 4 * (uint64_t)i, 4))
		return false;
	*stored = s->flags & CRAMFS_EXTENDED && p & STORED;
	if (s->flags & CRAMFS_EXTENDED && p & DIRECT)
		return direct(v, s, p, left < s->page ? left : s->page, block);
	if (*stored)
		p &= ~STORED;
	start = start_of(v, s, f, i);
	if (start > p || p - start > 2 * s->page ||
	    !view_has(v, start, p - start))
		return false;
	*block = view_sub(v, start, p - start);
	return true;
}

struct walk {
	struct view v;
	const struct cramfs_super *s;
	uint64_t end;
	uint64_t steps;
};

static void reach(struct walk *w, uint64_t end)
{
	if (end > w->end)
		w->end = end;
}

static bool walk_file(struct walk *w, const struct cramfs_inode *f)
{
	uint32_t n = cramfs_blocks(w->s, f);
	struct view block;
	bool stored;

	reach(w, f->offset + 4 * (uint64_t)n);
	w->steps += n;
	for (uint32_t i = 0; i < n; i++) {
		if (!cramfs_block(w->v, w->s, f, i, &block, &stored))
			return false;
		if (block.len)
			reach(w, (uint64_t)(block.p - w->v.p) + block.len);
	}
	return true;
}

static bool walk_dir(struct walk *w, const struct cramfs_inode *d, int depth)
{
	struct cursor c = cursor(view_sub(w->v, d->offset, d->size),
				 w->s->endian);

	if (depth > DEPTH || (d->size && !c.v.len) || w->steps > MOST_STEPS)
		return false;
	reach(w, d->offset + d->size);
	while (c.pos < c.v.len) {
		struct cramfs_inode i = cramfs_inode(w->s, &c);
		unsigned type = i.mode >> 12;

		get_skip(&c, i.namelen);
		if (!cursor_ok(&c) || !i.namelen || ++w->steps > MOST_STEPS)
			return false;
		if (type == 4 && !walk_dir(w, &i, depth + 1))
			return false;
		if ((type == 8 || type == 10) && i.size && !walk_file(w, &i))
			return false;
	}
	return true;
}

bool cramfs_walk(struct view v, const struct cramfs_super *s, uint64_t *end)
{
	struct walk w = { .v = v, .s = s };
	bool whole;

	reach(&w, s->base + CRAMFS_SUPER);
	whole = walk_dir(&w, &s->root, 0);
	work_add(64 * w.steps);
	*end = w.end;
	return whole;
}

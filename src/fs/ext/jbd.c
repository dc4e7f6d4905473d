/*
 * jbd.c - what a journal holds that is not in its place yet
 *
 *	journal	= super block*		big-endian, blocks of a file; from
 *					`first` on they are a ring
 *	head	= u32 c03b3998, kind, number of the transaction
 *	super	= head  u32 block, blocks, first, number, start  u32 error
 *		  u32 compatible, incompatible, ... features  uuid[16]
 *	tags	= head tag* [sum]	one for each of the blocks that follow
 *	revoked	= head u32 size  block* [sum]	older copies do not count
 *	commit	= head ...		what came before it counts
 */
#include <stdlib.h>

#include "core/hash.h"
#include "core/mem.h"
#include "fs/ext/jbd.h"

enum { HEAD = 12, TAGS = 1, COMMIT, SUPER_1, SUPER_2, REVOKED };
enum { REVOKES = 1, LONG = 2, ASYNC = 4, SUMS_2 = 8, SUMS_3 = 0x10, FAST = 0x20 };
enum { ESCAPED = 1, SAME_UUID = 2, LAST = 8 };

/* Block i of the journal, as it lies in the volume. */
static struct view at(const struct journal *j, uint32_t i)
{
	struct ext_run run = { 0 };

	if (ext_map(j->x, &j->inode, i, &run) || !run.at)
		return (struct view){ .at = j->x->v.at };
	return ext_block(j->x, run.at);
}

static uint32_t next(const struct journal *j, uint32_t i)
{
	return i + 1 < j->end ? i + 1 : j->first;
}

static uint32_t be32(struct view v, uint64_t off)
{
	return peek32(v, off, BIG);
}

static bool has_sums(const struct journal *j)
{
	return j->features & (SUMS_2 | SUMS_3);
}

static size_t tag_size(const struct journal *j)
{
	if (j->features & SUMS_3)
		return 16;
	return 8 + (j->features & LONG ? 4 : 0) + (j->features & SUMS_2 ? 2 : 0);
}

struct tag { uint64_t block; uint32_t flags; };

/* False: the block has no more. */
static bool get_tag(const struct journal *j, struct cursor *c, struct tag *t)
{
	struct view v = get_view(c, tag_size(j));
	bool wide = j->features & SUMS_3;

	if (!cursor_ok(c))
		return false;
	t->block = be32(v, 0);
	t->flags = wide ? be32(v, 4) : peek16(v, 6, BIG);
	if (j->features & LONG)
		t->block |= (uint64_t)be32(v, 8) << 32;
	if (!(t->flags & SAME_UUID))
		get_skip(c, 16);
	return cursor_ok(c);
}

/* The last bytes of a block of tags or of what is revoked are its sum. */
static bool holds(const struct journal *j, struct view v)
{
	uint8_t zeros[4] = { 0 };
	uint32_t crc;

	if (!has_sums(j))
		return true;
	crc = crc32c_of(j->seed, view_sub(v, 0, v.len - 4));
	return crc32c_of(crc, (struct view){ zeros, 4, 0 }) == be32(v, v.len - 4);
}

static void keep(struct journal *j, const struct tag *t, struct view v)
{
	j->copy = xgrow(j->copy, &j->cap, j->n + 1, sizeof(*j->copy));
	j->copy[j->n] = (struct copy){
		t->block, j->transactions, t->flags & ESCAPED, j->n, v,
	};
	j->n++;
}

/* The blocks that v tells of, behind block i. Returns the block behind them. */
static uint32_t take_tags(struct journal *j, struct view v, uint32_t i)
{
	struct cursor c = cursor(view_sub(v, HEAD, v.len - HEAD -
					  (has_sums(j) ? 4 : 0)), BIG);
	struct tag t = { 0 };

	while (!(t.flags & LAST) && j->left && get_tag(j, &c, &t)) {
		i = next(j, i);
		j->left--;
		keep(j, &t, at(j, i));
	}
	return next(j, i);
}

static void take_revoked(struct journal *j, struct view v)
{
	size_t wide = j->features & LONG ? 8 : 4, end = be32(v, HEAD);
	struct cursor c;

	if (end > v.len)
		end = v.len;
	if (end <= HEAD + 4)
		return;
	c = cursor(view_sub(v, HEAD + 4, end - HEAD - 4), BIG);
	while (c.pos + wide <= c.v.len) {
		j->gone = xgrow(j->gone, &j->capgone, j->ngone + 1, sizeof(*j->gone));
		j->gone[j->ngone++] = (struct gone){ get_uint(&c, (unsigned)wide),
						     j->transactions };
	}
}

void jbd_walk(struct journal *j)
{
	uint32_t i = j->start, number = j->number;
	size_t n = 0, gone = 0;

	while (j->left && j->left--) {
		struct view v = at(j, i);
		uint32_t kind = be32(v, 4);

		if (!v.len || be32(v, 0) != JBD_MAGIC || be32(v, 8) != number)
			break;
		if (kind == COMMIT) {
			n = j->n;
			gone = j->ngone;
			j->transactions++;
			number++;
			i = next(j, i);
			continue;
		}
		if ((kind != TAGS && kind != REVOKED) || !holds(j, v)) {
			j->broken = true;
			break;
		}
		if (kind == REVOKED)
			take_revoked(j, v);
		i = kind == TAGS ? take_tags(j, v, i) : next(j, i);
	}
	j->n = n;
	j->ngone = gone;
}

const char *jbd_open(struct journal *j, const struct ext *x)
{
	struct view s;

	*j = (struct journal){ .x = x };
	if (x->incompat & EXT_JOURNAL_DEVICE || !x->journal)
		return "is on another device";
	if (!ext_inode_get(x, x->journal, &j->inode) || !j->inode.size)
		return "is not there";
	j->end = UINT32_MAX;
	s = at(j, 0);
	if (be32(s, 0) != JBD_MAGIC || (be32(s, 4) != SUPER_1 && be32(s, 4) != SUPER_2) ||
	    be32(s, 0x0c) != x->block)
		return "has no superblock";
	j->end = be32(s, 0x10);
	j->first = be32(s, 0x14);
	j->number = be32(s, 0x18);
	j->start = be32(s, 0x1c);
	j->features = be32(s, 4) == SUPER_2 ? be32(s, 0x28) : 0;
	j->seed = crc32c_of(~0u, view_sub(s, 0x30, 16));
	j->left = x->v.len / x->block;
	j->fast = j->features & FAST && be32(s, 0x54) < j->end;
	if (j->fast)
		j->end -= be32(s, 0x54) ? be32(s, 0x54) : 256;
	if (j->features & ~(unsigned)(REVOKES | LONG | ASYNC | SUMS_2 | SUMS_3 | FAST))
		return "has features that are not known";
	return j->first && j->first < j->end && j->start < j->end ? NULL
		: "has a damaged superblock";
}

/* They begin with tag 9, 8 bytes: features, and which transaction they follow. */
bool jbd_has_fast(const struct journal *j)
{
	struct view v = j->fast ? at(j, j->end + 1) : (struct view){ 0 };

	return peek32(v, 0, LITTLE) == 0x80009 &&
	       peek32(v, 8, LITTLE) == j->number + j->transactions;
}

void jbd_close(struct journal *j)
{
	free(j->copy);
	free(j->gone);
	*j = (struct journal){ 0 };
}

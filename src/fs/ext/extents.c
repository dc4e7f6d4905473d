/*
 * extents.c - files that are lists of runs of blocks
 *
 *	node	= u16 f30a, entries, room, depth  u32 generation  entry*
 *	index	= u32 block of the file  u32 node, low  u16 high  u16 0
 *	leaf	= u32 block of the file  u16 length  u16 high  u32 low
 *
 * A length over 8000 is that much less, and zeros: given out, never written.
 */
#include "core/maps.h"
#include "fs/ext/ext.h"

enum { MAGIC = 0xf30a, SIZE = 12, UNWRITTEN = 0x8000 };

/* The blocks of a file from where it was asked on up to `end` are in question. */
struct seek { uint64_t which, end; };

static unsigned entries_of(struct view v)
{
	unsigned n = peek16(v, 2, LITTLE);

	return view_has(v, 0, SIZE * ((uint64_t)n + 1)) ? n : 0;
}

static uint64_t key_of(struct view v, unsigned i)
{
	return peek32(v, SIZE * ((uint64_t)i + 1), LITTLE);
}

/* The last entry not behind s->which, plus one; 0: none. The next ends it. */
static unsigned search(struct view v, struct seek *s)
{
	unsigned from = 0, to = entries_of(v);

	while (from < to) {
		unsigned mid = from + (to - from) / 2;

		if (key_of(v, mid) <= s->which)
			from = mid + 1;
		else
			to = mid;
	}
	if (from < entries_of(v) && key_of(v, from) < s->end)
		s->end = key_of(v, from);
	return from;
}

static void take(struct view v, unsigned i, const struct seek *s,
		 struct ext_run *run)
{
	struct cursor c = cursor(view_sub(v, SIZE * (uint64_t)i, SIZE), LITTLE);
	uint64_t first = get32(&c), n = get16(&c);
	uint64_t high = get16(&c), at = high << 32 | get32(&c);
	bool written = n <= UNWRITTEN;

	n -= written ? 0 : UNWRITTEN;
	if (s->which - first >= n)
		return;
	if (n - (s->which - first) < run->n)
		run->n = n - (s->which - first);
	run->at = written ? at + (s->which - first) : 0;
}

static bool is_good(const struct ext *x, const struct ext_inode *i, struct view v,
		    unsigned depth, struct ext_run *run)
{
	if (!run->sums || run->good[depth] == v.p)
		return true;
	run->good[depth] = v.p;
	return ext_extents_hold(x, i, v);
}

/* The node below entry n, which is to have this depth. NULL, or what is wrong. */
static const char *go_down(const struct ext *x, const struct ext_inode *i,
			   unsigned n, unsigned depth, struct view *v,
			   struct ext_run *run)
{
	uint64_t entry = SIZE * (uint64_t)n;
	uint64_t at = peek32(*v, entry + 4, LITTLE) |
		      (uint64_t)peek16(*v, entry + 8, LITTLE) << 32;

	*v = ext_block(x, at);
	maps_touched(*v);
	if (!v->len)
		return "has extents outside the image";
	if (peek16(*v, 0, LITTLE) != MAGIC || peek16(*v, 6, LITTLE) != depth ||
	    !entries_of(*v))
		return "has damaged extents";
	return is_good(x, i, *v, depth, run) ? NULL
		: "has extents with a wrong checksum";
}

const char *ext_map_extents(const struct ext *x, const struct ext_inode *i,
			    uint64_t which, struct ext_run *run)
{
	struct seek s = { which, UINT64_MAX >> 1 };
	unsigned depth = peek16(i->map, 6, LITTLE), n;
	const char *wrong = NULL;
	struct view v = i->map;

	run->at = 0;
	run->n = 1;
	if (peek16(v, 0, LITTLE) != MAGIC || depth > EXT_DEPTH)
		return "has no list of extents";
	while ((n = search(v, &s)) && depth && !wrong)
		wrong = go_down(x, i, n, --depth, &v, run);
	run->n = s.end - which;
	if (n && !wrong)
		take(v, n, &s, run);
	return wrong;
}

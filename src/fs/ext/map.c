/* map.c - where the blocks of a file are, and what is in them */
#include "core/maps.h"
#include "core/work.h"
#include "fs/ext/ext.h"

enum { DIRECT = 12, LEVELS = 3 };

static uint64_t pointer(struct view v, uint64_t i)
{
	return peek32(v, i * 4, LITTLE);
}

/* How many pointers of v from i on go on like the first; most at most. */
static void take_run(struct view v, uint64_t i, uint64_t most, struct ext_run *run)
{
	uint64_t at = pointer(v, i), n = 1;

	while (n < most && pointer(v, i + n) == (at ? at + n : 0))
		n++;
	run->at = at;
	run->n = n;
}

/* Which tree of pointers `which` is in: its levels; it counts in it then. */
static unsigned level_of(uint64_t per, uint64_t *which, uint64_t *span)
{
	*span = per;
	*which -= DIRECT;
	for (unsigned level = 1; level <= LEVELS; level++, *span *= per) {
		if (*which < *span)
			return level;
		*which -= *span;
	}
	return LEVELS + 1;
}

const char *ext_map_blocks(const struct ext *x, const struct ext_inode *i,
			   uint64_t which, struct ext_run *run)
{
	uint64_t per = x->block / 4, span, at;
	unsigned level;
	struct view v = i->map;

	if (which < DIRECT) {
		take_run(v, which, DIRECT - which, run);
		return NULL;
	}
	level = level_of(per, &which, &span);
	run->at = 0;
	run->n = UINT64_MAX >> 1;
	if (level > LEVELS)
		return "is larger than block pointers reach";
	at = pointer(v, DIRECT + level - 1);
	for (; level; level--) {
		run->n = span - which % span;
		if (!at)
			return NULL;
		v = ext_block(x, at);
		maps_touched(v);
		if (!v.len)
			return "has pointers outside the image";
		span /= per;
		if (level > 1)
			at = pointer(v, which / span % per);
	}
	take_run(v, which % per, per - which % per, run);
	return NULL;
}

const char *ext_map(const struct ext *x, const struct ext_inode *i, uint64_t which,
		    struct ext_run *run)
{
	const char *wrong = i->flags & EXT_EXTENTS
		? ext_map_extents(x, i, which, run) : ext_map_blocks(x, i, which, run);

	work_add(0);
	if (!wrong && run->at && (run->at >= x->blocks ||
				  run->n > x->blocks - run->at))
		return "has blocks outside the volume";
	return wrong;
}

/* n bytes from byte `off` of the run on; returns how many are there. */
static size_t put_run(const struct ext *x, uint64_t at, uint64_t off, size_t n,
		      struct buf *out)
{
	uint64_t before = buf_total(out);

	if (!x->nlogged) {
		put_view(out, view_upto(x->v, at * x->block + off, n));
		return (size_t)(buf_total(out) - before);
	}
	while (buf_total(out) - before < n) {
		struct view v = ext_block(x, at + off / x->block);
		uint64_t left = n - (buf_total(out) - before);

		v = view_upto(v, off % x->block, left);
		if (!v.len)
			break;
		put_view(out, v);
		off += v.len;
	}
	return (size_t)(buf_total(out) - before);
}

static int load_inline(const struct ext_inode *i, uint64_t off, size_t n,
		       struct buf *out, struct err *e)
{
	struct buf all = { 0 };
	struct view have;

	put_view(&all, i->map);
	put_view(&all, ext_inline(i));
	have = view_upto(buf_view(&all), off, n);
	put_view(out, have);
	put_fill(out, 0, n - have.len);
	buf_free(&all);
	return have.len == n ? 0 : fail_at(e, i->raw.at, "ext content in the inode is "
					   "shorter than its size; read again");
}

int ext_load(const struct ext *x, const struct ext_inode *i, uint64_t off,
	     size_t n, struct buf *out, struct err *e)
{
	uint64_t end = buf_total(out) + n;
	int r = 0;

	if (i->flags & EXT_INLINE)
		return load_inline(i, off, n, out, e);
	while (buf_total(out) < end) {
		uint64_t skip = off % x->block, left = end - buf_total(out), have;
		struct ext_run run = { 0 };
		const char *wrong = ext_map(x, i, off / x->block, &run);
		uint64_t most = run.n > left / x->block + 1 ? left
			: run.n * x->block - skip < left ? run.n * x->block - skip : left;

		have = !wrong && run.at ? put_run(x, run.at, skip, most, out) : 0;
		put_fill(out, 0, most - have);
		if (!r && (wrong || (run.at && have < most)))
			r = fail_at(e, wrong ? i->raw.at : ext_place(x, run.at), "ext file "
				    "%s; 0x%llx+%llu of it is missing", wrong ? wrong
				    : "has blocks outside the image",
				    (unsigned long long)(off + have),
				    (unsigned long long)(most - have));
		off += most;
	}
	return r;
}

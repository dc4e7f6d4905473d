/* settle.c - what no superblock says: how blocks are packed */
#include "core/mem.h"
#include "fs/squashfs/read.h"

/* A wrong guess fails at its first block or its second. */
enum { TRIED = 8, ROOT = 4 * TRIED };

/* How many of the first packed blocks of [at, end), `most` in all, it unpacks. */
static int unpacked(const struct squash_reader *r, uint64_t at, uint64_t end,
		    const struct squash_packing *p, struct buf *plain, int *most)
{
	int good = 0;

	for (int n = 0; n < TRIED && at < end;) {
		uint64_t was = at;
		bool stored = peek16(r->v, at, r->s.lengths) & 0x8000;

		buf_clear(plain);
		if (stored) {
			at = squash_meta_end(r->v, &r->s, at);
			continue;
		}
		n++;
		++*most;
		if (squash_meta(r->v, &r->s, p, &at, plain) &&
		    (at >= end || plain->len == SQUASH_META))
			good++;
		else if (at == was)
			break;
	}
	return good;
}

/*
 * How much speaks for p: blocks that it unpacks, above all the root's; and
 * how much that could be.
 */
static int score(const struct squash_reader *r, const struct squash_packing *p,
		 struct buf *plain, int *most)
{
	uint64_t dirs = r->s.dir_table;

	int good;

	*most = ROOT;
	good = unpacked(r, r->s.inode_table, dirs, p, plain, most) +
	       unpacked(r, dirs, squash_dirs_end(r->v, &r->s), p, plain, most);
	return good ? good + ROOT * squash_root_is_dir(r->v, &r->s, p, plain) : 0;
}

/* Where nothing known fits: all shapes of LZMA, behind up to 10 bytes. */
static void try_odd(struct squash_reader *r, struct view block, int most,
		    struct buf *plain)
{
	struct squash_packing p;

	for (unsigned i = 0; squash_odd_packing(i, &p); i++) {
		int good, all;

		buf_clear(plain);
		if (squash_run(&p, block, buf_room(plain, SQUASH_META),
			       SQUASH_META) <= 0 || !squash_root_is_dir(r->v, &r->s, &p, plain))
			continue;
		good = score(r, &p, plain, &all);
		if (good <= most)
			continue;
		most = good;
		r->odd = p;
		r->packing = &r->odd;
	}
}

void squash_settle(struct squash_reader *r)
{
	const struct squash_packing *try[16];
	struct buf plain = { 0 };
	struct view block;
	int most = 0, all;

	squash_find_lengths(r->v, &r->s);
	block = squash_first_packed(r->v, &r->s);
	if (!block.len)
		return;
	squash_packings(&r->s, block, try);
	for (int i = 0; try[i]; i++) {
		int good = score(r, try[i], &plain, &all);

		if (good > most) {
			most = good;
			r->packing = try[i];
		}
		if (good == all)
			break;
	}
	if (most < ROOT && (r->s.major < 4 || r->s.compression < 3))
		try_odd(r, block, most, &plain);
	r->packed = block;
	buf_free(&plain);
}

/* Whether something unpacks this to `least` bytes or more, n at most. */
static bool settles(struct squash_reader *r, struct view in, size_t n,
		    size_t least, struct buf *plain)
{
	const struct squash_packing *try[16];

	squash_packings(&r->s, in, try);
	for (int i = 0; try[i] && !r->packing; i++)
		if (squash_run(try[i], in, buf_room(plain, n), n) >= (long)least)
			r->packing = try[i];
	r->packed = in;
	return r->packing;
}

static bool settles_by_file(struct squash_reader *r, const struct squash_seen *seen,
			    struct buf *plain)
{
	struct view table = buf_view(&r->inodes.plain), in;
	size_t size = r->s.block_size, least = 1;
	struct squash_record n;
	struct squash_stored b;
	uint64_t at;

	if (!S_ISREG(seen->n->mode) ||
	    !squash_inode(&r->s, table, seen->inode, &n) ||
	    !squash_list_fits(&r->s, table, &n) || !n.f[SQ_SIZE])
		return false;
	if (squash_blocks(&r->s, &n)) {
		b = squash_block(&r->s, table, &n, 0);
		at = n.f[SQ_START];
		least = size = n.f[SQ_SIZE] < size ? (size_t)n.f[SQ_SIZE] : size;
	} else {
		b = squash_fragment_at(r, (uint32_t)n.f[SQ_FRAGMENT], &at);
	}
	in = view_sub(r->v, at, b.size);
	return b.packed && in.len && settles(r, in, size, least, plain);
}

void squash_settle_by_data(struct squash_reader *r)
{
	struct buf plain = { 0 };

	for (size_t i = 0; i < r->nseen && !r->packing; i++)
		settles_by_file(r, &r->seen[i], &plain);
	buf_free(&plain);
}

/* Where no block of metadata was packed, each block is tried in every way. */
long squash_unpack(const struct squash_reader *r, struct view in, uint8_t *dst,
		   size_t n, size_t least)
{
	const struct squash_packing *try[16];
	long got = r->packing ? squash_run(r->packing, in, dst, n) : -1;

	if (got >= (long)least || (r->packing && r->s.major == 4))
		return got >= (long)least ? got : -1;
	squash_packings(&r->s, in, try);
	for (int i = 0; try[i]; i++) {
		got = squash_run(try[i], in, dst, n);
		if (got >= (long)least)
			return got;
	}
	return -1;
}

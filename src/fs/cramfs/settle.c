/* settle.c - how large a page is and how it is packed: by trying */
#include "core/codec.h"
#include "core/mem.h"
#include "fs/cramfs/super.h"

#include <stdlib.h>

enum { TRIED = 16, DEPTH = 32, LOOKED_AT = 4096 };

enum { LZMA_HEAD = 9 };	/* 5 bytes of properties, 4 of the plain size */

static long unpack_lzma(struct view in, uint8_t *dst, size_t n)
{
	uint32_t size = peek32(in, 5, LITTLE);
	unsigned props = in.len > LZMA_HEAD ? in.p[0] : 255;
	struct lzma_shape shape = {
		props % 9, props / 9 % 5, props / 45, CRAMFS_MOST_PAGE
	};

	if (props >= 225 || !size || size > n)
		return -1;
	return block_lzma(view_from(in, LZMA_HEAD), shape, dst, size);
}

long cramfs_unpack(enum cramfs_packing p, struct view block, uint8_t *dst,
		   size_t n)
{
	return (p == CRAMFS_LZMA ? unpack_lzma : block_zlib)(block, dst, n);
}

/* Some files to try on: larger than a page first, as they tell the most. */
struct samples {
	struct view v;
	const struct cramfs_super *s;
	struct cramfs_inode large[TRIED], small[TRIED];
	size_t larges, smalls, looked;
};

static void collect(struct samples *x, const struct cramfs_inode *d, int depth)
{
	struct cursor c = cursor(view_sub(x->v, d->offset, d->size),
				 x->s->endian);

	while (c.pos < c.v.len && depth < DEPTH && x->looked++ < LOOKED_AT) {
		struct cramfs_inode i = cramfs_inode(x->s, &c);
		unsigned type = i.mode >> 12;

		get_skip(&c, i.namelen);
		if (!cursor_ok(&c))
			return;
		if (type == 4)
			collect(x, &i, depth + 1);
		if ((type != 8 && type != 10) || !i.size)
			continue;
		if (i.size > CRAMFS_PAGE && x->larges < TRIED)
			x->large[x->larges++] = i;
		else if (i.size <= CRAMFS_PAGE && x->smalls < TRIED)
			x->small[x->smalls++] = i;
	}
}

/* Whether the first and the last block of f come out as long as they should. */
static unsigned comes_out(struct view v, const struct cramfs_super *s,
			  const struct cramfs_inode *f, uint8_t *room)
{
	uint32_t n = cramfs_blocks(s, f), ends[2] = { 0, n - 1 };
	unsigned good = 0;

	for (unsigned k = 0; k < (n > 1 ? 2 : 1); k++) {
		uint32_t left = f->size - ends[k] * s->page;
		long want = (long)(left < s->page ? left : s->page);
		struct view block;
		bool stored;

		if (cramfs_block(v, s, f, ends[k], &block, &stored) &&
		    block.len && !stored &&
		    cramfs_unpack(s->packing, block, room, s->page) == want)
			good++;
	}
	return good;
}

static unsigned try(const struct samples *x, struct cramfs_super *s, uint8_t *room)
{
	unsigned good = 0;

	for (size_t i = 0; i < x->larges; i++)
		good += comes_out(x->v, s, &x->large[i], room);
	for (size_t i = 0; i < x->smalls; i++)
		good += comes_out(x->v, s, &x->small[i], room);
	return good;
}

void cramfs_settle(struct view v, struct cramfs_super *s)
{
	static const uint32_t pages[] = { 4096, 65536, 8192, 16384, 32768 };
	struct samples *x = xcalloc(1, sizeof(*x));
	uint8_t *room = xmalloc(CRAMFS_MOST_PAGE);
	struct cramfs_super best = *s;
	unsigned most = 0;

	*x = (struct samples){ .v = v, .s = s };
	collect(x, &s->root, 0);
	for (unsigned p = CRAMFS_ZLIB; p <= CRAMFS_LZMA; p++) {
		for (size_t i = 0; i < sizeof(pages) / sizeof(*pages); i++) {
			struct cramfs_super now = *s;
			unsigned good;

			now.page = pages[i];
			now.packing = (enum cramfs_packing)p;
			good = try(x, &now, room);
			if (good > most)
				best = now;
			if (good > most)
				most = good;
		}
	}
	*s = best;
	free(room);
	free(x);
}

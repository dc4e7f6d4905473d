/*
 * codec_lzoppack.c - files of lzop packed again
 *
 * The header says the method (1: LZO1X-1, 2: LZO1X-1(15), 3: LZO1X-999) and
 * the level of the last; blocks are as large as the first one.
 */
#include <lzo/lzo1x.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/codec_lzop.h"
#include "core/drain.h"
#include "core/mem.h"
#include "core/recode.h"

enum { USUAL_BLOCK = 256 << 10, MOST_BLOCK = 64 << 20, PLAIN = 0, OPTIMIZED = 1 };

static void guess(struct guess *g, int *n, int level, int engine)
{
	g[*n] = (struct guess){ .level = level, .engine = engine };
	snprintf(g[(*n)++].name, sizeof(g->name), "lzop -%d%s", level,
		 engine == OPTIMIZED ? ", optimized" : "");
}

static int lzop_guesses(struct view was, struct guess *g, int most)
{
	struct lzop_header h;
	int n = 0;

	(void)most;
	if (!lzop_header(was, &h))
		return 0;
	if (h.method != 3)
		guess(g, &n, h.method == 1 ? 3 : 1, PLAIN);
	for (int engine = OPTIMIZED; h.method == 3 && engine >= PLAIN; engine--) {
		if (h.level)
			guess(g, &n, (int)h.level, engine);
		for (int level = 1; level <= 9; level++)
			if (level != (int)h.level)
				guess(g, &n, level, engine);
	}
	return n;
}

struct block { struct view plain; uint8_t *out, *work; lzo_uint n; };

static bool compress(struct block *b, const struct lzop_header *h,
		     const struct guess *g)
{
	const uint8_t *p = b->plain.p;
	lzo_uint n = b->plain.len, plain = b->plain.len;
	uint8_t *copy;
	int r;

	if (h->method == 1)
		r = lzo1x_1_compress(p, n, b->out, &b->n, b->work);
	else if (h->method == 2)
		r = lzo1x_1_15_compress(p, n, b->out, &b->n, b->work);
	else
		r = lzo1x_999_compress_level(p, n, b->out, &b->n, b->work, NULL, 0,
					     NULL, g->level);
	if (r == LZO_E_OK && g->engine == OPTIMIZED && b->n < n) {
		copy = xmalloc(n);
		r = lzo1x_optimize(b->out, b->n, copy, &plain, NULL);
		free(copy);
	}
	return r == LZO_E_OK;
}

static void put_block(const struct block *b, uint32_t flags, struct buf *to)
{
	bool stored = b->n >= b->plain.len;
	struct view packed = { b->out, b->n, 0 };

	put32(to, (uint32_t)b->plain.len);
	put32(to, (uint32_t)(stored ? b->plain.len : b->n));
	if (flags & ADLER_PLAIN)
		put32(to, lzop_sum(b->plain, false));
	if (flags & CRC_PLAIN)
		put32(to, lzop_sum(b->plain, true));
	if (flags & ADLER_PACKED && !stored)
		put32(to, lzop_sum(packed, false));
	if (flags & CRC_PACKED && !stored)
		put32(to, lzop_sum(packed, true));
	put_view(to, stored ? b->plain : packed);
}

static int lzop_pack(struct view was, const struct guess *g, struct view plain,
		     struct sink *to, struct err *e)
{
	struct buf piece = { .endian = BIG };
	struct lzop_header h;
	struct block b;
	size_t block;
	bool more;
	int r = 0;

	if (!lzop_header(was, &h))
		return fail(e, ERR_UNSUPPORTED, "this kind of lzop");
	block = peek32(was, h.len, BIG);
	if (block < USUAL_BLOCK || block > MOST_BLOCK)
		block = USUAL_BLOCK;
	b.out = xmalloc(block + block / 16 + 64 + 3);
	b.work = xmalloc(LZO1X_999_MEM_COMPRESS);
	more = to->take(to, was.p, h.len);
	for (size_t at = 0; more && !r && at < plain.len; at += block) {
		b.plain = view_upto(plain, at, block);
		buf_clear(&piece);
		if (!compress(&b, &h, g))
			r = fail(e, ERR_LIMIT, "lzo packs nothing");
		put_block(&b, h.flags, &piece);
		more = !r && to->take(to, piece.p, piece.len);
	}
	if (more)
		to->take(to, "\0\0\0\0", 4);
	free(b.out);
	free(b.work);
	buf_free(&piece);
	return r;
}

const struct packer packer_lzop = { lzop_guesses, lzop_pack, NULL };

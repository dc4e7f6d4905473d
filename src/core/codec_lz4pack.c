/*
 * codec_lz4pack.c - lz4 frames and the legacy layout packed again
 *
 * A frame says its block size, whether blocks stand alone, which sums it has
 * and maybe the length. Level 1 is the fast one, those below are
 * faster still; from 3 on it is LZ4HC, from 10 on it may favour the decoder.
 */
#include <lz4.h>
#include <lz4frame.h>
#include <lz4hc.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/drain.h"
#include "core/mem.h"
#include "core/recode.h"

enum { LEGACY_BLOCK = 8 << 20, INDEPENDENT = 0x20, BLOCK_SUM = 0x10,
       SIZE = 8, SUM = 4 };

static void guess(struct guess *g, int *n, int most, int level, bool favour)
{
	if (*n >= most)
		return;
	g[*n] = (struct guess){ .level = level, .extra = favour };
	snprintf(g[(*n)++].name, sizeof(g->name), "lz4 %s%d%s",
		 level < 0 ? "--fast=" : "-", level < 0 ? -level : level,
		 favour ? " --favor-decSpeed" : "");
}

static int lz4_guesses(struct view was, struct guess *g, int most)
{
	static const int levels[] = {
		1, 9, 12, 11, 10, 3, 4, 5, 6, 7, 8, -1, -2, -3, -4, -5, -6, -7, -8,
		-9, -10,
	};
	int n = 0;

	(void)was;
	for (size_t i = 0; i < sizeof(levels) / sizeof(*levels); i++)
		guess(g, &n, most, levels[i], false);
	for (int level = 10; level <= 12; level++)
		guess(g, &n, most, level, true);
	guess(g, &n, most, 12, false);
	return n;
}

static LZ4F_preferences_t preferences(struct view was, const struct guess *g,
				      uint64_t size)
{
	uint8_t flags = was.p[4];
	LZ4F_preferences_t p = { .compressionLevel = g->level, .autoFlush = 1,
				 .favorDecSpeed = g->extra };

	p.frameInfo.blockSizeID = (LZ4F_blockSizeID_t)(was.p[5] >> 4 & 7);
	p.frameInfo.blockMode = flags & INDEPENDENT ? LZ4F_blockIndependent
						    : LZ4F_blockLinked;
	p.frameInfo.blockChecksumFlag = flags & BLOCK_SUM
					? LZ4F_blockChecksumEnabled
					: LZ4F_noBlockChecksum;
	p.frameInfo.contentChecksumFlag = flags & SUM
					  ? LZ4F_contentChecksumEnabled
					  : LZ4F_noContentChecksum;
	p.frameInfo.contentSize = flags & SIZE ? size : 0;
	return p;
}

/* One piece at a time; the sink may have enough of it: 0. */
static int push(struct sink *to, const uint8_t *p, size_t n, struct err *e)
{
	if (LZ4F_isError(n))
		return fail(e, ERR_LIMIT, "lz4: %s", LZ4F_getErrorName(n));
	return to->take(to, p, n);
}

static int frame(LZ4F_cctx *z, const LZ4F_preferences_t *p, struct view plain,
		 struct sink *to, struct err *e)
{
	size_t block = (size_t)1 << (8 + 2 * p->frameInfo.blockSizeID);
	size_t room = LZ4F_compressBound(block, p) + LZ4F_HEADER_SIZE_MAX;
	uint8_t *out = xmalloc(room);
	int more = push(to, out, LZ4F_compressBegin(z, out, room, p), e);

	for (size_t at = 0; more > 0 && at < plain.len; at += block) {
		struct view v = view_upto(plain, at, block);

		more = push(to, out, LZ4F_compressUpdate(z, out, room, v.p, v.len,
							 NULL), e);
	}
	if (more > 0)
		more = push(to, out, LZ4F_compressEnd(z, out, room, NULL), e);
	free(out);
	return more < 0 ? -1 : 0;
}

static int lz4_pack(struct view was, const struct guess *g, struct view plain,
		    struct sink *to, struct err *e)
{
	LZ4F_preferences_t p;
	LZ4F_cctx *z;
	int r;

	if (!view_has(was, 0, 7) || (was.p[5] >> 4 & 7) < 4)
		return fail(e, ERR_UNSUPPORTED, "this kind of lz4");
	if (LZ4F_isError(LZ4F_createCompressionContext(&z, LZ4F_VERSION)))
		return fail(e, ERR_LIMIT, "no memory for lz4");
	p = preferences(was, g, plain.len);
	r = frame(z, &p, plain, to, e);
	LZ4F_freeCompressionContext(z);
	return r;
}

static int legacy_block(const struct guess *g, struct view v, uint8_t *out,
			int room)
{
	return g->level < 3
	       ? LZ4_compress_fast((const char *)v.p, (char *)out, (int)v.len, room,
				     g->level < 0 ? 1 - g->level : 1)
	       : LZ4_compress_HC((const char *)v.p, (char *)out, (int)v.len, room,
				 g->level);
}

static int legacy_pack(struct view was, const struct guess *g, struct view plain,
		       struct sink *to, struct err *e)
{
	int room = LZ4_compressBound(LEGACY_BLOCK), r = 0;
	uint8_t *out = xmalloc((size_t)room);
	bool more = to->take(to, was.p, 4);

	for (uint64_t at = 0; more && !r && at < plain.len; at += LEGACY_BLOCK) {
		struct view v = view_upto(plain, at, LEGACY_BLOCK);
		int n = legacy_block(g, v, out, room);
		struct buf len = { 0 };

		put32(&len, (uint32_t)n);
		if (n <= 0)
			r = fail(e, ERR_LIMIT, "lz4 packs nothing");
		else
			more = to->take(to, len.p, 4) &&
			       to->take(to, out, (size_t)n);
		buf_free(&len);
	}
	free(out);
	return r;
}

const struct packer packer_lz4 = { lz4_guesses, lz4_pack, NULL };
const struct packer packer_lz4_legacy = { lz4_guesses, legacy_pack, NULL };

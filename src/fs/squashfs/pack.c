/* pack.c - packing squashfs blocks, byte for byte as mksquashfs does */
#include "fs/squashfs/packer.h"

#include <lz4.h>
#include <lz4hc.h>
#include <lzo/lzo1x.h>
#include <stdlib.h>

#include "core/mem.h"
#include "fs/squashfs/super.h"

enum { FAST_LEVEL = 7, FEW_LEVEL = 10, FEW = 48 };

static const int strategies[] = {
	Z_DEFAULT_STRATEGY, Z_FILTERED, Z_HUFFMAN_ONLY, Z_RLE, Z_FIXED,
};

/* Only several strategies need deflateParams(), which may cost a byte. */
static size_t deflate_once(struct squash_packer *p, struct view v, int strategy,
			   bool set, uint8_t *dst)
{
	z_stream *z = &p->z;

	deflateReset(z);
	z->next_in = (z_const Bytef *)v.p;
	z->avail_in = (uInt)v.len;
	z->next_out = dst;
	z->avail_out = (uInt)p->most;
	if (set)
		deflateParams(z, (int)p->how.level, strategy);
	z->total_out = 0;
	return deflate(z, Z_FINISH) == Z_STREAM_END ? z->total_out : 0;
}

static size_t pack_zlib(struct squash_packer *p, struct view v, uint8_t *dst)
{
	unsigned bits = p->data ? p->how.filters : 0;
	size_t best = 0;

	if (!(bits & (bits - 1)))
		return deflate_once(p, v, 0, false, dst);
	for (int i = 0; i < 5; i++) {
		size_t n;

		if (!(bits >> i & 1))
			continue;
		n = deflate_once(p, v, strategies[i], true, p->other);
		if (n && (!best || n < best)) {
			best = n;
			memcpy(dst, p->other, n);
		}
	}
	return best;
}

/*
 * Columns of numbers: of few different bytes libdeflate's quicker levels take
 * no short matches, and become larger than zlib.
 */
static bool has_few_symbols(struct view v)
{
	bool seen[256] = { false };
	unsigned n = 0;

	for (size_t i = 0; i < v.len && n < FEW; i++) {
		n += !seen[v.p[i]];
		seen[v.p[i]] = true;
	}
	return n < FEW;
}

static size_t pack_gzip(struct squash_packer *p, struct view v, uint8_t *dst)
{
	if (!p->fast)
		return pack_zlib(p, v, dst);
	return libdeflate_zlib_compress(has_few_symbols(v) ? p->few : p->fast, v.p,
					v.len, dst, p->most);
}

static const struct { lzo_compress_t run; size_t memory; } lzos[] = {
	{ lzo1x_1_compress, LZO1X_1_MEM_COMPRESS },
	{ lzo1x_1_11_compress, LZO1X_1_11_MEM_COMPRESS },
	{ lzo1x_1_12_compress, LZO1X_1_12_MEM_COMPRESS },
	{ lzo1x_1_15_compress, LZO1X_1_15_MEM_COMPRESS },
	{ NULL, LZO1X_999_MEM_COMPRESS },	/* has levels */
};

static size_t pack_lzo(struct squash_packer *p, struct view v, uint8_t *dst)
{
	lzo_uint got = 0, plain = v.len;
	int r;

	if (!lzos[p->how.algorithm].run)
		r = lzo1x_999_compress_level(v.p, v.len, p->other, &got, p->memory,
					     NULL, 0, 0, (int)p->how.level);
	else
		r = lzos[p->how.algorithm].run(v.p, v.len, p->other, &got, p->memory);
	if (r != LZO_E_OK || got > p->most)
		return 0;
	memcpy(dst, p->other, got);
	r = lzo1x_optimize(p->other, got, dst, &plain, NULL);
	memcpy(dst, p->other, got);
	return r == LZO_E_OK ? got : 0;
}

static size_t pack_lz4(struct squash_packer *p, struct view v, uint8_t *dst)
{
	const char *in = (const char *)v.p;
	int n = p->how.hc ? LZ4_compress_HC_extStateHC(p->memory, in, (char *)dst,
					(int)v.len, (int)p->most, LZ4HC_CLEVEL_MAX)
			  : LZ4_compress_fast_extState(p->memory, in, (char *)dst,
					(int)v.len, (int)p->most, 1);

	return n > 0 ? (size_t)n : 0;
}

static size_t pack_zstd(struct squash_packer *p, struct view v, uint8_t *dst)
{
	size_t n = ZSTD_compressCCtx(p->zstd, dst, p->most, v.p, v.len,
				     (int)p->how.level);

	return ZSTD_isError(n) ? 0 : n;
}

static pack_fn *const packs[SQUASH_COMPS] = {
	[SQUASH_GZIP] = pack_gzip, [SQUASH_LZMA] = squash_pack_lzma,
	[SQUASH_LZO] = pack_lzo, [SQUASH_XZ] = squash_pack_xz,
	[SQUASH_LZ4] = pack_lz4, [SQUASH_ZSTD] = pack_zstd,
};

size_t squash_pack(struct squash_packer *p, struct view v, uint8_t *dst)
{
	size_t n = packs[p->how.comp](p, v, dst);

	return n < v.len ? n : 0;
}

static void start_gzip(struct squash_packer *p)
{
	unsigned bits = p->data ? p->how.filters : 0;
	int first = 0;

	if (p->how.fast) {
		p->fast = libdeflate_alloc_compressor(FAST_LEVEL);
		p->few = libdeflate_alloc_compressor(FEW_LEVEL);
		return;
	}
	while (bits && !(bits >> first & 1))
		first++;
	if (deflateInit2(&p->z, (int)p->how.level, Z_DEFLATED, (int)p->how.window, 8,
			 strategies[first]) != Z_OK)
		abort();
}

struct squash_packer *squash_packer_new(const struct squash_how *how, bool data)
{
	struct squash_packer *p = xcalloc(1, sizeof(*p));

	p->how = *how;
	p->data = data;
	p->most = data ? how->block_size : SQUASH_META;
	p->other = xmalloc(p->most + p->most / 16 + 67);
	if (how->comp == SQUASH_GZIP)
		start_gzip(p);
	if (how->comp == SQUASH_LZO)
		p->memory = xmalloc(lzos[how->algorithm].memory);
	if (how->comp == SQUASH_LZ4)
		p->memory = xmalloc((size_t)(how->hc ? LZ4_sizeofStateHC()
						     : LZ4_sizeofState()));
	if (how->comp == SQUASH_ZSTD)
		p->zstd = ZSTD_createCCtx();
	return p;
}

void squash_packer_free(struct squash_packer *p)
{
	if (!p)
		return;
	if (p->z.state)
		deflateEnd(&p->z);
	libdeflate_free_compressor(p->fast);
	libdeflate_free_compressor(p->few);
	ZSTD_freeCCtx(p->zstd);
	lzma_room_free(&p->room);
	free(p->memory);
	free(p->other);
	free(p);
}

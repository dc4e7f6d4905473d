/* pack.c - packing squashfs blocks, byte for byte as mksquashfs does */
#include "fs/squashfs/pack.h"

#include <libdeflate.h>
#include <lz4.h>
#include <lz4hc.h>
#include <lzma.h>
#include <lzo/lzo1x.h>
#include <stdlib.h>
#include <zlib.h>
#include <zstd.h>

#include "core/buf.h"
#include "core/mem.h"
#include "fs/squashfs/super.h"

enum { FAST_LEVEL = 7, FEW_LEVEL = 10, FEW = 48, LZMA_PRESET = 5 };

struct squash_packer {
	struct squash_how how;
	bool data;
	size_t most;		/* bytes of a block, and room for what comes out */
	z_stream z;
	struct libdeflate_compressor *fast, *few;
	ZSTD_CCtx *zstd;
	void *memory;		/* lzo's, or lz4's */
	uint8_t *other;		/* what another filter made */
};

typedef size_t pack_fn(struct squash_packer *p, struct view v, uint8_t *dst);

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

static size_t lzma_head(const struct squash_lzma *l, uint32_t dict, size_t plain,
			uint8_t *dst)
{
	struct buf b = { .endian = LITTLE };
	size_t n;

	if (l->layout == SQUASH_LZMA_7Z)
		put(&b, "7z\0\0", 4);
	if (l->layout == SQUASH_LZMA_DDWRT) {
		put8(&b, (uint8_t)l->shape.pb);
		put8(&b, (uint8_t)l->shape.lc);
		put8(&b, (uint8_t)l->shape.lp);
		put8(&b, (uint8_t)l->shape.dict);
	} else if (l->layout != SQUASH_LZMA_BARE) {
		put8(&b, (uint8_t)((l->shape.pb * 5 + l->shape.lp) * 9 + l->shape.lc));
		put32(&b, dict);
	}
	if (l->layout == SQUASH_LZMA_13)
		put64(&b, plain);
	n = b.len;
	if (n)
		memcpy(dst, b.p, n);
	buf_free(&b);
	return n;
}

static size_t pack_lzma(struct squash_packer *p, struct view v, uint8_t *dst)
{
	const struct squash_lzma *l = &p->how.lzma;
	uint32_t dict = l->shape.dict ? l->shape.dict : (uint32_t)p->most;
	lzma_options_lzma opt;
	lzma_filter chain[] = {
		{ LZMA_FILTER_LZMA1EXT, &opt }, { LZMA_VLI_UNKNOWN, NULL },
	};
	size_t n = lzma_head(l, dict, v.len, p->other);

	lzma_lzma_preset(&opt, LZMA_PRESET);
	opt.dict_size = (uint32_t)p->most;
	opt.lc = l->shape.lc;
	opt.lp = l->shape.lp;
	opt.pb = l->shape.pb;
	opt.ext_flags = l->mark ? LZMA_LZMA1EXT_ALLOW_EOPM : 0;
	lzma_set_ext_size(opt, l->mark ? UINT64_MAX : v.len);
	if (lzma_raw_buffer_encode(chain, NULL, v.p, v.len, p->other, &n,
				   p->most) != LZMA_OK)
		return 0;
	memcpy(dst, p->other, n);
	return n;
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

static const lzma_vli bcj[] = {
	LZMA_FILTER_X86, LZMA_FILTER_POWERPC, LZMA_FILTER_IA64, LZMA_FILTER_ARM,
	LZMA_FILTER_ARMTHUMB, LZMA_FILTER_SPARC,
};

/* With the BCJ filter i, or with none (-1). */
static size_t xz_once(struct squash_packer *p, struct view v, int i, uint8_t *dst)
{
	lzma_options_lzma opt;
	lzma_filter chain[3] = { { LZMA_VLI_UNKNOWN, NULL } };
	size_t got = 0, n = 0;

	lzma_lzma_preset(&opt, LZMA_PRESET_DEFAULT);
	opt.dict_size = p->data ? p->how.dict : p->how.meta_dict;
	opt.lc = p->how.xz.lc;
	opt.lp = p->how.xz.lp;
	opt.pb = p->how.xz.pb;
	opt.nice_len = p->how.xz.nice;
	if (i >= 0)
		chain[n++] = (lzma_filter){ bcj[i], NULL };
	chain[n++] = (lzma_filter){ LZMA_FILTER_LZMA2, &opt };
	chain[n] = (lzma_filter){ LZMA_VLI_UNKNOWN, NULL };
	if (lzma_stream_buffer_encode(chain, LZMA_CHECK_CRC32, NULL, v.p, v.len,
				      dst, &got, p->most) != LZMA_OK)
		return 0;
	return got;
}

static size_t pack_xz(struct squash_packer *p, struct view v, uint8_t *dst)
{
	size_t best = xz_once(p, v, -1, dst);

	for (int i = 0; p->data && i < 6; i++) {
		size_t n = p->how.filters >> i & 1 ? xz_once(p, v, i, p->other) : 0;

		if (n && (!best || n < best)) {
			best = n;
			memcpy(dst, p->other, n);
		}
	}
	return best;
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
	[SQUASH_GZIP] = pack_gzip, [SQUASH_LZMA] = pack_lzma,
	[SQUASH_LZO] = pack_lzo, [SQUASH_XZ] = pack_xz,
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
	free(p->memory);
	free(p->other);
	free(p);
}

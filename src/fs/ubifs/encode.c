/*
 * encode.c - one block of a file, compressed as mkfs.ubifs does it
 *
 * zlib is raw deflate with a window of 2 KiB, the kernel's parameters; what
 * does not become smaller is stored.
 */
#include "fs/ubifs/encode.h"

#include <lzo/lzo1x.h>
#include <stdlib.h>
#include <zstd.h>

#include "core/mem.h"
#include "core/pagedeflate.h"

enum { LEAST = 128, WINDOW = 11, LEVEL = 3,
       ROOM = UBIFS_BLOCK * 2 };

struct ubifs_encoder {
	const struct ubifs_options *o;
	struct pagedeflate *z;
	void *lzo;
	ZSTD_CCtx *zstd;
	uint8_t room[ROOM];
};

struct ubifs_encoder *ubifs_encoder_new(const struct ubifs_options *o)
{
	struct ubifs_encoder *k = xcalloc(1, sizeof(*k));

	k->o = o;
	return k;
}

void ubifs_encoder_free(struct ubifs_encoder *k)
{
	if (!k)
		return;
	pagedeflate_free(k->z);
	ZSTD_freeCCtx(k->zstd);
	free(k->lzo);
	free(k);
}

/* Each returns the bytes at k->room or out, or 0 where it cannot. */
static size_t by_zlib(struct ubifs_encoder *k, struct view in, uint8_t *out,
		      size_t room)
{
	if (!k->z)
		k->z = pagedeflate_new();
	return pagedeflate(k->z, in, WINDOW, out, room);
}

static size_t by_lzo(struct ubifs_encoder *k, struct view in, uint8_t *out)
{
	lzo_uint n = 0;

	if (!k->lzo)
		k->lzo = xmalloc(LZO1X_999_MEM_COMPRESS);
	if (lzo1x_999_compress(in.p, in.len, out, &n, k->lzo) != LZO_E_OK)
		return 0;
	return n;
}

static size_t by_zstd(struct ubifs_encoder *k, struct view in, uint8_t *out)
{
	size_t n;

	if (!k->zstd)
		k->zstd = ZSTD_createCCtx();
	if (!k->zstd)
		return 0;
	n = ZSTD_compressCCtx(k->zstd, out, ROOM, in.p, in.len, LEVEL);
	return ZSTD_isError(n) ? 0 : n;
}

/* lzo, unless zlib is better by so many percent. */
static size_t by_both(struct ubifs_encoder *k, struct view in, uint8_t *out,
		      uint16_t *compr)
{
	size_t lzo = by_lzo(k, in, k->room);
	size_t zlib = by_zlib(k, in, out, UBIFS_BLOCK);
	double percent = lzo ? (double)zlib / (double)lzo * 100 : 0;

	*compr = UBIFS_ZLIB;
	if (zlib && (!lzo || (lzo > zlib && percent <= 100 - (double)k->o->percent)))
		return zlib;
	*compr = UBIFS_LZO;
	if (lzo && lzo < in.len)
		memcpy(out, k->room, lzo);
	return lzo;
}

size_t ubifs_encode(struct ubifs_encoder *k, struct view block, uint8_t *out,
		    uint16_t *compr)
{
	size_t n = 0;

	*compr = (uint16_t)k->o->compr;
	if (block.len >= LEAST && k->o->compr == UBIFS_FAVOR_LZO)
		n = by_both(k, block, out, compr);
	else if (block.len >= LEAST && k->o->compr == UBIFS_ZLIB)
		n = by_zlib(k, block, out, block.len);
	else if (block.len >= LEAST && k->o->compr != UBIFS_NONE)
		n = k->o->compr == UBIFS_LZO ? by_lzo(k, block, k->room)
					     : by_zstd(k, block, k->room);
	if (n && n < block.len) {
		if (*compr == UBIFS_ZSTD || k->o->compr == UBIFS_LZO)
			memcpy(out, k->room, n);
		return n;
	}
	*compr = UBIFS_NONE;
	memcpy(out, block.p, block.len);
	return block.len;
}

/* codec_lz4.c - lz4 frames, and the older layout of Linux kernels */
#include <lz4.h>
#include <lz4frame.h>
#include <stdlib.h>

#include "core/drain.h"
#include "core/mem.h"

enum {
	LEGACY_BLOCK = 8 << 20,		/* what each block but the last holds */
	CONTENT_CHECKSUM = 4,
};

static int step(LZ4F_dctx *z, struct view in, struct drain *to, struct err *e)
{
	uint8_t chunk[DRAIN_CHUNK];
	struct view left = view_from(in, to->d->used);
	size_t got = sizeof(chunk), took = left.len, r;

	r = LZ4F_decompress(z, chunk, &got, left.p, &took, NULL);
	if (LZ4F_isError(r)) {
		to->d->used += took <= left.len ? took : 0;
		return broken(in, to, e);
	}
	to->d->used += took;
	if (!drain(to, chunk, got))
		return 0;
	to->d->ended = !r;
	if (!r)
		return 0;
	return got || took ? 1 : cut_off(in, to, e);
}

static int lz4_decode(struct view in, uint64_t most, struct buf *out,
		      struct decoded *d, struct err *e)
{
	struct drain to = { out, most, d };
	LZ4F_dctx *z;
	int r;

	*d = (struct decoded){ 0 };
	if (!view_is(in, 0, "\x04\x22\x4d\x18", 4) || !view_has(in, 4, 1))
		return broken(in, &to, e);
	if (LZ4F_isError(LZ4F_createDecompressionContext(&z, LZ4F_VERSION)))
		return fail(e, ERR_LIMIT, "no memory to decode lz4");
	while ((r = step(z, in, &to, e)) > 0)
		;
	LZ4F_freeDecompressionContext(z);
	d->checked = d->ended && in.p[4] & CONTENT_CHECKSUM;
	return r;
}

/*
 * Legacy: the magic, then blocks { le32 length, data } of 8 MiB each when
 * unpacked. It ends with the input, after a shorter block, or where the next
 * length makes no sense. Returns 1: go on, 0: ended or full, -1: damaged.
 */
static int legacy_block(struct view in, char *plain, struct drain *to,
			struct err *e)
{
	uint32_t len = peek32(in, to->d->used, LITTLE);
	struct view block = view_sub(in, to->d->used + 4, len);
	int got;

	if (!view_has(in, to->d->used, 4) || !len ||
	    len > (uint32_t)LZ4_COMPRESSBOUND(LEGACY_BLOCK)) {
		to->d->ended = to->d->size > 0;
		return to->d->ended ? 0 : broken(in, to, e);
	}
	if (!block.len) {
		to->d->used = in.len;
		return cut_off(in, to, e);
	}
	got = LZ4_decompress_safe((const char *)block.p, plain, (int)len,
				  LEGACY_BLOCK);
	if (got < 0)
		return broken(in, to, e);
	to->d->used += 4 + (uint64_t)len;
	if (!drain(to, plain, (size_t)got))
		return 0;
	to->d->ended = got < LEGACY_BLOCK || to->d->used == in.len;
	return !to->d->ended;
}

static int legacy_decode(struct view in, uint64_t most, struct buf *out,
			 struct decoded *d, struct err *e)
{
	struct drain to = { out, most, d };
	char *plain;
	int r;

	*d = (struct decoded){ 0 };
	if (!view_is(in, 0, "\x02\x21\x4c\x18", 4))
		return broken(in, &to, e);
	d->used = 4;
	plain = xmalloc(LEGACY_BLOCK);
	while ((r = legacy_block(in, plain, &to, e)) > 0)
		;
	free(plain);
	return r;
}

const struct codec codec_lz4 = { "lz4", lz4_decode, &packer_lz4 };
const struct codec codec_lz4_legacy = { "lz4-legacy", legacy_decode, &packer_lz4_legacy };

/* codec_zstd.c - zstd frames */
#include <zstd.h>

#include "core/drain.h"

enum { WINDOW_LOG = 27, CHECKSUM_FLAG = 4 };

static int step(ZSTD_DCtx *z, struct view in, struct drain *to, struct err *e)
{
	uint8_t chunk[DRAIN_CHUNK];
	struct view left = view_from(in, to->d->used);
	ZSTD_inBuffer src = { left.p, left.len, 0 };
	ZSTD_outBuffer dst = { chunk, sizeof(chunk), 0 };
	size_t r = ZSTD_decompressStream(z, &dst, &src);

	to->d->used += src.pos;
	if (!drain(to, chunk, dst.pos))
		return 0;
	if (ZSTD_isError(r))
		return broken(in, to, e);
	to->d->ended = !r;
	if (!r)
		return 0;
	return dst.pos || to->d->used < in.len ? 1 : cut_off(in, to, e);
}

static int zstd_decode(struct view in, uint64_t most, struct buf *out,
		       struct decoded *d, struct err *e)
{
	struct drain to = { out, most, d };
	ZSTD_DCtx *z;
	int r;

	*d = (struct decoded){ 0 };
	if (!view_is(in, 0, "\x28\xb5\x2f\xfd", 4) || !view_has(in, 4, 1))
		return broken(in, &to, e);
	z = ZSTD_createDCtx();
	if (!z)
		return fail(e, ERR_LIMIT, "no memory to decode zstd");
	ZSTD_DCtx_setParameter(z, ZSTD_d_windowLogMax, WINDOW_LOG);
	while ((r = step(z, in, &to, e)) > 0)
		;
	ZSTD_freeDCtx(z);
	d->checked = d->ended && in.p[4] & CHECKSUM_FLAG;
	return r;
}

const struct codec codec_zstd = { "zstd", zstd_decode, &packer_zstd };

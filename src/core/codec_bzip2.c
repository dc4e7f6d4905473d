/* codec_bzip2.c - bzip2 streams */
#include <bzlib.h>

#include "core/drain.h"

static int step(bz_stream *z, struct view in, struct drain *to, struct err *e)
{
	char chunk[DRAIN_CHUNK];
	struct view left = view_upto(in, to->d->used, 1 << 30);
	size_t got;
	int r;

	z->next_in = (char *)left.p;
	z->avail_in = (unsigned)left.len;
	z->next_out = chunk;
	z->avail_out = sizeof(chunk);
	r = BZ2_bzDecompress(z);
	to->d->used += left.len - z->avail_in;
	got = sizeof(chunk) - z->avail_out;
	if (!drain(to, chunk, got))
		return 0;
	to->d->ended = r == BZ_STREAM_END;
	if (to->d->ended)
		return 0;
	if (r != BZ_OK)
		return broken(in, to, e);
	return got || to->d->used < in.len ? 1 : cut_off(in, to, e);
}

/* Each block and the whole have a CRC: a stream that ended was checked. */
static int bzip2_decode(struct view in, uint64_t most, struct buf *out,
			struct decoded *d, struct err *e)
{
	struct drain to = { out, most, d };
	bz_stream z = { 0 };
	int r;

	*d = (struct decoded){ 0 };
	if (BZ2_bzDecompressInit(&z, 0, 0) != BZ_OK)
		return fail(e, ERR_LIMIT, "no memory to decode bzip2");
	while ((r = step(&z, in, &to, e)) > 0)
		;
	BZ2_bzDecompressEnd(&z);
	d->checked = d->ended;
	return r;
}

const struct codec codec_bzip2 = { "bzip2", bzip2_decode, &packer_bzip2 };

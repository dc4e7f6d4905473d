/* codec_lzma.c - xz streams and LZMA in its 13-byte "alone" header */
#include <lzma.h>

#include "core/drain.h"

/* What a hostile dictionary may cost; xz -9 takes 64 MiB and a little. */
enum { MEMORY = 128 << 20 };

static int step(lzma_stream *s, struct view in, struct drain *to, struct err *e)
{
	uint8_t chunk[DRAIN_CHUNK];
	struct view left = view_from(in, to->d->used);
	size_t got;
	lzma_ret r;

	s->next_in = left.p;
	s->avail_in = left.len;
	s->next_out = chunk;
	s->avail_out = sizeof(chunk);
	r = lzma_code(s, LZMA_RUN);
	to->d->used += left.len - s->avail_in;
	got = sizeof(chunk) - s->avail_out;
	if (!drain(to, chunk, got))
		return 0;
	to->d->ended = r == LZMA_STREAM_END;
	if (to->d->ended)
		return 0;
	if (r == LZMA_MEMLIMIT_ERROR || r == LZMA_MEM_ERROR)
		return fail(e, ERR_LIMIT, "dictionary larger than %d MiB",
			    MEMORY >> 20);
	if (r != LZMA_OK && r != LZMA_BUF_ERROR)
		return broken(in, to, e);
	return got || to->d->used < in.len ? 1 : cut_off(in, to, e);
}

static int run(lzma_stream *s, struct view in, struct drain *to, struct err *e)
{
	int r;

	while ((r = step(s, in, to, e)) > 0)
		;
	return r;
}

static int xz_decode(struct view in, uint64_t most, struct buf *out,
		     struct decoded *d, struct err *e)
{
	struct drain to = { out, most, d };
	lzma_stream s = LZMA_STREAM_INIT;
	lzma_check check;
	int r;

	*d = (struct decoded){ 0 };
	if (lzma_stream_decoder(&s, MEMORY, 0) != LZMA_OK)
		return fail(e, ERR_LIMIT, "no memory to decode xz");
	r = run(&s, in, &to, e);
	check = lzma_get_check(&s);
	d->checked = d->ended && check != LZMA_CHECK_NONE &&
		     lzma_check_is_supported(check);
	lzma_end(&s);
	return r;
}

static int lzma_decode(struct view in, uint64_t most, struct buf *out,
		       struct decoded *d, struct err *e)
{
	struct drain to = { out, most, d };
	lzma_stream s = LZMA_STREAM_INIT;
	int r;

	*d = (struct decoded){ 0 };
	if (lzma_alone_decoder(&s, MEMORY) != LZMA_OK)
		return fail(e, ERR_LIMIT, "no memory to decode lzma");
	r = run(&s, in, &to, e);
	lzma_end(&s);
	return r;
}

const struct codec codec_xz = { "xz", xz_decode, &packer_xz };
const struct codec codec_lzma = { "lzma", lzma_decode, &packer_lzma };

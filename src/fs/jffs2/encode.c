/* encode.c - rtime, zlib and lzo with the limits that mkfs.jffs2 gives them */
#include "fs/jffs2/encode.h"

#include <lzo/lzo1x.h>
#include <stdlib.h>

#include "core/mem.h"
#include "fs/jffs2/jffs2.h"

enum {
	ZLIB_LEVEL = 3,
	ZLIB_RESERVE = 12,
	BEST_LEVEL = 3,		/* a percent more would cost the speed */
	FEW_BYTES = 32,		/* libdeflate is bad at text of so few letters */
};

void encoders_free(struct encoders *s)
{
	if (s->zlib_ready)
		deflateEnd(&s->zlib);
	if (s->slow_ready)
		deflateEnd(&s->slow);
	libdeflate_free_compressor(s->best);
	free(s->lzo_memory);
	free(s->scratch);
	*s = (struct encoders){ 0 };
}

/*
 * Pairs of a byte and how far the text from its last occurrence on repeats.
 * Stops where the room ends, having taken a part only.
 */
static size_t rtime(struct encoders *s, struct view in, uint8_t *out, size_t n,
		    size_t *used)
{
	uint32_t seen[256] = { 0 };
	size_t at = 0, to = 0;

	(void)s;
	while (at < in.len && to + 2 <= n) {
		uint8_t byte = in.p[at];
		size_t from = seen[byte], run = 0;

		out[to++] = byte;
		seen[byte] = (uint32_t)++at;
		while (from < at && at < in.len && run < 255 &&
		       in.p[at] == in.p[from++]) {
			at++;
			run++;
		}
		out[to++] = (uint8_t)run;
	}
	*used = at;
	return to < at ? to : 0;
}

static bool zlib_start(struct encoders *s)
{
	if (s->zlib_ready)
		return deflateReset(&s->zlib) == Z_OK;
	s->zlib_ready = deflateInit(&s->zlib, ZLIB_LEVEL) == Z_OK;
	return s->zlib_ready;
}

/*
 * Feeds no more than there is room for, flushes, and goes on with what room
 * is left; the end of the stream has a reserve of its own.
 */
static size_t zlib(struct encoders *s, struct view in, uint8_t *out, size_t n,
		   size_t *used)
{
	z_stream *z = &s->zlib;
	size_t most;

	if (n <= ZLIB_RESERVE || !zlib_start(s))
		return 0;
	most = n - ZLIB_RESERVE;
	z->next_in = (Bytef *)(uintptr_t)in.p;
	z->next_out = out;
	while (z->total_out < most && z->total_in < in.len) {
		z->avail_out = (uInt)(most - z->total_out);
		z->avail_in = (uInt)(in.len - z->total_in);
		if (z->avail_in > z->avail_out)
			z->avail_in = z->avail_out;
		if (deflate(z, Z_PARTIAL_FLUSH) != Z_OK)
			return 0;
	}
	z->avail_out += ZLIB_RESERVE;
	z->avail_in = 0;
	if (deflate(z, Z_FINISH) != Z_STREAM_END || z->total_out >= z->total_in)
		return 0;
	*used = z->total_in;
	return z->total_out;
}

static void scratch_for(struct encoders *s, size_t n)
{
	if (s->scratch_size >= n)
		return;
	s->scratch = xrealloc(s->scratch, n);
	s->scratch_size = n;
}

/* All of the page or nothing. */
static size_t lzo(struct encoders *s, struct view in, uint8_t *out, size_t n,
		  size_t *used)
{
	lzo_uint got = 0;

	if (!s->lzo_memory)
		s->lzo_memory = xmalloc(LZO1X_999_MEM_COMPRESS);
	scratch_for(s, in.len + in.len / 16 + 64 + 3);
	if (lzo1x_999_compress(in.p, in.len, s->scratch, &got, s->lzo_memory) !=
	    LZO_E_OK || got > n)
		return 0;
	memcpy(out, s->scratch, got);
	*used = in.len;
	return got;
}

/* The longest start of in that fits n bytes; guessed from the last try. */
static size_t best_part(struct encoders *s, struct view in, uint8_t *out,
			size_t n, size_t *used)
{
	size_t low = 0, high = in.len, try = n, got;

	for (unsigned i = 0; i < 6 && high - low > 32; i++) {
		got = libdeflate_zlib_compress(s->best, in.p, try, out, n);
		if (got)
			low = try;
		else
			high = try;
		try = low + (high - low) / 2;
	}
	got = low ? libdeflate_zlib_compress(s->best, in.p, low, out, n) : 0;
	*used = low;
	return got && got < low ? got : 0;
}

static bool has_few_letters(struct view in)
{
	bool seen[256] = { 0 };
	unsigned n = 0;

	for (size_t i = 0; i < in.len && n < FEW_BYTES; i++) {
		n += !seen[in.p[i]];
		seen[in.p[i]] = true;
	}
	return n < FEW_BYTES;
}

/* zlib at its best, where that gives less than `most` bytes. */
static size_t slow_zlib(struct encoders *s, struct view in, uint8_t *out,
			size_t most)
{
	z_stream *z = &s->slow;

	if (!s->slow_ready)
		s->slow_ready = deflateInit(z, Z_BEST_COMPRESSION) == Z_OK;
	scratch_for(s, in.len);
	if (!s->slow_ready || deflateReset(z) != Z_OK)
		return 0;
	z->next_in = (Bytef *)(uintptr_t)in.p;
	z->avail_in = (uInt)in.len;
	z->next_out = s->scratch;
	z->avail_out = (uInt)most;
	if (!most || deflate(z, Z_FINISH) != Z_STREAM_END || z->total_out >= most)
		return 0;
	memcpy(out, s->scratch, z->total_out);
	return z->total_out;
}

static size_t best_zlib(struct encoders *s, struct view in, uint8_t *out,
			size_t n, size_t *used)
{
	size_t most = n < in.len ? n : in.len - 1, got, less;

	if (!s->best)
		s->best = libdeflate_alloc_compressor(BEST_LEVEL);
	got = libdeflate_zlib_compress(s->best, in.p, in.len, out, most);
	if (has_few_letters(in)) {
		less = slow_zlib(s, in, out, got ? got : most);
		got = less ? less : got;
	}
	*used = in.len;
	if (!got && n < in.len)
		return best_part(s, in, out, n, used);
	return got;
}

const struct encoder jffs2_best_zlib = { "zlib", JFFS2_COMPR_ZLIB, best_zlib };

/* In the order that mkfs.jffs2 tries them. */
const struct encoder jffs2_encoders[] = {
	{ "lzo", JFFS2_COMPR_LZO, lzo },
	{ "zlib", JFFS2_COMPR_ZLIB, zlib },
	{ "rtime", JFFS2_COMPR_RTIME, rtime },
	{ 0 },
};

/* codec_zlib.c - deflate with the three wrappings it comes in */
#include <zlib.h>

#include "core/drain.h"
#include "core/hash.h"

enum { FHCRC = 2, FEXTRA = 4, FNAME = 8, FCOMMENT = 16, FRESERVED = 0xe0 };

struct sums { uint32_t crc, adler; };

/* One piece of output; 1: go on, 0: done (ended or full), -1: damaged. */
static int step(z_stream *z, struct view in, struct drain *to, struct sums *s,
		struct err *e)
{
	uint8_t chunk[DRAIN_CHUNK];
	struct view left = view_upto(in, to->d->used, 1 << 30);
	struct view got;
	int r;

	z->next_in = (z_const Bytef *)left.p;
	z->avail_in = (uInt)left.len;
	z->next_out = chunk;
	z->avail_out = sizeof(chunk);
	r = inflate(z, Z_NO_FLUSH);
	to->d->used += left.len - z->avail_in;
	got = (struct view){ chunk, sizeof(chunk) - z->avail_out, 0 };
	s->crc = crc32_of(s->crc, got);
	s->adler = (uint32_t)adler32(s->adler, got.p, (uInt)got.len);
	if (!drain(to, got.p, got.len))
		return 0;
	to->d->ended = r == Z_STREAM_END;
	if (r == Z_STREAM_END)
		return 0;
	if (r != Z_OK && r != Z_BUF_ERROR)
		return broken(in, to, e);
	return got.len || to->d->used < in.len ? 1 : cut_off(in, to, e);
}

static int inflate_all(struct view in, struct drain *to, struct sums *s,
		       struct err *e)
{
	z_stream z = { 0 };
	int r;

	*s = (struct sums){ 0, 1 };
	if (inflateInit2(&z, -15) != Z_OK)
		return fail(e, ERR_LIMIT, "no memory to inflate");
	while ((r = step(&z, in, to, s, e)) > 0)
		;
	inflateEnd(&z);
	return r;
}

static int deflate_decode(struct view in, uint64_t most, struct buf *out,
			  struct decoded *d, struct err *e)
{
	struct drain to = { out, most, d };
	struct sums s;

	*d = (struct decoded){ 0 };
	return inflate_all(in, &to, &s, e);
}

/* The sum behind the stream; its bytes count as used when they are there. */
static int check(struct view in, struct drain *to, struct view want,
		 struct err *e)
{
	struct view tail = view_sub(in, to->d->used, want.len);

	if (!tail.len) {
		to->d->used = in.len;
		return cut_off(in, to, e);
	}
	to->d->used += want.len;
	if (!view_equal(tail, want))
		return fail_at(e, tail.at, "checksum of the content is wrong");
	to->d->checked = true;
	return 0;
}

static int zlib_decode(struct view in, uint64_t most, struct buf *out,
		       struct decoded *d, struct err *e)
{
	struct drain to = { out, most, d };
	struct sums s;
	uint8_t want[4];

	*d = (struct decoded){ 0 };
	if (!view_has(in, 0, 2) || (in.p[0] & 15) != 8 || in.p[0] >> 4 > 7 ||
	    peek16(in, 0, BIG) % 31 || in.p[1] & 0x20)
		return broken(in, &to, e);
	d->used = 2;
	if (inflate_all(in, &to, &s, e) < 0)
		return -1;
	for (int i = 0; i < 4; i++)
		want[i] = (uint8_t)(s.adler >> (24 - 8 * i));
	return d->ended ? check(in, &to, (struct view){ want, 4, 0 }, e) : 0;
}

static void skip_string(struct cursor *c)
{
	while (cursor_ok(c) && get8(c))
		;
}

/* RFC 1952. */
size_t gzip_header(struct view in)
{
	struct cursor c = cursor(in, LITTLE);
	uint32_t sum;
	uint8_t flags;

	if (!view_is(in, 0, "\x1f\x8b\x08", 3))
		return 0;
	get_skip(&c, 3);
	flags = get8(&c);
	get_skip(&c, 6);
	if (flags & FEXTRA)
		get_skip(&c, get16(&c));
	if (flags & FNAME)
		skip_string(&c);
	if (flags & FCOMMENT)
		skip_string(&c);
	sum = crc32_of(0, view_upto(in, 0, c.pos));
	if (flags & FHCRC && get16(&c) != (sum & 0xffff))
		return 0;
	return cursor_ok(&c) && !(flags & FRESERVED) ? c.pos : 0;
}

static int gzip_decode(struct view in, uint64_t most, struct buf *out,
		       struct decoded *d, struct err *e)
{
	struct drain to = { out, most, d };
	struct sums s;
	uint8_t want[8];

	*d = (struct decoded){ .used = gzip_header(in) };
	if (!d->used)
		return broken(in, &to, e);
	if (inflate_all(in, &to, &s, e) < 0)
		return -1;
	for (int i = 0; i < 4; i++) {
		want[i] = (uint8_t)(s.crc >> 8 * i);
		want[4 + i] = (uint8_t)(d->size >> 8 * i);
	}
	return d->ended ? check(in, &to, (struct view){ want, 8, 0 }, e) : 0;
}

const struct codec codec_gzip = { "gzip", gzip_decode, &packer_gzip };
const struct codec codec_zlib = { "zlib", zlib_decode, NULL };
const struct codec codec_deflate = { "deflate", deflate_decode, &packer_deflate };

/*
 * codec_lzop.c - files of lzop
 *
 *	file   = magic[9] version:16 library:16 [needed:16] method:8 [level:8]
 *		 flags:32 [filter:32] mode:32 time:32 [gmtdiff:32]
 *		 len:8 name[len] sum:32 { block } 0:32
 *	block  = plain:32 packed:32 [adler:32] [crc:32] [packed sums] data
 *
 * All big-endian. needed, level and gmtdiff came with version 0.940; the sum
 * is of everything behind the magic. A block that did not shrink is stored.
 */
#include <lzo/lzo1x.h>
#include <zlib.h>

#include "core/drain.h"
#include "core/hash.h"
#include "core/mem.h"

enum {
	ADLER_PLAIN = 1, ADLER_PACKED = 2, EXTRA = 0x40, CRC_PLAIN = 0x100,
	CRC_PACKED = 0x200, MULTIPART = 0x400, FILTER = 0x800,
	HEADER_CRC = 0x1000,
	MODERN = 0x940,
	MOST_BLOCK = 64 << 20,		/* what lzop itself accepts */
};

static const char magic[] = "\x89LZO\x00\r\n\x1a\n";

static uint32_t sum_of(struct view v, bool crc)
{
	return crc ? crc32_of(0, v)
		   : (uint32_t)adler32(1, v.p, (uInt)v.len);
}

/* Returns the length of the header, or 0; *flags as in the file. */
static uint64_t header(struct view in, uint32_t *flags)
{
	struct cursor c = cursor(in, BIG);
	unsigned version, method;
	struct view summed;

	if (!view_is(in, 0, magic, 9))
		return 0;
	get_skip(&c, 9);
	version = get16(&c);
	get_skip(&c, version >= MODERN ? 4 : 2);
	method = get8(&c);
	get_skip(&c, version >= MODERN ? 1 : 0);
	*flags = get32(&c);
	if (!cursor_ok(&c) || method < 1 || method > 3 ||
	    *flags & (EXTRA | MULTIPART | FILTER))
		return 0;
	get_skip(&c, version >= MODERN ? 12 : 8);
	get_skip(&c, get8(&c));
	summed = view_sub(in, 9, c.pos - 9);
	if (get32(&c) != sum_of(summed, *flags & HEADER_CRC) || !cursor_ok(&c))
		return 0;
	return c.pos;
}

struct block {
	uint32_t plain, packed;
	uint32_t adler, crc;
	struct view data;
};

static bool get_block(struct cursor *c, uint32_t flags, struct block *b)
{
	*b = (struct block){ .plain = get32(c) };
	if (!b->plain)
		return cursor_ok(c);
	b->packed = get32(c);
	if (b->plain > MOST_BLOCK || b->packed > b->plain)
		return false;
	b->adler = flags & ADLER_PLAIN ? get32(c) : 0;
	b->crc = flags & CRC_PLAIN ? get32(c) : 0;
	if (b->packed < b->plain)
		get_skip(c, (flags & ADLER_PACKED ? 4u : 0) +
			    (flags & CRC_PACKED ? 4u : 0));
	b->data = get_view(c, b->packed);
	return cursor_ok(c);
}

static bool unpack(const struct block *b, uint32_t flags, uint8_t *plain)
{
	struct view v = { plain, b->plain, 0 };
	lzo_uint got = b->plain;

	if (b->packed == b->plain)
		memcpy(plain, b->data.p, b->plain);
	else if (lzo1x_decompress_safe(b->data.p, b->packed, plain, &got,
				       NULL) != LZO_E_OK || got != b->plain)
		return false;
	return !(flags & ADLER_PLAIN && sum_of(v, false) != b->adler) &&
	       !(flags & CRC_PLAIN && sum_of(v, true) != b->crc);
}

/* 1: go on, 0: ended or full, -1: damaged. */
static int step(struct view in, uint32_t flags, struct buf *plain,
		struct drain *to, struct err *e)
{
	struct cursor c = cursor(view_from(in, to->d->used), BIG);
	struct block b;

	if (!get_block(&c, flags, &b)) {
		if (cursor_ok(&c))
			return broken(in, to, e);
		to->d->used = in.len;
		return cut_off(in, to, e);
	}
	if (b.plain) {
		buf_clear(plain);
		if (!unpack(&b, flags, buf_room(plain, b.plain)))
			return broken(in, to, e);
		if (!drain(to, plain->p, b.plain))
			return 0;
	}
	to->d->used += c.pos;
	to->d->ended = !b.plain;
	return b.plain != 0;
}

static int lzop_decode(struct view in, uint64_t most, struct buf *out,
		       struct decoded *d, struct err *e)
{
	struct drain to = { out, most, d };
	struct buf plain = { 0 };
	uint32_t flags = 0;
	int r;

	*d = (struct decoded){ 0 };
	d->used = header(in, &flags);
	if (!d->used)
		return broken(in, &to, e);
	while ((r = step(in, flags, &plain, &to, e)) > 0)
		;
	buf_free(&plain);
	d->checked = d->ended && flags & (ADLER_PLAIN | CRC_PLAIN);
	return r;
}

const struct codec codec_lzop = { "lzop", lzop_decode, NULL };

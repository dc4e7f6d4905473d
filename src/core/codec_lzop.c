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

#include "core/codec_lzop.h"
#include "core/drain.h"
#include "core/hash.h"
#include "core/mem.h"

enum {
	MODERN = 0x940,
	MOST_BLOCK = 64 << 20,		/* what lzop itself accepts */
};

static const char magic[] = "\x89LZO\x00\r\n\x1a\n";

uint32_t lzop_sum(struct view v, bool crc)
{
	return crc ? crc32_of(0, v)
		   : (uint32_t)adler32(1, v.p, (uInt)v.len);
}

bool lzop_header(struct view in, struct lzop_header *h)
{
	struct cursor c = cursor(in, BIG);
	unsigned version;
	struct view summed;

	*h = (struct lzop_header){ 0 };
	if (!view_is(in, 0, magic, 9))
		return false;
	get_skip(&c, 9);
	version = get16(&c);
	get_skip(&c, version >= MODERN ? 4 : 2);
	h->method = get8(&c);
	h->level = version >= MODERN ? get8(&c) : 0;
	h->flags = get32(&c);
	if (!cursor_ok(&c) || h->method < 1 || h->method > 3 || h->level > 9 ||
	    h->flags & (EXTRA | MULTIPART | FILTER))
		return false;
	get_skip(&c, version >= MODERN ? 12 : 8);
	get_skip(&c, get8(&c));
	summed = view_sub(in, 9, c.pos - 9);
	if (get32(&c) != lzop_sum(summed, h->flags & HEADER_CRC) ||
	    !cursor_ok(&c))
		return false;
	h->len = c.pos;
	return true;
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
	return !(flags & ADLER_PLAIN && lzop_sum(v, false) != b->adler) &&
	       !(flags & CRC_PLAIN && lzop_sum(v, true) != b->crc);
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
	struct lzop_header h;
	struct buf plain = { 0 };
	int r;

	*d = (struct decoded){ 0 };
	if (!lzop_header(in, &h))
		return broken(in, &to, e);
	d->used = h.len;
	while ((r = step(in, h.flags, &plain, &to, e)) > 0)
		;
	buf_free(&plain);
	d->checked = d->ended && h.flags & (ADLER_PLAIN | CRC_PLAIN);
	return r;
}

const struct codec codec_lzop = { "lzop", lzop_decode, &packer_lzop };

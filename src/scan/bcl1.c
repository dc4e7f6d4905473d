/*
 * bcl1.c - a packed part of Novatek's updates
 *
 *	image	= "BCL1" sum:16 how:16be unpacked:32be packed:32be stream
 *	how	= 9: LZ of the BCL, 11: LZMA in its own header, 12: zlib
 *
 * The sum makes the 16-bit words of the whole zero, as novatek.h says. What is
 * packed has such a sum too, at 0x6e where 55 aa stands before it.
 */
#include <zlib.h>

#include "core/recode.h"
#include "scan/novatek.h"

enum { HEADER = 16, SUM = 4, MOST = 64 << 20, LZ = 9, LZMA = 11, ZLIB = 12,
       MARK = 0x6c, INNER = 0x6e };

struct bcl1 { unsigned how; uint32_t unpacked; struct view stream; };

static bool get_bcl1(struct view v, struct bcl1 *b)
{
	uint32_t packed = peek32(v, 12, BIG);

	b->how = peek16(v, 6, BIG);
	b->unpacked = peek32(v, 8, BIG);
	b->stream = view_sub(v, HEADER, packed);
	return packed && b->unpacked && b->unpacked <= MOST && packed <= MOST &&
	       (b->how == LZ || b->how == LZMA || b->how == ZLIB) &&
	       view_is(v, 0, "BCL1", 4);
}

static enum proof bcl1_probe(struct view image, uint64_t at, struct region *r)
{
	static const char *const words[] = { [LZ] = "lz", [LZMA] = "lzma",
					     [ZLIB] = "zlib" };
	struct view v = view_from(image, at);
	struct bcl1 b;
	bool holds;

	if (!get_bcl1(v, &b))
		return PROOF_NONE;
	region_size(r, image, HEADER + (uint64_t)peek32(v, 12, BIG));
	holds = !r->says && !novatek_sum(view_sub(v, 0, r->size));
	r->broken = !holds && !r->says;
	region_detail(r, "%s, %s, %u bytes unpacked", holds ? "sum ok" :
		      r->says ? "cut off" : "sum wrong", words[b.how], b.unpacked);
	region_prop(r, "compression", "%s", words[b.how]);
	region_number(r, "unpacked", b.unpacked);
	if (holds)
		region_evidence(r, "16-bit sum is zero");
	return holds ? PROOF_PROVEN : PROOF_PLAUSIBLE;
}

static const struct codec *codec_of(const struct bcl1 *b)
{
	return b->how == LZMA ? codec_named("lzma") : codec_named("zlib");
}

static int bcl1_open(struct view v, struct payload *inner, int most,
		     struct err *e)
{
	struct bcl1 b;

	if (!get_bcl1(v, &b) || !b.stream.len)
		return fail_at(e, v.at, "BCL1 cut off");
	if (most > 0)
		inner[0] = (struct payload){ .v = { .at = v.at } };
	return most > 0;
}

static int unpack(const struct bcl1 *b, uint64_t most, struct buf *out,
		  struct err *e)
{
	struct decoded d;

	if (b->unpacked > most)
		return fail(e, ERR_LIMIT, "more than is allowed");
	if (b->how == LZ)
		return bcl_unpack(b->stream, b->unpacked, out, e);
	return codec_of(b)->decode(b->stream, b->unpacked, out, &d, e);
}

static int bcl1_load(struct view v, int i, uint64_t most, struct buf *out,
		     struct err *e)
{
	struct bcl1 b;

	if (i || !get_bcl1(v, &b) || !b.stream.len)
		return fail_at(e, v.at, "BCL1 cut off");
	return unpack(&b, most, out, e);
}

/* The boot code checks its own sum; it is made right if it was. */
static void mend_inner(struct buf *now, struct view was)
{
	uint16_t sum;

	if (!view_is(was, MARK, "\x55\xaa", 2) || novatek_sum(was) ||
	    !view_is(buf_view(now), MARK, "\x55\xaa", 2) || now->len & 1)
		return;
	sum = (uint16_t)(peek16(buf_view(now), INNER, LITTLE) -
			 novatek_sum(buf_view(now)));
	now->p[INNER] = (uint8_t)sum;
	now->p[INNER + 1] = (uint8_t)(sum >> 8);
}

static int put_packed(struct buf *out, const struct bcl1 *b, struct view plain,
		      struct view was, struct err *e)
{
	struct recoding in = { codec_of(b), b->stream, was, plain, true };
	uLongf n = compressBound((uLong)plain.len);
	struct recoded how;

	if (b->how == LZMA)
		return recode(&in, out, &how, e);
	if (b->how == LZ) {
		bcl_pack(plain, out);
		return 0;
	}
	if (compress2(buf_room(out, n), &n, plain.p, (uLong)plain.len, 9) != Z_OK)
		return fail(e, ERR_LIMIT, "no memory to deflate");
	out->len += n;
	return 0;
}

/* The header of a stream that was put behind room for it. */
static void put_header(struct buf *out, size_t start, uint64_t unpacked)
{
	struct view whole;
	uint16_t sum;

	put_fill(out, 0, -out->len & 3);
	out->endian = BIG;
	patch32(out, start + 8, (uint32_t)unpacked);
	patch32(out, start + 12, (uint32_t)(out->len - start - HEADER));
	out->p[start + SUM] = out->p[start + SUM + 1] = 0;
	whole = view_from(buf_view(out), start);
	sum = (uint16_t)-novatek_sum(whole);
	out->p[start + SUM] = (uint8_t)sum;
	out->p[start + SUM + 1] = (uint8_t)(sum >> 8);
}

static int bcl1_refit(struct view v, int i, struct view payload,
		      struct buf *out, struct err *e)
{
	size_t start = out->len;
	enum endian endian = out->endian;
	struct buf was = { 0 }, now = { 0 };
	struct bcl1 b;
	int r = -1;

	if (i || !get_bcl1(v, &b) || !b.stream.len || !payload.len ||
	    payload.len > MOST)
		return fail_at(e, v.at, "not such a BCL1");
	put_view(out, view_sub(v, 0, HEADER));
	if (unpack(&b, MOST, &was, e) < 0)
		goto out;
	put_view(&now, payload);
	mend_inner(&now, buf_view(&was));
	if (view_equal(buf_view(&now), buf_view(&was)))
		put_view(out, b.stream);
	else if (put_packed(out, &b, buf_view(&now), buf_view(&was), e) < 0)
		goto out;
	put_header(out, start, now.len);
	r = 0;
out:
	out->endian = endian;
	buf_free(&was);
	buf_free(&now);
	return r;
}

static const struct wrap wrap_bcl1 = {
	.open = bcl1_open, .refit = bcl1_refit, .load = bcl1_load,
};

const struct format format_bcl1 = {
	.name = "bcl1",
	.title = "Novatek BCL1, a packed part",
	.proves = "16-bit sum of the whole",
	.magic = (const struct magic[]){ { 0, 4, "BCL1" }, { 0 } },
	.probe = bcl1_probe,
	.wrap = &wrap_bcl1,
};

/*
 * jzimage.c - what Ingenic's kits wrap around a stream of their own
 *
 *	image	= size magic=0x27051956 dictionary unpacked stream[size - 8]
 *
 * Little-endian, so that U-Boot's magic stands there backwards, and second.
 */
#include "core/work.h"
#include "scan/jzlzma.h"
#include "scan/refit.h"

enum { HEADER = 16, MOST = 64 << 20, SLACK = 8, LEAST_DICT = 4096 };

struct jz { uint32_t dict, unpacked; struct view stream; uint64_t end; };

static bool get_jz(struct view v, struct jz *j)
{
	uint32_t size = peek32(v, 0, LITTLE);

	j->dict = peek32(v, 8, LITTLE);
	j->unpacked = peek32(v, 12, LITTLE);
	j->end = 8 + (uint64_t)size;
	j->stream = view_upto(v, HEADER, size > 8 ? size - 8 : 0);
	return size > 8 && size <= MOST && j->unpacked && j->unpacked <= MOST &&
	       j->dict >= LEAST_DICT && j->dict <= MOST && j->stream.len;
}

/* It ends where it should: what is left are bits to fill a word. */
static enum proof jzlzma_probe(struct view image, uint64_t at, struct region *r)
{
	struct view v = view_from(image, at);
	struct buf plain = { 0 };
	struct err ignored;
	size_t used = 0;
	struct jz j;
	bool whole;

	if (!get_jz(v, &j))
		return PROOF_NONE;
	whole = !jzlzma_unpack(j.stream, j.unpacked, &plain, &used, &ignored);
	buf_free(&plain);
	region_size(r, image, j.end);
	if (!r->says && (!whole || j.stream.len - used > SLACK))
		return PROOF_NONE;
	region_detail(r, "%s, %u bytes unpacked", r->says ? "cut off" :
		      "unpacked to its end", j.unpacked);
	region_number(r, "unpacked", j.unpacked);
	region_prop(r, "soc", "Ingenic");
	return r->says ? PROOF_WEAK : PROOF_PLAUSIBLE;
}

static int jzlzma_open(struct view v, struct payload *inner, int most,
		       struct err *e)
{
	struct jz j;

	if (!get_jz(v, &j) || j.end > v.len)
		return fail_at(e, v.at, "jzlzma cut off");
	if (most > 0)
		inner[0] = (struct payload){ .v = { .at = v.at } };
	return most > 0;
}

static int jzlzma_load(struct view v, int i, uint64_t most, struct buf *out,
		       struct err *e)
{
	size_t used;
	struct jz j;

	if (i || !get_jz(v, &j) || j.unpacked > most)
		return fail(e, ERR_LIMIT, "more than is allowed");
	return jzlzma_unpack(j.stream, j.unpacked, out, &used, e);
}

static int jzlzma_refit(struct view v, int i, struct view payload,
			struct buf *out, struct err *e)
{
	size_t start = out->len, used;
	enum endian endian = out->endian;
	struct buf was = { 0 };
	struct jz j;
	int r = -1;

	if (i || !get_jz(v, &j) || j.end > v.len || !payload.len || payload.len > MOST)
		return fail_at(e, v.at, "not such a jzlzma image");
	if (jzlzma_unpack(j.stream, j.unpacked, &was, &used, e) < 0)
		goto out;
	put_view(out, view_sub(v, 0, HEADER));
	if (view_equal(buf_view(&was), payload)) {
		put_view(out, j.stream);
	} else {
		jzlzma_pack(payload, j.dict, out);
		put_fill(out, 0, -(out->len - start) & 3);
	}
	out->endian = LITTLE;
	patch32(out, start, (uint32_t)(out->len - start - 8));
	patch32(out, start + 12, (uint32_t)payload.len);
	out->endian = endian;
	r = 0;
out:
	buf_free(&was);
	return r;
}

static const struct wrap wrap_jzlzma = {
	.open = jzlzma_open, .refit = jzlzma_refit, .load = jzlzma_load,
};

const struct format format_jzlzma = {
	.name = "jzlzma",
	.title = "Ingenic jzlzma image",
	.magic = (const struct magic[]){ { 4, 4, "\x56\x19\x05\x27" }, { 0 } },
	.probe = jzlzma_probe,
	.wrap = &wrap_jzlzma,
};

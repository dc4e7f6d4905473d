/*
 * senao.c - images of Senao's routers: EnGenius, D-Link and others
 *
 *	image  = header [ capwap ] data
 *	header = :32 vendor product version[16] type size :32 md5[16] pad[32] sum
 *		 magic
 *	capwap = module region version[3] date capwap[3] length model[length]
 *
 * All big-endian, of 32 bits. data are xored with the low byte of magic shifted
 * right by 0 to 7 bits, in turn. The md5 is of the data, in clear or as they
 * lie there; the sum is of the bytes of the headers before it, or of all but
 * itself. The second header is there where type is 0.
 */
#include "core/hash.h"
#include "core/work.h"
#include "scan/refit.h"

enum { HEADER = 96, SIZE = 32, MD5 = 40, SUM = 88, MAGIC = 92, MOST = 256 << 20,
       TYPE = 28, CAPWAP = 40, MOST_MODEL = 256 };

static void put_scrambled(struct buf *out, struct view v)
{
	uint8_t *p = buf_room(out, v.len);

	for (size_t i = 0; i < v.len; i++)
		p[i] = v.p[i] ^ (uint8_t)(0x12345678 >> i % 8);
	out->len += v.len;
}

static uint32_t sum_bytes(struct view v)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < v.len; i++)
		sum += v.p[i];
	return sum;
}

static struct view capwap_of(struct view v)
{
	uint32_t length = peek32(v, HEADER + CAPWAP - 4, BIG);

	if (peek32(v, TYPE, BIG) || length > MOST_MODEL)
		return (struct view){ .at = v.at + HEADER };
	return view_sub(v, HEADER, CAPWAP + (uint64_t)length);
}

/* Of all but itself and magic. */
static uint32_t sum_headers(struct view v)
{
	return sum_bytes(view_sub(v, 0, SUM)) + sum_bytes(capwap_of(v));
}

/* Whether the sum counts magic too: 1; does not: 0; is none: -1. */
static int kind_of_sum(struct view v)
{
	uint32_t sum = sum_headers(v), is = peek32(v, SUM, BIG);

	if (is == sum)
		return 0;
	return is == sum + sum_bytes(view_sub(v, MAGIC, 4)) ? 1 : -1;
}

static struct view data_of(struct view v)
{
	return view_sub(v, HEADER + (uint64_t)capwap_of(v).len, peek32(v, SIZE, BIG));
}

static void md5_of(struct view data, bool clear, uint8_t md5[MD5_SIZE])
{
	struct buf b = { 0 };

	if (clear)
		put_scrambled(&b, data);
	md5_bytes(clear ? buf_view(&b) : data, md5);
	buf_free(&b);
}

/* Whether it is of the data in clear: 1; as they are: 0; neither: -1. */
static int kind_of_md5(struct view v)
{
	uint8_t md5[MD5_SIZE];

	work_add(16 * (uint64_t)data_of(v).len);
	for (int clear = 1; clear >= 0; clear--) {
		md5_of(data_of(v), clear, md5);
		if (view_is(v, MD5, md5, MD5_SIZE))
			return clear;
	}
	return -1;
}

static enum proof senao_probe(struct view image, uint64_t at, struct region *r)
{
	struct view v = view_from(image, at);
	uint32_t size = peek32(v, SIZE, BIG);
	bool whole;

	if (!view_has(v, 0, HEADER) || kind_of_sum(v) < 0 || !size || size > MOST)
		return PROOF_NONE;
	r->endian = BIG;
	region_size(r, image, HEADER + (uint64_t)capwap_of(v).len + size);
	whole = !r->says && kind_of_md5(v) >= 0;
	r->broken = !whole && !r->says;
	region_label(r, capwap_of(v).len ? view_from(capwap_of(v), CAPWAP)
					 : view_sub(v, 12, 16));
	region_detail(r, "%s, vendor 0x%x, product 0x%x, %s, xored", whole ? "md5 ok" :
		      r->says ? "cut off" : "md5 wrong", peek32(v, 4, BIG),
		      peek32(v, 8, BIG), r->label);
	region_evidence(r, "header sum %08x", peek32(v, SUM, BIG));
	if (whole)
		region_evidence(r, "md5 of the data");
	return whole ? PROOF_PROVEN : PROOF_PLAUSIBLE;
}

static int senao_open(struct view v, struct payload *inner, int most,
		      struct err *e)
{
	if (!data_of(v).len)
		return fail_at(e, v.at, "Senao image cut off");
	if (most > 0)
		inner[0] = (struct payload){ .v = { .at = v.at }, .name = "image" };
	return most > 0;
}

static int senao_load(struct view v, int i, uint64_t most, struct buf *out,
		      struct err *e)
{
	if (i || data_of(v).len > most)
		return fail(e, ERR_LIMIT, "more than is allowed");
	put_scrambled(out, data_of(v));
	return 0;
}

static int senao_refit(struct view v, int i, struct view payload,
		       struct buf *out, struct err *e)
{
	size_t start = out->len;
	enum endian was = out->endian;
	struct view now;
	int md5, sum;

	if (i || !data_of(v).len || payload.len > MOST)
		return fail_at(e, v.at, "not such a Senao image");
	md5 = kind_of_md5(v);
	sum = kind_of_sum(v);
	if (md5 < 0 || sum < 0)
		return fail(e, ERR_UNSUPPORTED, "of what its sums are is not known");
	out->endian = BIG;
	put_view(out, view_sub(v, 0, HEADER));
	put_view(out, capwap_of(v));
	put_scrambled(out, payload);
	patch32(out, start + SIZE, (uint32_t)payload.len);
	now = view_from(buf_view(out), start);
	md5_of(data_of(now), md5, out->p + start + MD5);
	patch32(out, start + SUM, sum_headers(now) + (sum ?
		sum_bytes(view_sub(now, MAGIC, 4)) : 0));
	out->endian = was;
	return 0;
}

static const struct wrap wrap_senao = {
	.open = senao_open, .refit = senao_refit, .load = senao_load,
};

const struct format format_senao = {
	.name = "senao",
	.title = "Senao image, xored",
	.proves = "MD5 of the data",
	.magic = (const struct magic[]){ { 92, 4, "\x12\x34\x56\x78" }, { 0 } },
	.probe = senao_probe,
	.wrap = &wrap_senao,
};

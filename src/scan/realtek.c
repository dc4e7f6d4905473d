/*
 * realtek.c - images for the boot loaders of Realtek's router chips
 *
 *	image  = signature[4] start burn len data sum:16
 *
 * All big-endian. len counts the data and the sum, which makes the 16-bit
 * words of both add up to zero. cs.. is a kernel, cr.. a kernel with a file
 * system behind it, r... a file system, w... web pages.
 */
#include "scan/refit.h"
#include "core/work.h"

enum { HEADER = 16, LEAST = 64, MOST = 64 << 20 };

struct image { uint32_t start, burn, len; };

static bool get_image(struct view v, struct image *i)
{
	struct cursor c = cursor(v, BIG);

	get_skip(&c, 4);
	i->start = get32(&c);
	i->burn = get32(&c);
	i->len = get32(&c);
	return cursor_ok(&c) && i->len >= LEAST && i->len <= MOST &&
	       !(i->len & 1) && !(i->burn & 0xff);
}

static uint16_t sum16(struct view v)
{
	uint16_t sum = 0;

	for (size_t i = 0; i + 1 < v.len; i += 2)
		sum = (uint16_t)(sum + (v.p[i] << 8 | v.p[i + 1]));
	return sum;
}

static enum proof realtek_probe(struct view image, uint64_t at, struct region *r)
{
	struct view v = view_from(image, at), data;
	struct image i;
	bool holds;

	if (!get_image(v, &i))
		return PROOF_NONE;
	data = view_sub(v, HEADER, i.len);
	work_add(data.len);
	holds = data.len && !sum16(data);
	/* So short a sum proves little; the addresses have to make sense. */
	if (!holds && (i.start >> 28 != 8 || !data.len))
		return PROOF_NONE;
	r->endian = BIG;
	region_size(r, image, HEADER + (uint64_t)i.len);
	region_label(r, view_sub(v, 0, 4));
	r->broken = !holds;
	region_detail(r, "%s, %.4s, to 0x%x", holds ? "sum ok" : "sum wrong",
		      r->label, i.burn);
	region_prop(r, "load", "0x%08x", i.start);
	region_number(r, "burn", i.burn);
	region_prop(r, "soc", "Realtek");
	if (holds)
		region_evidence(r, "16-bit sum is zero");
	return holds && i.start >> 28 == 8 ? PROOF_PROVEN : PROOF_PLAUSIBLE;
}

static int realtek_open(struct view v, struct payload *inner, int most,
			struct err *e)
{
	struct image i;

	if (!get_image(v, &i) || !view_has(v, HEADER, i.len))
		return fail_at(e, v.at, "Realtek image cut off");
	if (most > 0)
		inner[0] = (struct payload){ .v = view_sub(v, HEADER, i.len - 2),
					     .name = "data" };
	return most > 0;
}

static int realtek_refit(struct view v, int n, struct view payload,
			 struct buf *out, struct err *e)
{
	size_t start = out->len;
	enum endian was = out->endian;
	struct image i;

	if (!get_image(v, &i) || !view_has(v, HEADER, i.len) || n ||
	    payload.len > MOST)
		return fail_at(e, v.at, "not such a Realtek image");
	out->endian = BIG;
	put_view(out, view_sub(v, 0, HEADER));
	put_view(out, payload);
	put_fill(out, 0, payload.len & 1);
	put16(out, (uint16_t)-sum16(view_from(buf_view(out), start + HEADER)));
	patch32(out, start + 12, (uint32_t)(out->len - start - HEADER));
	out->endian = was;
	return 0;
}

static const struct wrap wrap_realtek = {
	.open = realtek_open, .refit = realtek_refit,
};

const struct format format_realtek = {
	.name = "realtek",
	.title = "Realtek router image",
	.proves = "16-bit sum of the data",
	.magic = (const struct magic[]){
		{ 0, 4, "cs6c" }, { 0, 4, "cr6c" }, { 0, 4, "r6cr" },
		{ 0, 4, "w6cp" }, { 0, 4, "cs6b" }, { 0, 4, "cr6b" },
		{ 0, 4, "r6br" }, { 0, 4, "w6bp" }, { 0, 4, "csys" },
		{ 0, 4, "csro" }, { 0, 4, "cr6d" }, { 0, 4, "cs6d" },
		{ 0, 4, "r6dr" }, { 0 }
	},
	.probe = realtek_probe,
	.wrap = &wrap_realtek,
};

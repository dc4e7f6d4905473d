/*
 * sercomm.c - headers of Sercomm's routers
 *
 *	update	= "sErCoMm" version:32 hardware[34] revision[10] software:32 :32
 *		  "sErCoMm" zeros sum:8 data
 *	kernel	= "Ser" 0 end crc :32 at size crc :32 zeros ... root size crc ...
 *		  data[size]
 *
 * 512 bytes with a sum that makes all bytes of the file zero, which says not
 * where it ends; 256 bytes, little-endian, whose crc is with 0xff in place of
 * the first word and of itself. root and end are places in flash.
 */
#include "core/hash.h"
#include "core/work.h"
#include "scan/refit.h"

enum { UPDATE = 512, AGAIN = 63, KERNEL = 256, SIZE = 0x14, CRC = 0x18 };

static bool is_update(struct view v)
{
	return view_is(v, 0, "sErCoMm", 7);
}

static uint8_t sum8(struct view v)
{
	uint8_t sum = 0;

	work_add(v.len);
	for (size_t i = 0; i < v.len; i++)
		sum = (uint8_t)(sum + v.p[i]);
	return sum;
}

static uint32_t header_crc(struct view v)
{
	static const uint8_t blank[4] = { 0xff, 0xff, 0xff, 0xff };
	struct view four = { blank, 4, 0 };
	uint32_t crc = crc32_of(0, four);

	crc = crc32_of(crc, view_sub(v, 4, 4));
	crc = crc32_of(crc, four);
	return crc32_of(crc, view_sub(v, 12, KERNEL - 12));
}

static struct view kernel_of(struct view v)
{
	return view_sub(v, KERNEL, peek32(v, SIZE, LITTLE));
}

/* The same words stand at the end of a root file system, where no data is. */
static enum proof probe_update(struct view image, struct view v,
			       struct region *r)
{
	bool holds;

	if (!view_is(v, AGAIN, "sErCoMm", 7) || !has_object(view_from(v, UPDATE)))
		return PROOF_NONE;
	holds = !sum8(v);
	if (!holds && r->at)
		return PROOF_NONE;
	region_size(r, image, v.len);
	r->broken = !holds;
	region_label(r, view_sub(v, 11, 34));
	region_detail(r, "%s, update, %s", holds ? "sum ok" : "sum wrong", r->label);
	if (holds)
		region_evidence(r, "8-bit sum is zero");
	return PROOF_PLAUSIBLE;
}

static enum proof sercomm_probe(struct view image, uint64_t at, struct region *r)
{
	struct view v = view_from(image, at);
	bool whole;

	if (is_update(v))
		return probe_update(image, v, r);
	if (!view_has(v, 0, KERNEL) || header_crc(v) != peek32(v, 8, LITTLE))
		return PROOF_NONE;
	region_size(r, image, KERNEL + (uint64_t)peek32(v, SIZE, LITTLE));
	work_add(kernel_of(v).len);
	whole = kernel_of(v).len && crc32_of(0, kernel_of(v)) == peek32(v, CRC, LITTLE);
	r->broken = !whole && !r->says;
	region_detail(r, "%s, kernel", whole ? "crc32 ok twice" : r->says ? "cut off" :
		      "crc32 wrong");
	region_prop(r, "root", "0x%08x", peek32(v, 0x28, LITTLE));
	region_evidence(r, "header crc32 %08x", peek32(v, 8, LITTLE));
	if (whole)
		region_evidence(r, "data crc32 %08x", peek32(v, CRC, LITTLE));
	return whole ? PROOF_PROVEN : PROOF_PLAUSIBLE;
}

static int sercomm_open(struct view v, struct payload *inner, int most,
			struct err *e)
{
	struct view data = is_update(v) ? view_from(v, UPDATE) : kernel_of(v);

	if (!data.len)
		return fail_at(e, v.at, "Sercomm image cut off");
	if (most < 1)
		return 0;
	inner[0] = (struct payload){ .v = data, .name = "kernel" };
	if (is_update(v))
		inner[0].name[0] = 0;
	return 1;
}

static void fix_kernel(struct buf *out, size_t start, struct view payload)
{
	struct view v = view_from(buf_view(out), start);
	uint32_t grown = (uint32_t)payload.len - peek32(v, SIZE, LITTLE);

	patch32(out, start + 4, peek32(v, 4, LITTLE) + grown);
	patch32(out, start + SIZE, (uint32_t)payload.len);
	patch32(out, start + CRC, crc32_of(0, payload));
	patch32(out, start + 8, header_crc(view_from(buf_view(out), start)));
}

static int sercomm_refit(struct view v, int i, struct view payload,
			 struct buf *out, struct err *e)
{
	size_t start = out->len;
	enum endian was = out->endian;

	if (i || !payload.len || payload.len > INT32_MAX || !view_has(v, 0, KERNEL) ||
	    (!is_update(v) && !kernel_of(v).len))
		return fail_at(e, v.at, "not such a Sercomm image");
	out->endian = LITTLE;
	put_view(out, view_sub(v, 0, is_update(v) ? UPDATE : KERNEL));
	put_view(out, payload);
	if (is_update(v))
		out->p[start + UPDATE - 1] -= sum8(view_from(buf_view(out), start));
	else
		fix_kernel(out, start, payload);
	out->endian = was;
	return 0;
}

static const struct wrap wrap_sercomm = {
	.open = sercomm_open, .refit = sercomm_refit,
};

const struct format format_sercomm = {
	.name = "sercomm",
	.title = "Sercomm update or kernel",
	.proves = "CRC-32 of header and data",
	.magic = (const struct magic[]){ { 0, 7, "sErCoMm" }, { 0, 4, "Ser\0" },
					 { 0 } },
	.probe = sercomm_probe,
	.wrap = &wrap_sercomm,
};

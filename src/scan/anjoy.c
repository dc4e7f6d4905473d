/*
 * anjoy.c - updates of Anjvision's cameras
 *
 *	header	= "ANJOY888" crc size kinds kernel[3] version[256] fs-start
 *		  fs-size version[256] fs-crc uboot[3] tgz[3] oem[3] version[256]
 *		  zeros
 *
 * Little-endian; three numbers are start, size and CRC-32 of a part. The crc
 * is of the 1556 bytes with itself zero.
 */
#include <stdio.h>

#include "core/hash.h"
#include "core/work.h"
#include "scan/refit.h"

enum { HEADER = 1556, PARTS = 5, CRC = 8, SIZE = 12, KINDS = 16 };

/* A bit of `kinds`, and where start, size and crc stand. */
static const struct part { const char *name; uint32_t kind; unsigned at, crc; }
parts[PARTS] = {
	{ "kernel", 1, 20, 28 }, { "filesystem", 2, 288, 552 },
	{ "uboot", 4, 556, 564 }, { "tgz", 8, 568, 576 }, { "oem", 16, 580, 588 },
};

/* A part that is not there has length 0. */
static bool get_slots(struct view v, struct slot s[PARTS])
{
	uint32_t size = peek32(v, SIZE, LITTLE), sum = HEADER;

	for (unsigned i = 0; i < PARTS; i++) {
		s[i] = (struct slot){ 0 };
		if (!(peek32(v, KINDS, LITTLE) & parts[i].kind))
			continue;
		s[i].at = peek32(v, parts[i].at, LITTLE);
		s[i].len = peek32(v, parts[i].at + 4, LITTLE);
		if (s[i].at < HEADER || s[i].len > size)
			return false;
		sum += (uint32_t)s[i].len;
	}
	return view_has(v, 0, HEADER) && sum == size && slots_end(s, PARTS) <= size;
}

static uint32_t header_crc(struct view v)
{
	static const uint8_t zero[4];
	uint32_t crc = crc32_of(0, view_sub(v, 0, CRC));

	crc = crc32_of(crc, (struct view){ zero, 4, 0 });
	return crc32_of(crc, view_sub(v, CRC + 4, HEADER - CRC - 4));
}

/* How many parts have the sum that the header says; *n: how many there are. */
static unsigned good_parts(struct view v, const struct slot *s, unsigned *n)
{
	unsigned good = 0;

	*n = 0;
	for (unsigned i = 0; i < PARTS; i++) {
		struct view part = view_sub(v, s[i].at, s[i].len);

		if (!s[i].len)
			continue;
		work_add(part.len);
		good += part.len && crc32_of(0, part) ==
			peek32(v, parts[i].crc, LITTLE);
		++*n;
	}
	return good;
}

static enum proof anjoy_probe(struct view image, uint64_t at, struct region *r)
{
	struct view v = view_from(image, at);
	struct slot s[PARTS];
	unsigned good, n;
	bool head;

	if (!get_slots(v, s))
		return PROOF_NONE;
	head = header_crc(v) == peek32(v, CRC, LITTLE);
	good = good_parts(v, s, &n);
	region_size(r, image, peek32(v, SIZE, LITTLE));
	r->broken = !head || (good < n && !r->says);
	region_label(r, view_sub(v, 296, 32));
	region_detail(r, "%s, %u of %u crc32 ok, %s", !head ? "header crc32 wrong" :
		      r->says ? "cut off" : "header crc32 ok", good, n, r->label);
	region_number(r, "parts", n);
	if (head)
		region_evidence(r, "header crc32 %08x", peek32(v, CRC, LITTLE));
	return head && n && good == n ? PROOF_PROVEN : PROOF_PLAUSIBLE;
}

static int anjoy_open(struct view v, struct payload *inner, int most,
		      struct err *e)
{
	struct slot s[PARTS];
	int n = 0;

	if (!get_slots(v, s) || peek32(v, SIZE, LITTLE) > v.len)
		return fail_at(e, v.at, "Anjvision update cut off");
	for (unsigned i = 0; i < PARTS && n < most; i++) {
		if (!s[i].len)
			continue;
		inner[n] = (struct payload){ .v = view_sub(v, s[i].at, s[i].len) };
		snprintf(inner[n++].name, sizeof(inner->name), "%s", parts[i].name);
	}
	return n;
}

static int part_of(const struct slot *s, int i)
{
	for (int k = 0; k < PARTS; k++)
		if (s[k].len && !i--)
			return k;
	return -1;
}

static int anjoy_refit(struct view v, int i, struct view payload,
		       struct buf *out, struct err *e)
{
	size_t start = out->len;
	enum endian was = out->endian;
	struct slot s[PARTS];
	int k;

	if (!get_slots(v, s) || (k = part_of(s, i)) < 0 || !payload.len ||
	    slots_end(s, PARTS) > v.len || payload.len > INT32_MAX)
		return fail_at(e, v.at, "this update has no such part");
	put_slots(out, v, s, PARTS, (unsigned)k, payload, 1);
	out->endian = LITTLE;
	patch32(out, start + SIZE, peek32(v, SIZE, LITTLE) +
		(uint32_t)(out->len - start - v.len));
	for (unsigned n = 0; n < PARTS; n++) {
		if (!(peek32(v, KINDS, LITTLE) & parts[n].kind))
			continue;
		patch32(out, start + parts[n].at, (uint32_t)s[n].at);
		patch32(out, start + parts[n].at + 4, (uint32_t)s[n].len);
	}
	patch32(out, start + parts[k].crc, crc32_of(0, payload));
	patch32(out, start + CRC, header_crc(view_from(buf_view(out), start)));
	out->endian = was;
	return 0;
}

static const struct wrap wrap_anjoy = {
	.open = anjoy_open, .refit = anjoy_refit,
};

const struct format format_anjoy = {
	.name = "anjoy",
	.title = "Anjvision update",
	.proves = "CRC-32 of the header and of every part",
	.magic = (const struct magic[]){ { 0, 8, "ANJOY888" }, { 0 } },
	.probe = anjoy_probe,
	.wrap = &wrap_anjoy,
};

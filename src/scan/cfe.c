/*
 * cfe.c - Broadcom's boot loader CFE, and the nvram of the BCM47xx
 *
 *	0x4e0	"CFE1CFE1", or "1EFC1EFC" on little-endian chips
 *	0x570	"cfe-v" and its version (BCM63xx)
 *	nvram	= "FLSH" length crc:8 version:8 init:16 refresh ncdl name=value...
 *
 * The crc8 of an nvram is of version and init, refresh and ncdl, and the data:
 * x^8 + x^7 + x^6 + x^4 + x^2 + 1 from 0xff, low bit first.
 */
#include "core/format.h"
#include "core/work.h"

enum { MAGIC = 0x4e0, VERSION = 0x570, LEAST = 0x600, NVRAM = 20,
       MOST_NVRAM = 128 << 10 };

static enum proof cfe_probe(struct view image, uint64_t at, struct region *r)
{
	struct view v = view_from(image, at);
	uint64_t begin = image.at + at;

	if (!view_has(v, 0, LEAST) || begin % 0x1000)
		return PROOF_NONE;
	region_size(r, image, LEAST);
	r->endian = view_is(v, MAGIC, "C", 1) ? BIG : LITTLE;
	region_detail(r, "%s", r->endian == BIG ? "big-endian" : "little-endian");
	if (view_is(v, VERSION, "cfe-v", 5))
		region_detail(r, "version %u.%u.%u-%u.%u", v.p[VERSION + 5],
			      v.p[VERSION + 6], v.p[VERSION + 7], v.p[VERSION + 8],
			      v.p[VERSION + 9]);
	region_prop(r, "soc", view_is(v, VERSION, "cfe-v", 5) ? "Broadcom BCM63xx"
							       : "Broadcom");
	return PROOF_PLAUSIBLE;
}

static uint8_t crc8(uint8_t crc, struct view v)
{
	work_add(8 * (uint64_t)v.len);
	for (size_t i = 0; i < v.len; i++) {
		crc ^= v.p[i];
		for (int bit = 0; bit < 8; bit++)
			crc = (uint8_t)(crc & 1 ? crc >> 1 ^ 0xab : crc >> 1);
	}
	return crc;
}

static enum proof nvram_probe(struct view image, uint64_t at, struct region *r)
{
	struct view v = view_from(image, at);
	uint32_t length = peek32(v, 4, LITTLE);
	unsigned n = 0;
	bool holds;

	if (length <= NVRAM || length > MOST_NVRAM || !view_has(v, 0, NVRAM + 1) ||
	    v.p[9] != 1 || v.p[NVRAM] <= ' ' || v.p[NVRAM] > '~')
		return PROOF_NONE;
	region_size(r, image, length);
	holds = view_has(v, 0, length) &&
		crc8(0xff, view_sub(v, 9, length - UINT64_C(9))) == v.p[8];
	for (size_t i = NVRAM; i + 1 < r->size && v.p[i]; n++)
		for (i++; i < r->size && v.p[i - 1]; i++)
			;
	r->broken = !r->says && !holds;
	region_detail(r, "%s, %u variables", holds ? "crc8 ok" : r->says ? "cut off" :
		      "crc8 wrong", n);
	region_prop(r, "soc", "Broadcom BCM47xx");
	region_number(r, "variables", n);
	if (holds)
		region_evidence(r, "crc8 %02x", v.p[8]);
	return holds ? PROOF_PROVEN : PROOF_PLAUSIBLE;
}

const struct format format_cfe = {
	.name = "cfe",
	.title = "Broadcom CFE boot loader",
	.magic = (const struct magic[]){
		{ MAGIC, 8, "CFE1CFE1" }, { MAGIC, 8, "1EFC1EFC" }, { 0 }
	},
	.probe = cfe_probe,
};

const struct format format_nvram = {
	.name = "nvram",
	.title = "Broadcom nvram variables",
	.proves = "crc8 of the variables",
	.magic = (const struct magic[]){ { 0, 4, "FLSH" }, { 0 } },
	.probe = nvram_probe,
};

/*
 * hisilicon.c - register table in front of HiSilicon's and Goke's boot loaders
 *
 *	0x00	ARM branch, seven vectors, 0x12345678 at 0x3c
 *	0x40	{ address value delay attributes }..., ended by zeros
 *
 * Little-endian. The boot ROM writes these registers before there is memory;
 * they are the clocks, pins and the memory controller of the chip, which all
 * lie from 0x10000000 to 0x21000000. The loader itself begins behind.
 */
#include "core/format.h"

enum { TABLE = 0x40, RECORD = 16, MOST_RECORDS = 640, LEAST_RECORDS = 8 };

static bool is_register(uint32_t at)
{
	return !(at & 3) && at >= 0x04000000 && at < 0x21000000;
}

/* How many there are; 0 where it is no such table. */
static unsigned count_records(struct view v)
{
	uint32_t at, delay;

	for (unsigned n = 0; n < MOST_RECORDS; n++) {
		uint64_t i = TABLE + n * (uint64_t)RECORD;

		if (!view_has(v, i, RECORD))
			return 0;
		at = peek32(v, i, LITTLE);
		delay = peek32(v, i + 8, LITTLE);
		if (!at && !peek32(v, i + 12, LITTLE))
			return n;
		if (!is_register(at) || delay > 0x100000)
			return 0;
	}
	return MOST_RECORDS;
}

static enum proof hisilicon_probe(struct view image, uint64_t at,
				  struct region *r)
{
	struct view v = view_from(image, at);
	unsigned n;

	if (!view_has(v, 0, TABLE) || v.p[3] != 0xea)
		return PROOF_NONE;
	n = count_records(v);
	if (n < LEAST_RECORDS)
		return PROOF_NONE;
	region_size(r, image, TABLE + (n + 1) * (uint64_t)RECORD);
	region_detail(r, "%u registers", n);
	region_number(r, "registers", n);
	region_prop(r, "soc", "HiSilicon");
	region_evidence(r, "every record is of a register");
	return PROOF_PLAUSIBLE;
}

const struct format format_hisilicon = {
	.name = "hisilicon",
	.title = "HiSilicon register table",
	.magic = (const struct magic[]){ { 0x3c, 4, "\x78\x56\x34\x12" }, { 0 } },
	.probe = hisilicon_probe,
};

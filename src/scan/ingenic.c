/*
 * ingenic.c - first stage of Ingenic's T and X chips in serial flash
 *
 *	0x00	06 05 04 03 02 55 aa 55
 *	0x08	aa: NOR, 00: NAND
 *	0x09	crc7 of the code; x^7 + x^3 + 1, from 0, high bit first
 *	0x0a	NAND: pages in a block / 32, bytes in a page / 1024
 *	0x0c	where the code ends, counted from here
 *	0x200	keys, or zeros
 *	0x800	code
 *
 * U-Boot follows at 0x6800, with 0xff in between. Older chips have the same
 * without 06 05 in front, and on a card "LPSM" and zeros: of these only the
 * first instruction of the code is known.
 */
#include "core/format.h"
#include "core/work.h"

enum { CODE = 2048, MOST = 256 << 10 };

/* Kept in the high seven bits. */
static uint8_t crc7(struct view v)
{
	uint8_t crc = 0;

	work_add(8 * (uint64_t)v.len);
	for (size_t i = 0; i < v.len; i++) {
		crc ^= v.p[i];
		for (int bit = 0; bit < 8; bit++)
			crc = (uint8_t)(crc << 1 ^ (crc & 0x80 ? 0x09 << 1 : 0));
	}
	return crc >> 1;
}

/* Where `mfc0 v0, Config7` is, which all the code begins with; 0: nowhere. */
static uint64_t find_code(struct view v)
{
	for (uint64_t at = 512; at <= CODE + 512; at += 4)
		if (view_is(v, at, "\x07\x80\x02\x40", 4))
			return at;
	return 0;
}

static enum proof probe_old(struct view image, uint64_t at, struct region *r)
{
	struct view v = view_from(image, at);
	bool card = view_is(v, 0, "LPSM", 4);
	uint64_t code = find_code(v);

	if (!code || (card && view_run(view_sub(v, 4, 60), 0) != 60) ||
	    (at >= 2 && view_is(image, at - 2, "\x06\x05", 2)))
		return PROOF_NONE;
	region_size(r, image, code);
	region_detail(r, "no sum, first stage %s", card ? "on a card" :
		      "of older chips");
	region_prop(r, "soc", "Ingenic");
	region_prop(r, "medium", card ? "mmc" : "spi");
	return PROOF_PLAUSIBLE;
}

static enum proof ingenic_probe(struct view image, uint64_t at, struct region *r)
{
	struct view v = view_from(image, at);
	uint32_t end = peek32(v, 12, LITTLE);
	bool nor = view_is(v, 8, "\xaa", 1);
	struct view code = view_sub(v, CODE, end - (uint64_t)CODE);
	bool holds;

	if (!view_is(v, 0, "\x06", 1))
		return probe_old(image, at, r);
	if (end <= CODE || end > MOST || (!nor && !view_is(v, 8, "\0", 1)))
		return PROOF_NONE;
	region_size(r, image, end);
	holds = code.len && crc7(code) == v.p[9];
	r->broken = code.len && !holds;
	region_detail(r, "%s, first stage in %s", holds ? "crc7 ok" : code.len ?
		      "crc7 wrong" : "cut off", nor ? "NOR" : "NAND");
	region_prop(r, "soc", "Ingenic");
	region_prop(r, "medium", nor ? "nor" : "nand");
	if (holds)
		region_evidence(r, "crc7 of the code %02x", v.p[9]);
	return holds ? PROOF_PROVEN : PROOF_PLAUSIBLE;
}

const struct format format_ingenic = {
	.name = "ingenic",
	.title = "Ingenic first stage",
	.proves = "crc7 of the code",
	.magic = (const struct magic[]){
		{ 0, 8, "\x06\x05\x04\x03\x02\x55\xaa\x55" },
		{ 0, 7, "\x04\x03\x02\x55\xaa\x55\xaa" }, { 0, 4, "LPSM" },
		{ 0 }
	},
	.probe = ingenic_probe,
};

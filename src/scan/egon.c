/*
 * egon.c - first stages of Allwinner's chips: eGON, and TOC0 where signed
 *
 *	eGON	= branch "eGON.BT0" sum length ...
 *	TOC0	= "TOC0.GLH" 89119800 sum serial status items length ... "MIE;"
 *
 * Little-endian words. The sum is of all words of the length, with 5f0a6c39
 * in its own place.
 */
#include "core/format.h"
#include "core/hash.h"

enum { STAMP = 0x5f0a6c39, LEAST = 512, MOST = 4 << 20, TOC0_MAGIC = (int)0x89119800 };

/* Both kinds have their sum at 12. */
static enum proof judge(struct view image, uint64_t at, uint32_t length,
			struct region *r)
{
	struct view v = view_sub(image, at, length);
	uint32_t sum = peek32(view_from(image, at), 12, LITTLE);
	bool holds;

	if (length < LEAST || length > MOST || length % 4)
		return PROOF_NONE;
	region_size(r, image, length);
	holds = v.len && words_sum(v) - sum + STAMP == sum;
	r->broken = v.len && !holds;
	region_detail(r, "%s", holds ? "sum ok" : v.len ? "sum wrong" : "cut off");
	region_prop(r, "soc", "Allwinner");
	if (holds)
		region_evidence(r, "sum of the words %08x", sum);
	return holds ? PROOF_PROVEN : PROOF_PLAUSIBLE;
}

static enum proof egon_probe(struct view image, uint64_t at, struct region *r)
{
	struct view v = view_upto(image, at, 64);
	enum proof proof = judge(image, at, peek32(v, 16, LITTLE), r);
	uint32_t name = peek32(v, 0x20, LITTLE);

	if (proof && view_is(v, 20, "SPL", 3)) {
		region_detail(r, "SPL of U-Boot");
		if (name >= 0x20 && name < 0x100) {
			region_label(r, view_upto(image, at + name, 32));
			region_detail(r, "%s", r->label);
		}
	}
	return proof;
}

static enum proof toc0_probe(struct view image, uint64_t at, struct region *r)
{
	struct view v = view_upto(image, at, 48);
	enum proof proof;

	if (peek32(v, 8, LITTLE) != (uint32_t)TOC0_MAGIC)
		return PROOF_NONE;
	proof = judge(image, at, peek32(v, 28, LITTLE), r);
	if (proof) {
		region_number(r, "items", peek32(v, 24, LITTLE));
		region_detail(r, "signed, %u items", peek32(v, 24, LITTLE));
	}
	return proof;
}

const struct format format_egon = {
	.name = "egon",
	.title = "Allwinner first stage (eGON)",
	.proves = "sum of the words",
	.magic = (const struct magic[]){ { 4, 8, "eGON.BT0" }, { 0 } },
	.probe = egon_probe,
};

const struct format format_toc0 = {
	.name = "toc0",
	.title = "Allwinner signed first stage (TOC0)",
	.proves = "sum of the words",
	.magic = (const struct magic[]){ { 0, 8, "TOC0.GLH" }, { 0 } },
	.probe = toc0_probe,
};

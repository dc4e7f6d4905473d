/*
 * ipl.c - first stages of SigmaStar's and MStar's camera chips
 *
 *	0x00	ARM branch
 *	0x04	"IPL_", or "IPLC" (IPL_CUST), or "IPLN"
 *	0x08	size:16, two bytes that depend on the chip
 *	0x0c	sum of the 32-bit words from 0x10 to size
 *
 * All little-endian. Later chips have other fields in 0x20 bytes.
 */
#include "core/format.h"
#include "core/hash.h"

enum { HEADER = 16, LEAST = 1024 };

static enum proof ipl_probe(struct view image, uint64_t at, struct region *r)
{
	struct view v = view_from(image, at);
	uint32_t size = peek16(v, 8, LITTLE);
	struct view code = view_sub(v, HEADER, size - (uint64_t)HEADER);
	bool custom = view_is(v, 7, "C", 1), holds;

	if (!view_has(v, 0, HEADER) || v.p[3] != 0xea || v.p[2] || size < LEAST ||
	    size % 4)
		return PROOF_NONE;
	region_size(r, image, size);
	holds = code.len && words_sum(code) == peek32(v, 12, LITTLE);
	region_label(r, view_text(custom ? "IPL_CUST" : "IPL"));
	region_detail(r, "%s, %s", holds ? "sum ok" : code.len ? "sum not known" :
		      "cut off", r->label);
	region_prop(r, "soc", "SigmaStar or MStar");
	if (holds)
		region_evidence(r, "sum of the words %08x", peek32(v, 12, LITTLE));
	return holds ? PROOF_PROVEN : PROOF_PLAUSIBLE;
}

const struct format format_ipl = {
	.name = "ipl",
	.title = "SigmaStar first stage (IPL)",
	.proves = "sum of the code",
	.magic = (const struct magic[]){
		{ 4, 4, "IPL_" }, { 4, 4, "IPLC" }, { 4, 4, "IPLN" }, { 0 }
	},
	.probe = ipl_probe,
};

/*
 * gcis.c - what SigmaStar's boot ROM reads first from SPI NAND
 *
 *	0x00	"MSTARSEMIUSFDCIS"
 *	0x10	length and bytes of the chip's id
 *	0x20	spare:16 page:16 pages_in_a_block:16 blocks:16, little-endian
 */
#include "core/format.h"

enum { SIZE = 0x200 };

static enum proof gcis_probe(struct view image, uint64_t at, struct region *r)
{
	struct view v = view_from(image, at);
	unsigned page = peek16(v, 0x22, LITTLE), pages = peek16(v, 0x24, LITTLE);

	if (!view_has(v, 0, 0x40) || !page || page & (page - 1) || page > 16384 ||
	    !pages || pages & (pages - 1))
		return PROOF_NONE;
	region_size(r, image, SIZE);
	region_detail(r, "pages of %u + %u, %u in a block", page,
		      peek16(v, 0x20, LITTLE), pages);
	region_prop(r, "soc", "SigmaStar or MStar");
	region_number(r, "page", page);
	region_number(r, "spare", peek16(v, 0x20, LITTLE));
	return PROOF_PLAUSIBLE;
}

const struct format format_gcis = {
	.name = "gcis",
	.title = "SigmaStar NAND description",
	.magic = (const struct magic[]){ { 0, 16, "MSTARSEMIUSFDCIS" }, { 0 } },
	.probe = gcis_probe,
};

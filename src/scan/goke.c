/*
 * goke.c - boot header of Goke's GK71 chips
 *
 *	0x00	"17KG"
 *	0x0c	where the boot loader is loaded to
 *	0x18	"ZZZZ"
 *	0x1c	{ register value }..., a delay where the register is ffffffff
 *
 * Little-endian; seen on GK7102. Nothing is summed.
 */
#include "core/format.h"

enum { PAIRS = 0x1c, PAIR = 8, MOST_PAIRS = 120 };

static unsigned count_pairs(struct view v)
{
	unsigned n = 0;

	for (; n < MOST_PAIRS; n++) {
		uint32_t at = peek32(v, PAIRS + n * (uint64_t)PAIR, LITTLE);

		if (at != UINT32_MAX && (!at || at & 3))
			break;
	}
	return n;
}

static enum proof goke_probe(struct view image, uint64_t at, struct region *r)
{
	struct view v = view_from(image, at);
	unsigned n = count_pairs(v);

	if (!view_is(v, 0x18, "ZZZZ", 4) || !n)
		return PROOF_NONE;
	region_size(r, image, PAIRS + n * (uint64_t)PAIR);
	region_detail(r, "%u registers, to 0x%08x", n, peek32(v, 0x0c, LITTLE));
	region_prop(r, "soc", "Goke");
	region_prop(r, "load", "0x%08x", peek32(v, 0x0c, LITTLE));
	return PROOF_PLAUSIBLE;
}

const struct format format_goke = {
	.name = "goke",
	.title = "Goke first stage",
	.magic = (const struct magic[]){ { 0, 4, "17KG" }, { 0 } },
	.probe = goke_probe,
};

/*
 * novatek.c - boot code of Novatek's camera chips
 *
 *	0x00	entry, 19 words of the loader
 *	0x50	chip[8] SDK[8] date[8]
 *	0x68	length sum ...
 *
 * Little-endian. The header stands at 0x300 of U-Boot and at 0x200 of the
 * real-time system, or at the front of the loader. The 16-bit words of the
 * whole, each with its index added, make zero.
 */
#include "scan/novatek.h"

#include "core/work.h"

enum { HEAD = 128, CHIP = 0x50, MOST = 16 << 20 };

uint16_t novatek_sum(struct view v)
{
	uint32_t sum = 0;

	work_add(v.len);
	for (size_t i = 0; i + 1 < v.len; i += 2)
		sum += (uint32_t)(v.p[i] | v.p[i + 1] << 8) + (uint32_t)(i / 2);
	return (uint16_t)sum;
}

/* How far in front of the header the code begins; -1: no header. */
static long begins(struct view image, uint64_t at)
{
	static const unsigned before[] = { 0x300, 0x200, 0 };
	uint32_t length = peek32(view_from(image, at), 0x68, LITTLE);

	for (size_t i = 0; i < 3; i++)
		if (at >= before[i] && length > before[i] + HEAD &&
		    view_has(image, at - before[i], length) &&
		    !novatek_sum(view_sub(image, at - before[i], length)))
			return before[i];
	return -1;
}

static enum proof novatek_probe(struct view image, uint64_t at, struct region *r)
{
	struct view v = view_from(image, at), chip = view_sub(v, CHIP, 8);
	uint32_t length = peek32(v, 0x68, LITTLE);
	long before;

	if (!view_has(v, 0, HEAD) || length < HEAD || length > MOST || length & 1)
		return PROOF_NONE;
	for (size_t i = 2; i < chip.len && chip.p[i]; i++)
		if (chip.p[i] < '-' || chip.p[i] > 'z')
			return PROOF_NONE;
	before = begins(image, at);
	if (before < 0) {
		region_size(r, image, HEAD);
	} else {
		r->at = at - (uint64_t)before;
		r->size = length;
		region_evidence(r, "16-bit sum is zero");
	}
	region_label(r, chip);
	region_detail(r, "%s, %s", before < 0 ? "sum not known" : "sum ok", r->label);
	region_prop(r, "soc", "Novatek %.8s", r->label);
	return before < 0 ? PROOF_PLAUSIBLE : PROOF_PROVEN;
}

const struct format format_novatek = {
	.name = "novatek",
	.title = "Novatek boot code",
	.proves = "16-bit sum",
	.magic = (const struct magic[]){
		{ CHIP, 4, "NT96" }, { CHIP, 4, "NT98" }, { CHIP, 5, "NA510" }, { 0 }
	},
	.probe = novatek_probe,
};

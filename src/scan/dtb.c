/* dtb.c - device trees on their own (those with /images are FITs) */
#include "scan/fdt.h"

struct summary {
	bool whole, fit;
	unsigned nodes;
	struct view model, compatible;
};

static struct summary walk(struct fdt *t)
{
	struct summary s = { 0 };
	struct fdt_item i;

	while ((i = fdt_next(t)).token != FDT_BAD && i.token != FDT_DONE) {
		s.nodes += i.token == FDT_NODE;
		if (i.token == FDT_NODE && t->depth == 2)
			s.fit |= !strcmp(i.name, "images");
		if (i.token != FDT_PROP || t->depth != 1)
			continue;
		if (!strcmp(i.name, "model"))
			s.model = i.value;
		if (!strcmp(i.name, "compatible"))
			s.compatible = i.value;
	}
	s.whole = i.token == FDT_DONE;
	return s;
}

static enum proof dtb_probe(struct view image, uint64_t at, struct region *r)
{
	uint64_t total;
	struct summary s;
	struct fdt t;

	if (!fdt_open(view_from(image, at), &t, &total))
		return PROOF_NONE;
	s = walk(&t);
	if (s.fit || !s.nodes)
		return PROOF_NONE;
	r->endian = BIG;
	region_size(r, image, total);
	region_number(r, "nodes", s.nodes);
	if (s.compatible.len && view_is(s.compatible, s.compatible.len - 1, "", 1))
		region_prop(r, "compatible", "%.63s", (const char *)s.compatible.p);
	region_label(r, s.model.len ? s.model : s.compatible);
	region_detail(r, "%u nodes", s.nodes);
	if (r->label[0])
		region_detail(r, "%s", r->label);
	if (s.whole && !r->says) {
		region_evidence(r, "every token up to the end");
		return PROOF_PROVEN;
	}
	r->broken = !r->says;
	region_detail(r, r->says ? "cut off" : "damaged");
	return PROOF_PLAUSIBLE;
}

const struct format format_dtb = {
	.name = "dtb",
	.title = "device tree",
	.proves = "every token up to the end",
	.suffix = ".dtb",
	.embedded = true,
	.magic = (const struct magic[]){ { 0, 4, "\xd0\x0d\xfe\xed" }, { 0 } },
	.probe = dtb_probe,
};

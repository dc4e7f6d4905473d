/*
 * grainmedia.c - system header of Grain-Media's chips, which lists the flash
 *
 *	header	= "GM8136\0\0" bootm_addr bootm_size 0
 *		  { addr size name[8] 0 }[10] chip[8] ... 55 aa
 *
 * Little-endian; the two last bytes end 256 bytes of NOR or 512 of NAND.
 */
#include "core/format.h"

enum { ENTRIES = 20, ENTRY = 20, MOST_ENTRIES = 10, NOR = 256, NAND = 512 };

static bool get_entry(struct view v, unsigned i, struct table_part *p)
{
	struct cursor c = cursor(view_sub(v, ENTRIES + i * (uint64_t)ENTRY, ENTRY),
				 LITTLE);
	struct view name;

	*p = (struct table_part){ .at = get32(&c) };
	p->size = get32(&c);
	name = get_view(&c, 8);
	if (!cursor_ok(&c) || !p->size || p->size == UINT32_MAX)
		return false;
	return table_part_name(p, name);
}

static int grainmedia_table(struct view image, uint64_t at,
			    struct table_part *part, int most)
{
	int n = 0;

	for (unsigned i = 0; i < MOST_ENTRIES && n < most; i++)
		n += get_entry(view_from(image, at), i, &part[n]);
	return n;
}

static bool is_inside(struct view image, const struct table_part *p, int n)
{
	for (int i = 0; i < n; i++)
		if (!view_has(image, p[i].at, p[i].size))
			return false;
	return n > 0;
}

static enum proof grainmedia_probe(struct view image, uint64_t at,
				   struct region *r)
{
	struct view v = view_from(image, at);
	struct table_part part[MOST_TABLE];
	bool nor = view_is(v, NOR - 2, "\x55\xaa", 2);
	int n = grainmedia_table(image, at, part, MOST_TABLE);

	if (!nor && !view_is(v, NAND - 2, "\x55\xaa", 2))
		return PROOF_NONE;
	region_size(r, image, nor ? NOR : NAND);
	region_label(r, view_sub(v, 0, 8));
	region_detail(r, "%s in %s, %d images", r->label, nor ? "NOR" : "NAND", n);
	region_prop(r, "soc", "Grain-Media %.8s", r->label);
	region_number(r, "images", (uint64_t)n);
	if (!is_inside(image, part, n))
		return PROOF_PLAUSIBLE;
	region_evidence(r, "all %d images are inside the dump", n);
	return PROOF_PROVEN;
}

const struct format format_grainmedia = {
	.name = "grainmedia",
	.title = "Grain-Media system header",
	.proves = "every image inside",
	.magic = (const struct magic[]){
		{ 0, 8, "GM8135\0\0" }, { 0, 8, "GM8136\0\0" }, { 0, 8, "GM8139\0\0" },
		{ 0, 8, "GM8126\0\0" }, { 0, 8, "GM8128\0\0" }, { 0, 8, "GM8129\0\0" },
		{ 0, 8, "GM8210\0\0" }, { 0, 8, "GM8220\0\0" }, { 0, 8, "GM8287\0\0" },
		{ 0 }
	},
	.probe = grainmedia_probe,
	.table = grainmedia_table,
};

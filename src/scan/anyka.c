/*
 * anyka.c - boot area of Anyka's camera chips, and its partition table
 *
 *	0x00	ARM branch "ANYKA_H2" or "ANYKA_H3"
 *	0x0c	size of the boot code, 0x24 where it is loaded to
 *	"SPIP"	in the first three pages of 256 bytes, then
 *		chip total page program erase clock, flag protect 0 place desc[32]
 *	table	= count:32 record...
 *	record	= type rw:4 hidden:4 name[6] kib:32 start:32 p1 p2 p3 p4
 *
 * Little-endian. Place counts the pages of 4 KiB before the table. Nothing is
 * summed.
 */
#include "core/format.h"

enum { PAGES = 768, INFO = 60, PLACE = 27, RECORD = 32, MOST_PARTS = 15,
       LEAST = 1024 };

static uint64_t find_info(struct view v)
{
	for (uint64_t i = 0x40; i + INFO + 4 <= PAGES; i += 4)
		if (view_is(v, i, "SPIP", 4))
			return i + 4;
	return 0;
}

static bool get_part(struct view v, uint64_t at, struct table_part *p)
{
	struct cursor c = cursor(view_sub(v, at, RECORD), LITTLE);
	uint8_t type = get8(&c);
	struct view name;

	get_skip(&c, 1);
	name = get_view(&c, 6);
	*p = (struct table_part){ .size = get32(&c) * UINT64_C(1024) };
	p->at = get32(&c);
	if (!cursor_ok(&c) || type > 2 || !p->size || !view_has(v, p->at, p->size))
		return false;
	return table_part_name(p, name);
}

static int get_table(struct view v, uint64_t at, struct table_part *p, int most)
{
	uint32_t count = peek32(v, at, LITTLE);

	if (!at || !count || count > MOST_PARTS || (int)count > most)
		return 0;
	for (uint32_t i = 0; i < count; i++)
		if (!get_part(v, at + 4 + i * RECORD, &p[i]))
			return 0;
	return (int)count;
}

static int anyka_table(struct view image, uint64_t at, struct table_part *part,
		       int most)
{
	struct view v = view_from(image, at);
	uint64_t info = find_info(v);

	if (!info || !view_has(v, info, INFO))
		return 0;
	return get_table(v, v.p[info + PLACE] * UINT64_C(4096), part, most);
}

static enum proof anyka_probe(struct view image, uint64_t at, struct region *r)
{
	struct view v = view_from(image, at);
	struct table_part part[MOST_TABLE];
	uint32_t size = peek32(v, 0x0c, LITTLE);
	uint64_t info = find_info(v);
	int n = anyka_table(image, at, part, MOST_TABLE);

	if (!view_has(v, 0, PAGES) || v.p[3] != 0xea)
		return PROOF_NONE;
	region_size(r, image, size >= LEAST && size < 1 << 20 ? size : LEAST);
	region_label(r, view_sub(v, 4, 8));
	region_detail(r, "%s", r->label);
	region_prop(r, "soc", "Anyka %.2s series", r->label[6] == 'H' ?
		    &r->label[6] : "H");
	if (info)
		region_detail(r, "%u KiB flash", peek32(v, info + 4, LITTLE) / 1024);
	if (n) {
		region_detail(r, "%d parts", n);
		region_number(r, "parts", (uint64_t)n);
		region_evidence(r, "%d parts, all inside the dump", n);
	}
	return PROOF_PLAUSIBLE;
}

const struct format format_anyka = {
	.name = "anyka",
	.title = "Anyka first stage",
	.magic = (const struct magic[]){
		{ 4, 8, "ANYKA_H2" }, { 4, 8, "ANYKA_H3" }, { 0 }
	},
	.probe = anyka_probe,
	.table = anyka_table,
};

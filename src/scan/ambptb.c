/*
 * ambptb.c - partition table of Ambarella's boot loader
 *
 *	meta	= { start:32 blocks:32 name[8] }[20] magic ... crc
 *	meta3	= magic { start:32 blocks:32 device:32 name[8] }[20] ... crc
 *
 * Little-endian, 2048 bytes, the crc32 of all before it last. Blocks are
 * those of the flash; their size stands nowhere in it.
 */
#include "core/format.h"
#include "core/hash.h"
#include "core/work.h"

enum { META = 2048, ENTRIES = 20, NAME = 8 };

struct shape { unsigned first, stride, name; };

static struct shape shape_of(struct view v)
{
	if (view_is(v, 0, "\x91\x58\x40\x42", 4))
		return (struct shape){ 4, 20, 12 };
	return (struct shape){ 0, 16, 8 };
}

/* In blocks. A device (of the third kind) of its own is not this flash. */
static bool get_entry(struct view v, unsigned i, struct table_part *p)
{
	struct shape s = shape_of(v);
	struct cursor c = cursor(view_sub(v, s.first + i * s.stride, s.stride),
				 LITTLE);
	struct view name;

	*p = (struct table_part){ .at = get32(&c) };
	p->size = get32(&c);
	get_skip(&c, s.name - 8);
	name = get_view(&c, NAME);
	if (!cursor_ok(&c) || !p->size || p->size > 1 << 20 || p->at > 1 << 20)
		return false;
	return table_part_name(p, name);
}

static int get_table(struct view v, struct table_part *part, int most)
{
	int n = 0;

	for (unsigned i = 0; i < ENTRIES && n < most; i++)
		n += get_entry(v, i, &part[n]);
	return n;
}

/* The largest block with which all of it is in the image, or 0. */
static uint64_t block_size(struct view image, const struct table_part *p, int n)
{
	uint64_t end = 0;

	for (int i = 0; i < n; i++)
		if (p[i].at + p[i].size > end)
			end = p[i].at + p[i].size;
	for (uint64_t size = 512 << 10; size >= 4096; size /= 2)
		if (end * size <= image.len)
			return size;
	return 0;
}

static int ambptb_table(struct view image, uint64_t at, struct table_part *part,
			int most)
{
	int n = get_table(view_sub(image, at, META), part, most);
	uint64_t block = block_size(image, part, n);

	for (int i = 0; i < n; i++) {
		part[i].at *= block;
		part[i].size *= block;
	}
	return block ? n : 0;
}

static enum proof ambptb_probe(struct view image, uint64_t at, struct region *r)
{
	struct view v = view_sub(image, at, META), data = view_sub(v, 0, META - 4);
	struct table_part part[MOST_TABLE];
	uint32_t crc = peek32(v, META - 4, LITTLE);
	int n = get_table(v, part, MOST_TABLE);
	bool holds;

	if (n < 2)
		return PROOF_NONE;
	work_add(META);
	holds = crc32_of(0, data) == crc || crc32_plain(~0u, data) == crc;
	region_size(r, image, META);
	region_detail(r, "%s, %d parts", holds ? "crc32 ok" : "crc32 wrong", n);
	region_prop(r, "soc", "Ambarella");
	region_number(r, "parts", (uint64_t)n);
	if (holds)
		region_evidence(r, "crc32 %08x", crc);
	return holds ? PROOF_PROVEN : PROOF_PLAUSIBLE;
}

const struct format format_ambptb = {
	.name = "ambptb",
	.title = "Ambarella partition table",
	.proves = "crc32",
	.magic = (const struct magic[]){
		{ 320, 4, "\xbd\x9f\x21\x33" }, { 320, 4, "\xce\xa0\x32\x44" },
		{ 320, 4, "\x91\x58\x40\x42" }, { 0, 4, "\x91\x58\x40\x42" }, { 0 }
	},
	.probe = ambptb_probe,
	.table = ambptb_table,
};

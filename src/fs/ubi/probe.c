/*
 * probe.c - UBI: erase blocks, each with its own headers
 *
 * Nothing says how large a block is nor how many there are: the next header
 * tells the one, the last header the other. Blocks without a header (bad, or
 * never used) may lie between.
 */
#include "core/hash.h"
#include "core/work.h"
#include "fs/ubi/map.h"

enum { MOST_GAP = 16 };

struct count {
	unsigned blocks, used, wrong;	/* wrong: sums of data or headers */
	uint64_t end;
	uint64_t newest;		/* sqnum of the table taken */
	struct view table;
};

static void take_block(struct view block, const struct ubi_ec *h,
		       struct count *n)
{
	struct view data = view_from(block, h->data_at);
	struct view vid = view_sub(block, h->vid_at, UBI_HEADER);
	struct ubi_vid id;

	n->blocks++;
	if (!ubi_vid(block, h->vid_at, &id)) {
		n->wrong += view_run(vid, 0xff) != vid.len;
		return;
	}
	n->used++;
	if (id.type == UBI_STATIC || id.copy)
		n->wrong += id.data_size > data.len ||
			crc32_plain(~0u, view_sub(data, 0, id.data_size))
			!= id.data_crc;
	if (id.volume != UBI_LAYOUT || (n->table.len && id.sqnum < n->newest))
		return;
	if (!ubi_table_holds(data)) {
		n->wrong++;
		return;
	}
	n->newest = id.sqnum;
	n->table = data;
}

static void count_blocks(struct view v, const struct ubi_ec *first,
			 uint64_t size, struct count *n)
{
	struct ubi_ec h;
	unsigned gap = 0;

	for (uint64_t off = 0; off < v.len && gap < MOST_GAP; off += size) {
		gap++;
		work_add(UBI_HEADER);
		if (!ubi_is_next(v, off, first, &h))
			continue;
		take_block(view_upto(v, off, size), &h, n);
		n->end = off + size;
		gap = 0;
	}
}

static void describe_volumes(struct view table, struct region *r)
{
	struct ubi_record rec;
	unsigned volumes = 0;
	struct region name = { 0 };

	for (unsigned i = 0; i < UBI_RECORDS && ubi_record(table, i, &rec); i++)
		volumes += rec.reserved > 0;
	region_number(r, "volumes", volumes);
	region_detail(r, "%u volume%s", volumes, volumes == 1 ? "" : "s");
	for (unsigned i = 0; i < UBI_RECORDS && ubi_record(table, i, &rec); i++)
		if (rec.reserved) {
			region_label(&name, rec.name);
			region_detail(r, "%s", name.label);
		}
	if (volumes == 1)
		memcpy(r->label, name.label, sizeof(name.label));
}

static void describe(const struct ubi_ec *h, uint64_t size,
		     const struct count *n, struct region *r)
{
	region_detail(r, "%u block%s of %u KiB", n->blocks,
		      n->blocks == 1 ? "" : "s", (unsigned)(size >> 10));
	region_number(r, "block_size", size);
	region_number(r, "blocks", n->blocks);
	region_number(r, "image_seq", h->seq);
	region_number(r, "data_offset", h->data_at);
	r->broken = n->wrong > 0;
	if (n->wrong)
		region_detail(r, "%u sums wrong", n->wrong);
	if (n->table.len)
		describe_volumes(n->table, r);
	else
		region_detail(r, "no volume table");
}

static enum proof ubi_probe(struct view image, uint64_t at, struct region *r)
{
	struct view v = view_from(image, at);
	struct count n = { 0 };
	struct ubi_ec h;
	uint64_t size;

	if (!ubi_ec(v, &h))
		return PROOF_NONE;
	r->endian = BIG;
	size = ubi_block_size(v, &h);
	if (!size) {
		region_size(r, image, h.data_at);
		region_detail(r, "one block");
		return PROOF_PLAUSIBLE;
	}
	count_blocks(v, &h, size, &n);
	region_size(r, image, n.end);
	describe(&h, size, &n, r);
	if (n.wrong || !n.table.len || r->says)
		return PROOF_PLAUSIBLE;
	region_evidence(r, "%u headers, table of volumes", n.blocks + n.used);
	return PROOF_PROVEN;
}

const struct format format_ubi = {
	.name = "ubi",
	.title = "UBI volumes",
	.proves = "CRC-32 of the headers and of the volume table",
	.suffix = ".ubi",
	.magic = (const struct magic[]){ { 0, 4, "UBI#" }, { 0 } },
	.probe = ubi_probe,
	.borderless = true,
	.wrap = &wrap_ubi,
};

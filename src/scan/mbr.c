/*
 * mbr.c - partition tables of PCs, which SD cards have
 *
 *	sector	= code[446] entry[4] 55 aa
 *	entry	= u8 80 or 0  chs[3]  u8 type  chs[3]  u32 first, sectors
 *
 * An extended partition begins with such a sector again: its first entry is a
 * logical one, counted from there, its second the next such sector, counted
 * from the start of the extended one. A volume without partitions ends its
 * first sector in 55 aa, too.
 */
#include <stdio.h>

#include "core/format.h"

enum { SIZE = 512, FIRST = 446, ENTRIES = 4, ENTRY = 16, FIRST_LOGICAL = 5 };
enum { PROTECTIVE = 0xee };

struct entry { unsigned type; uint64_t at, size; };

struct disk {
	struct view image;
	uint64_t base;
	uint32_t sector;
	struct table_part part[MOST_TABLE];
	unsigned type[MOST_TABLE];
	int n;
	bool chain_breaks, chain_leaves;	/* the dump */
};

static bool is_sector(struct view v)
{
	if (!view_is(v, SIZE - 2, "\x55\xaa", 2))
		return false;
	for (unsigned i = 0; i < ENTRIES; i++)
		if (v.p[FIRST + i * ENTRY] & 0x7f)
			return false;
	return true;
}

/* False: it is not used. */
static bool get_entry(struct view v, unsigned i, struct entry *p)
{
	struct cursor c = cursor(view_sub(v, FIRST + i * ENTRY, ENTRY), LITTLE);

	get_skip(&c, 4);
	p->type = get8(&c);
	get_skip(&c, 3);
	p->at = get32(&c);
	p->size = get32(&c);
	return cursor_ok(&c) && p->type && p->size;
}

static bool is_extended(unsigned type)
{
	return type == 0x05 || type == 0x0f || type == 0x85;
}

static void add(struct disk *d, unsigned number, const struct entry *p)
{
	struct table_part *t = &d->part[d->n];

	if (d->n == MOST_TABLE)
		return;
	*t = (struct table_part){ .at = d->base + p->at * d->sector,
				  .size = p->size * d->sector };
	snprintf(t->name, sizeof(t->name), "p%u", number);
	d->type[d->n++] = p->type;
}

/* Each sector of the chain lies behind the one before: so it ends. */
static void add_logical(struct disk *d, const struct entry *whole)
{
	uint64_t at = 0, before;
	struct entry p, next;

	for (unsigned i = 0; d->n < MOST_TABLE; i++) {
		struct view v = view_sub(d->image, d->base + (whole->at + at) * d->sector,
					 SIZE);

		d->chain_leaves |= !v.len;
		d->chain_breaks = v.len && !is_sector(v);
		if (!v.len || d->chain_breaks)
			return;
		if (get_entry(v, 0, &p) && !is_extended(p.type)) {
			p.at += whole->at + at;
			add(d, FIRST_LOGICAL + i, &p);
		}
		if (!get_entry(v, 1, &next) || !is_extended(next.type))
			return;
		before = at;
		at = next.at;
		d->chain_breaks = at <= before || at >= whole->size;
		if (d->chain_breaks)
			return;
	}
}

static void read_disk(struct disk *d)
{
	struct view v = view_sub(d->image, d->base, SIZE);
	struct entry p;

	d->n = 0;
	d->chain_breaks = d->chain_leaves = false;
	for (unsigned i = 0; i < ENTRIES; i++)
		if (get_entry(v, i, &p) && !is_extended(p.type) && p.type != PROTECTIVE)
			add(d, i + 1, &p);
	for (unsigned i = 0; i < ENTRIES; i++)
		if (get_entry(v, i, &p) && is_extended(p.type))
			add_logical(d, &p);
}

/* Whether it begins with what Linux, FAT or NTFS volumes begin with. */
static bool has_volume(const struct disk *d, int i)
{
	struct view v = view_from(d->image, d->part[i].at);

	return view_is(v, 1080, "\x53\xef", 2) || view_is(v, 0, "hsqs", 4) ||
	       (view_is(v, SIZE - 2, "\x55\xaa", 2) && (v.p[0] == 0xeb || v.p[0] == 0xe9));
}

static int volumes(const struct disk *d)
{
	int n = 0;

	for (int i = 0; i < d->n; i++)
		n += has_volume(d, i);
	return n;
}

/* Sectors of 512 bytes, unless those of 4096 are where volumes begin. */
static void get_disk(struct view image, uint64_t at, struct disk *d)
{
	*d = (struct disk){ .image = image, .base = at, .sector = 4096 };
	read_disk(d);
	if (d->n && volumes(d))
		return;
	d->sector = 512;
	read_disk(d);
}

static bool overlaps(const struct disk *d)
{
	for (int i = 0; i < d->n; i++)
		for (int k = 0; k < i; k++)
			if (d->part[i].at < d->part[k].at + d->part[k].size &&
			    d->part[k].at < d->part[i].at + d->part[i].size)
				return true;
	return false;
}

/* The first sector of a volume that fills the disk. */
static bool is_volume(struct view v)
{
	unsigned sector = peek16(v, 11, LITTLE);

	if (view_is(v, 54, "FAT1", 4) || view_is(v, 82, "FAT32", 5) ||
	    view_is(v, 3, "NTFS    ", 8) || view_is(v, 3, "EXFAT   ", 8))
		return true;
	return (v.p[0] == 0xeb || v.p[0] == 0xe9) && v.p[21] >= 0xf0 && v.p[16] &&
	       v.p[16] <= 2 && sector >= 512 && sector <= 4096 &&
	       !(sector & (sector - 1));
}

static bool mbr_peek(struct view v)
{
	struct entry p;
	unsigned n = 0;

	if (v.at || !is_sector(v) || is_volume(v))
		return false;
	for (unsigned i = 0; i < ENTRIES; i++) {
		if (!get_entry(v, i, &p))
			continue;
		if (!p.at)
			return false;
		n++;
	}
	return n;
}

static int mbr_table(struct view image, uint64_t at, struct table_part *slot, int most)
{
	struct disk d;

	get_disk(image, at, &d);
	if (d.n > most)
		d.n = most;
	memcpy(slot, d.part, (size_t)d.n * sizeof(*slot));
	return d.n;
}

static uint64_t end_of(const struct disk *d)
{
	uint64_t end = 0;

	for (int i = 0; i < d->n; i++)
		if (d->part[i].at + d->part[i].size > end)
			end = d->part[i].at + d->part[i].size;
	return end;
}

static bool has_gpt(struct view image)
{
	return view_is(image, 512, "EFI PART", 8) || view_is(image, 4096, "EFI PART", 8);
}

static enum proof mbr_probe(struct view image, uint64_t at, struct region *r)
{
	struct view v = view_sub(image, at, SIZE);
	struct disk d;
	bool cut, over;

	if (!v.len || !mbr_peek(v) || has_gpt(view_from(image, at)))
		return PROOF_NONE;
	get_disk(image, at, &d);
	cut = end_of(&d) > image.len || d.chain_leaves;
	over = overlaps(&d);
	region_size(r, image, SIZE);
	region_number(r, "parts", (uint64_t)d.n);
	region_detail(r, "%d partition%s", d.n, d.n == 1 ? "" : "s");
	if (cut)
		region_detail(r, "some not in the dump");
	if (over)
		region_detail(r, "which overlap");
	if (d.chain_breaks)
		region_detail(r, "a list of logical ones breaks");
	r->broken = over || d.chain_breaks;
	if (!d.n || !volumes(&d))
		return !d.n || cut ? PROOF_WEAK : PROOF_PLAUSIBLE;
	region_evidence(r, "%d of %d begin with a volume", volumes(&d), d.n);
	return cut || r->broken ? PROOF_PLAUSIBLE : PROOF_PROVEN;
}

const struct format format_mbr = {
	.name = "mbr",
	.title = "PC partition table (MBR)",
	.proves = "volumes where parts begin",
	.grid = 1 << 30,
	.peek = mbr_peek,
	.probe = mbr_probe,
	.table = mbr_table,
	.leads = true,
};

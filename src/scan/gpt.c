/*
 * gpt.c - GUID partition tables, at the front and at the end of a disk
 *
 *	front	= mbr header entry*	one sector, one sector, as many as it takes
 *	back	= entry* header		the last sectors
 *	header	= "EFI PART" 00010000 u32 size, crc, 0  u64 itself, the other one,
 *		  first and last for parts  guid[16]  u64 entries  u32 how many,
 *		  bytes of one, their crc
 *	entry	= type[16] guid[16] u64 first, last, flags  utf16 name[36]
 *
 * Little-endian, places in sectors of 512 or 4096 bytes.
 */
#include <stdio.h>

#include "core/format.h"
#include "core/hash.h"
#include "core/text.h"

enum { HEADER = 92, ENTRY = 128, MOST_SECTOR = 4096, MOST_ENTRIES = 4096, FRONT = 1 };

struct gpt {
	uint64_t base;			/* of the disk, in the image */
	uint32_t sector, size, crc;
	uint64_t itself, other, entries, last;
	uint32_t n, entry, entries_crc;
	struct view head, list;
};

static bool get_header(struct view v, struct gpt *g)
{
	struct cursor c = cursor(view_sub(v, 0, HEADER), LITTLE);

	get_skip(&c, 12);
	g->size = get32(&c);
	g->crc = get32(&c);
	get_skip(&c, 4);
	g->itself = get64(&c);
	g->other = get64(&c);
	get_skip(&c, 8);
	g->last = get64(&c);
	get_skip(&c, 16);
	g->entries = get64(&c);
	g->n = get32(&c);
	g->entry = get32(&c);
	g->entries_crc = get32(&c);
	g->head = view_upto(v, 0, g->size);
	return cursor_ok(&c) && view_is(v, 0, "EFI PART", 8) && g->size >= HEADER &&
	       g->size <= MOST_SECTOR && g->n && g->n <= MOST_ENTRIES &&
	       g->entry >= ENTRY && g->entry <= MOST_SECTOR && g->entry % 8 == 0 &&
	       g->itself && g->entries && g->last < UINT64_MAX / MOST_SECTOR;
}

static bool list_holds(const struct gpt *g)
{
	return g->list.len && crc32_of(0, g->list) == g->entries_crc;
}

static bool header_holds(const struct gpt *g)
{
	uint8_t b[MOST_SECTOR];

	if (g->head.len != g->size)
		return false;
	memcpy(b, g->head.p, g->size);
	memset(b + 16, 0, 4);
	return crc32_of(0, (struct view){ b, g->size, 0 }) == g->crc;
}

/* The header is at `at`: where is the rest, with sectors of this size? */
static bool place(struct view image, uint64_t at, uint32_t sector, struct gpt *g)
{
	uint64_t before = g->itself, list;

	g->sector = sector;
	if (before > at / sector || g->entries > UINT64_MAX / MOST_SECTOR)
		return false;
	g->base = at - before * sector;
	list = g->base + g->entries * sector;
	g->list = view_sub(image, list, (uint64_t)g->n * g->entry);
	return g->list.len;
}

/* One at the front is at a sector from `at`, one at the back is at it. */
static bool get_gpt(struct view image, uint64_t at, struct gpt *g)
{
	for (uint32_t sector = 512; sector <= MOST_SECTOR; sector *= 8) {
		if (get_header(view_from(image, at + sector), g) &&
		    g->itself == FRONT && place(image, at + sector, sector, g))
			return true;
		if (get_header(view_from(image, at), g) && g->itself != FRONT &&
		    place(image, at, sector, g) && list_holds(g))
			return true;
	}
	return false;
}

static bool get_entry(const struct gpt *g, uint32_t i, struct table_part *p)
{
	struct view v = view_sub(g->list, (uint64_t)i * g->entry, ENTRY);
	uint64_t first = peek64(v, 32, LITTLE), last = peek64(v, 40, LITTLE);
	struct buf name = { 0 };

	*p = (struct table_part){ .at = g->base + first * g->sector };
	if (view_run(view_sub(v, 0, 16), 0) == 16 || !first || last < first ||
	    last > g->last)
		return false;
	p->size = (last - first + 1) * g->sector;
	put_utf16(&name, view_sub(v, 56, 72));
	/* Not within a character. */
	while (name.len >= sizeof(p->name) || !is_utf8(buf_view(&name)))
		name.len--;
	snprintf(p->name, sizeof(p->name), "%s", buf_string(&name));
	if (!*p->name)
		snprintf(p->name, sizeof(p->name), "p%u", (unsigned)i + 1);
	buf_free(&name);
	return true;
}

/* The region of one at the back begins with its entries. */
static int gpt_table(struct view image, uint64_t at, struct table_part *slot, int most)
{
	uint64_t end = at + (uint64_t)MOST_ENTRIES * ENTRY;
	struct gpt g;
	int n = 0;

	while (!get_gpt(image, at, &g))
		if ((at += 512) > end)
			return 0;
	for (uint32_t i = 0; i < g.n && n < most; i++)
		n += get_entry(&g, i, &slot[n]);
	return n;
}

/* From its beginning up to its end, header and entries, where they are together. */
static void measure(struct view image, const struct gpt *g, struct region *r)
{
	uint64_t list = g->list.at - image.at, end = list + g->list.len;
	uint64_t head = g->base + g->itself * g->sector;

	if (g->itself == FRONT) {
		end = g->entries <= 2 ? end : head + g->sector;
		end = (end - g->base + g->sector - 1) / g->sector * g->sector;
		region_size(r, image, end);
		return;
	}
	r->at = list < head && head - end < g->sector ? list : head;
	region_size(r, image, head + g->sector - r->at);
}

static uint32_t count(const struct gpt *g, uint64_t *end)
{
	struct table_part p;
	uint32_t n = 0;

	*end = 0;
	for (uint32_t i = 0; i < g->n; i++) {
		if (!get_entry(g, i, &p))
			continue;
		n++;
		if (p.at + p.size > *end)
			*end = p.at + p.size;
	}
	return n;
}

static enum proof gpt_probe(struct view image, uint64_t at, struct region *r)
{
	bool head, list;
	uint64_t end;
	struct gpt g;
	uint32_t n;

	if (!get_gpt(image, at, &g))
		return PROOF_NONE;
	head = header_holds(&g);
	list = list_holds(&g);
	if (!head && !list)
		return PROOF_NONE;
	measure(image, &g, r);
	n = count(&g, &end);
	region_number(r, "parts", n);
	region_number(r, "sector", g.sector);
	region_detail(r, "%u partition%s%s", n, n == 1 ? "" : "s",
		      g.itself == FRONT ? "" : ", the backup");
	if (g.sector != 512)
		region_detail(r, "sectors of %u", g.sector);
	if (end > image.len)
		region_detail(r, "%llu MiB are not in the dump",
			      (unsigned long long)(end - image.len + 0xfffff) >> 20);
	r->broken = !head || !list;
	if (r->broken)
		region_detail(r, "%s crc32 wrong", head ? "entries'" : "header's");
	if (head)
		region_evidence(r, "header crc32 %08x", g.crc);
	if (list)
		region_evidence(r, "entries crc32 %08x", g.entries_crc);
	return r->broken ? PROOF_PLAUSIBLE : PROOF_PROVEN;
}

const struct format format_gpt = {
	.name = "gpt",
	.title = "GUID partition table (GPT)",
	.proves = "crc32 of header and entries",
	.magic = (const struct magic[]){
		{ 0, 8, "EFI PART" }, { 512, 8, "EFI PART" },
		{ 4096, 8, "EFI PART" }, { 0 }
	},
	.probe = gpt_probe,
	.table = gpt_table,
	.leads = true,
};

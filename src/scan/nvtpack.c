/*
 * nvtpack.c - updates of cameras with Novatek chips
 *
 *	new	= guid :32 header parts size method sum ... table { part }
 *	old	= part-0 guid size of guid and table sum parts table { part }
 *	table	= { offset size number }
 *
 * Little-endian; offsets count from the front of all. The header of the new
 * form says how long it is, the old one is of 28 bytes and stands behind a
 * BCL1. The sum, as novatek.h says, is of the whole, or of guid and table.
 */
#include <stdio.h>

#include "scan/novatek.h"
#include "scan/refit.h"

enum { OLD_HEADER = 28, ENTRY = 12, MOST_PARTS = 64, STEP = 4 };

#define GUID_NEW "\x07\x2e\x01\xd6\xbc\x10\x91\x4f\xb2\x8a\x35\x2f\x82\x26\x1a\x50"
#define GUID_OLD "\x90\xbe\x27\x88\xcd\x36\xc2\x4f\xa9\x87\x73\xa8\x48\x4e\x84\xb1"

struct pack {
	bool old;
	uint64_t guid, table;		/* where they stand */
	uint64_t sum;			/* where the sum stands */
	unsigned n;			/* slots; the old form's part 0 is none of
					   the table, and is the first */
	struct slot s[MOST_PARTS + 1];
	uint64_t end;
};

static bool get_table(struct view v, struct pack *p, uint32_t n)
{
	if (!n || n > MOST_PARTS || !view_has(v, p->table, (uint64_t)n * ENTRY))
		return false;
	for (uint32_t i = 0; i < n; i++, p->n++) {
		p->s[p->n].at = peek32(v, p->table + i * ENTRY, LITTLE);
		p->s[p->n].len = peek32(v, p->table + i * ENTRY + 4, LITTLE);
		if (p->s[p->n].at < p->table + n * ENTRY)
			return false;
	}
	return true;
}

static bool get_new(struct view v, struct pack *p)
{
	uint32_t header = peek32(v, 0x14, LITTLE);

	*p = (struct pack){ .table = header, .sum = 0x24,
			    .end = peek32(v, 0x1c, LITTLE) };
	return header >= 0x28 && get_table(v, p, peek32(v, 0x18, LITTLE)) &&
	       slots_end(p->s, p->n) <= p->end;
}

/* v begins with a BCL1 that ends where the guid stands. */
static bool get_old(struct view v, struct pack *p)
{
	uint64_t guid = peek32(v, 12, BIG) + (uint64_t)16;

	*p = (struct pack){ .old = true, .guid = guid, .table = guid + OLD_HEADER,
			    .sum = guid + 0x14, .n = 1, .s = { { 0, guid } } };
	if (!view_is(v, 0, "BCL1", 4) || !view_is(v, guid, GUID_OLD, 16) ||
	    !get_table(v, p, peek32(v, guid + 0x18, LITTLE)))
		return false;
	p->end = slots_end(p->s, p->n);
	return p->end <= v.len || p->end <= UINT32_MAX;
}

static bool get_pack(struct view v, struct pack *p)
{
	return view_is(v, 0, GUID_NEW, 16) ? get_new(v, p) : get_old(v, p);
}

static struct view summed(struct view v, const struct pack *p)
{
	if (!p->old)
		return view_sub(v, 0, p->end);
	return view_sub(v, p->guid, peek32(v, p->guid + 0x10, LITTLE));
}

/* Where the image begins whose guid of the old form is at `at`. */
static bool find_front(struct view image, uint64_t at, uint64_t *front)
{
	uint32_t n = peek32(view_from(image, at), 0x18, LITTLE);
	uint64_t first = UINT64_MAX;

	if (!n || n > MOST_PARTS)
		return false;
	for (uint32_t i = 0; i < n; i++) {
		uint32_t offset = peek32(view_from(image, at), OLD_HEADER + i * ENTRY,
					 LITTLE);

		if (offset < first)
			first = offset;
	}
	/* Its parts begin right behind the table. */
	first -= OLD_HEADER + (uint64_t)n * ENTRY;
	*front = at - first;
	return first <= at;
}

static enum proof nvtpack_probe(struct view image, uint64_t at, struct region *r)
{
	struct view v = view_from(image, at), sum;
	uint64_t front = at;
	struct pack p;
	bool holds;

	if (view_is(v, 0, GUID_OLD, 16) && !find_front(image, at, &front))
		return PROOF_NONE;
	v = view_from(image, front);
	if (!get_pack(v, &p) || front + p.guid != at)
		return PROOF_NONE;
	r->at = front;
	region_size(r, image, p.end);
	sum = summed(v, &p);
	holds = sum.len && !novatek_sum(sum);
	r->broken = sum.len && !holds;
	region_detail(r, "%s, %s, %u parts", holds ? "sum ok" : !sum.len ? "cut off" :
		      "sum wrong", p.old ? "NVTPACK" : "HDR2", p.n);
	region_number(r, "parts", p.n);
	region_prop(r, "soc", "Novatek");
	if (holds)
		region_evidence(r, "16-bit sum %s is zero", p.old ? "of the table" :
				"of the whole");
	return holds && !r->says ? PROOF_PROVEN : PROOF_PLAUSIBLE;
}

/* The number that a part has; 0: the one in front of an old table. */
static unsigned number_of(struct view v, const struct pack *p, unsigned i)
{
	if (p->old && !i)
		return 0;
	return peek32(v, p->table + (i - p->old) * ENTRY + 8, LITTLE);
}

static int nvtpack_open(struct view v, struct payload *inner, int most,
			struct err *e)
{
	struct pack p;
	int n = 0;

	if (!get_pack(v, &p) || p.end > v.len)
		return fail_at(e, v.at, "Novatek update cut off");
	for (unsigned i = 0; i < p.n && n < most; i++) {
		if (!p.s[i].len)
			continue;
		inner[n] = (struct payload){ .v = view_sub(v, p.s[i].at, p.s[i].len) };
		snprintf(inner[n++].name, sizeof(inner->name), "part-%u",
			 number_of(v, &p, i));
	}
	return n;
}

static int part_of(const struct pack *p, int i)
{
	for (unsigned k = 0; k < p->n; k++)
		if (p->s[k].len && !i--)
			return (int)k;
	return -1;
}

/* Write what the table says, and the sum, in the image at start of out. */
static void put_table(struct buf *out, size_t start, const struct pack *p,
		      uint64_t moved)
{
	struct pack now = *p;
	struct view v;

	now.guid += moved;
	now.table += moved;
	now.sum += moved;
	now.end = out->len - start;
	for (unsigned i = p->old; i < p->n; i++) {
		size_t at = start + now.table + (i - p->old) * ENTRY;

		patch32(out, at, (uint32_t)p->s[i].at);
		patch32(out, at + 4, (uint32_t)p->s[i].len);
	}
	if (!p->old)
		patch32(out, start + 0x1c, (uint32_t)now.end);
	patch32(out, start + now.sum, 0);
	v = view_from(buf_view(out), start);
	patch32(out, start + now.sum, (uint16_t)-novatek_sum(summed(v, &now)));
}

static int nvtpack_refit(struct view v, int i, struct view payload,
			 struct buf *out, struct err *e)
{
	size_t start = out->len;
	enum endian was = out->endian;
	struct pack p;
	int k;

	if (!get_pack(v, &p) || p.end > v.len || (k = part_of(&p, i)) < 0 ||
	    !payload.len || payload.len > INT32_MAX || !summed(v, &p).len)
		return fail_at(e, v.at, "this update has no such part");
	if (p.old && !k && payload.len & 3)
		return fail(e, ERR_UNSUPPORTED, "the first part is of %zu bytes, which "
			    "is not a multiple of 4", payload.len);
	put_slots(out, view_sub(v, 0, p.end), p.s, p.n, (unsigned)k, payload, STEP);
	out->endian = LITTLE;
	put_table(out, start, &p, p.old && !k ? payload.len - p.guid : 0);
	put_view(out, view_from(v, p.end));
	out->endian = was;
	return 0;
}

static const struct wrap wrap_nvtpack = {
	.open = nvtpack_open, .refit = nvtpack_refit,
};

const struct format format_nvtpack = {
	.name = "nvtpack",
	.title = "Novatek update, NVTPACK and HDR2",
	.proves = "16-bit sum",
	.magic = (const struct magic[]){ { 0, 16, GUID_NEW }, { 0, 16, GUID_OLD },
					 { 0 } },
	.probe = nvtpack_probe,
	.wrap = &wrap_nvtpack,
};

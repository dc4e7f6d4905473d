/*
 * hwnp.c - updates of Huawei's fibre modems
 *
 *	image  = "HWNP" size:32be crc headers headcrc items :16 products:16
 *		 itemsize :32 products[products] { item } { data }
 *	item   = number crc offset size name[256] section[16] version[64] policy
 *		 :32
 *
 * Little-endian but for the size, which is 76 less than that of the whole.
 * headcrc is from itself on up to the data, crc from `headers` on to the end.
 */
#include <stdio.h>

#include "core/hash.h"
#include "core/work.h"
#include "scan/refit.h"

enum { HEADER = 36, ITEM = 360, LESS = 76, MOST_ITEMS = 256 };

struct hwnp {
	unsigned n;
	uint64_t table, data, end;
	struct slot s[MOST_ITEMS];
};

static bool get_hwnp(struct view v, struct hwnp *h)
{
	uint32_t n = peek32(v, 20, LITTLE);

	*h = (struct hwnp){ .n = n, .end = peek32(v, 4, BIG) + (uint64_t)LESS };
	h->table = HEADER + (uint64_t)peek16(v, 26, LITTLE);
	h->data = h->table + (uint64_t)n * ITEM;
	if (!n || n > MOST_ITEMS || peek32(v, 28, LITTLE) != ITEM ||
	    !view_has(v, 0, h->data))
		return false;
	for (unsigned i = 0; i < n; i++) {
		h->s[i].at = peek32(v, h->table + i * ITEM + 8, LITTLE);
		h->s[i].len = peek32(v, h->table + i * ITEM + 12, LITTLE);
		if (h->s[i].len && h->s[i].at < h->data)
			return false;
	}
	return slots_end(h->s, n) <= h->end;
}

static uint32_t head_crc(struct view v, const struct hwnp *h)
{
	return crc32_of(0, view_sub(v, 20, h->data - 20));
}

static uint32_t whole_crc(struct view v, uint64_t end)
{
	return crc32_of(0, view_sub(v, 12, end - 12));
}

static enum proof hwnp_probe(struct view image, uint64_t at, struct region *r)
{
	struct view v = view_from(image, at);
	bool head, whole;
	struct hwnp h;

	if (!get_hwnp(v, &h))
		return PROOF_NONE;
	head = head_crc(v, &h) == peek32(v, 16, LITTLE);
	region_size(r, image, h.end);
	if (!r->says)
		work_add(h.end);
	whole = head && !r->says && whole_crc(v, h.end) == peek32(v, 8, LITTLE);
	r->broken = !head || (!r->says && !whole);
	region_label(r, view_sub(v, HEADER, h.table - HEADER));
	region_detail(r, "%s, %u items", whole ? "crc32 ok twice" : !head ?
		      "header crc32 wrong" : r->says ? "cut off" : "crc32 wrong", h.n);
	region_number(r, "items", h.n);
	if (head)
		region_evidence(r, "header crc32 %08x", peek32(v, 16, LITTLE));
	if (whole)
		region_evidence(r, "crc32 %08x", peek32(v, 8, LITTLE));
	return whole ? PROOF_PROVEN : head || !r->says ? PROOF_PLAUSIBLE : PROOF_WEAK;
}

static int hwnp_open(struct view v, struct payload *inner, int most,
		     struct err *e)
{
	struct hwnp h;
	int n = 0;

	if (!get_hwnp(v, &h) || h.end > v.len)
		return fail_at(e, v.at, "HWNP cut off");
	for (unsigned i = 0; i < h.n && n < most; i++) {
		struct view section = view_sub(v, h.table + i * ITEM + 272, 16);

		if (!h.s[i].len)
			continue;
		inner[n] = (struct payload){ .v = view_sub(v, h.s[i].at, h.s[i].len) };
		snprintf(inner[n++].name, sizeof(inner->name), "%.16s",
			 (const char *)section.p);
	}
	return n;
}

static int item_of(const struct hwnp *h, int i)
{
	for (unsigned k = 0; k < h->n; k++)
		if (h->s[k].len && !i--)
			return (int)k;
	return -1;
}

static int hwnp_refit(struct view v, int i, struct view payload,
		      struct buf *out, struct err *e)
{
	size_t start = out->len;
	enum endian was = out->endian;
	struct view now;
	struct hwnp h;
	int k;

	if (!get_hwnp(v, &h) || h.end > v.len || (k = item_of(&h, i)) < 0 ||
	    !payload.len || payload.len > INT32_MAX)
		return fail_at(e, v.at, "this HWNP has no such item");
	put_slots(out, view_sub(v, 0, h.end), h.s, h.n, (unsigned)k, payload, 1);
	out->endian = BIG;
	patch32(out, start + 4, (uint32_t)(out->len - start - LESS));
	out->endian = LITTLE;
	for (unsigned n = 0; n < h.n; n++) {
		patch32(out, start + h.table + n * ITEM + 8, (uint32_t)h.s[n].at);
		patch32(out, start + h.table + n * ITEM + 12, (uint32_t)h.s[n].len);
	}
	patch32(out, start + h.table + (unsigned)k * ITEM + 4, crc32_of(0, payload));
	now = view_from(buf_view(out), start);
	patch32(out, start + 16, head_crc(now, &h));
	patch32(out, start + 8, whole_crc(now, now.len));
	put_view(out, view_from(v, h.end));
	out->endian = was;
	return 0;
}

static const struct wrap wrap_hwnp = { .open = hwnp_open, .refit = hwnp_refit };

const struct format format_hwnp = {
	.name = "hwnp",
	.title = "Huawei HWNP update",
	.proves = "CRC-32 of the headers and of the whole",
	.magic = (const struct magic[]){ { 0, 4, "HWNP" }, { 0 } },
	.probe = hwnp_probe,
	.wrap = &wrap_hwnp,
};

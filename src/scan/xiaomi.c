/*
 * xiaomi.c - HDR1 and HDR2, the updates of Xiaomi's routers
 *
 *	image     = header { blob } signature
 *	header    = "HDR1" signature crc :16 device:16 offset[8]
 *		  | "HDR2" signature crc :32 device:64 region:64 :64 :64 offset[8]
 *	blob      = 0xbabe flash size type:16 :16 name[32] data
 *	signature = size :32 :32 :32 bytes
 *
 * Little-endian; the CRC-32, not inverted at its end, is of all that follows
 * it. An unused offset is zero.
 */
#include <stdio.h>

#include "core/hash.h"
#include "core/log.h"
#include "core/work.h"
#include "scan/refit.h"

enum { SUMMED = 12, MOST_BLOBS = 8, BLOB = 48, SIGNATURE = 16, MOST_KEY = 4096 };

struct hdr {
	unsigned offsets;		/* where they stand */
	unsigned n;
	uint64_t at[MOST_BLOBS], len[MOST_BLOBS];	/* at: of its header */
	uint64_t signature, end;
	uint32_t key;			/* length of the signature */
};

static bool get_hdr(struct view v, struct hdr *h)
{
	*h = (struct hdr){ .offsets = view_is(v, 0, "HDR2", 4) ? 48 : 16 };
	h->signature = peek32(v, 4, LITTLE);
	h->key = peek32(v, h->signature, LITTLE);
	h->end = h->signature + SIGNATURE + h->key;
	for (unsigned i = 0; i < MOST_BLOBS; i++) {
		uint64_t at = peek32(v, h->offsets + 4 * i, LITTLE);

		if (!at)
			break;
		h->at[h->n] = at;
		h->len[h->n++] = peek32(v, at + 8, LITTLE);
		if (at < h->offsets + 4 * MOST_BLOBS || peek32(v, at, LITTLE) != 0xbabe ||
		    !view_has(v, at + BLOB, h->len[i]) ||
		    at + BLOB + h->len[i] > h->signature)
			return false;
	}
	return h->n && h->key <= MOST_KEY && view_has(v, 0, h->end);
}

static bool holds(struct view v, const struct hdr *h)
{
	return crc32_plain(~0u, view_sub(v, SUMMED, h->end - SUMMED)) ==
	       peek32(v, 8, LITTLE);
}

static enum proof xiaomi_probe(struct view image, uint64_t at, struct region *r)
{
	struct view v = view_from(image, at);
	struct hdr h;
	bool whole;

	if (!get_hdr(v, &h))
		return PROOF_NONE;
	work_add(h.end);
	whole = holds(v, &h);
	region_size(r, image, h.end);
	r->broken = !whole;
	if (h.offsets == 48)
		region_label(r, view_sub(v, 16, 8));
	region_detail(r, "%s, version %d, %u blob%s%s", whole ? "crc32 ok" :
		      "crc32 wrong", h.offsets == 48 ? 2 : 1, h.n, h.n == 1 ? "" : "s",
		      h.key ? ", signed" : "");
	region_number(r, "blobs", h.n);
	if (whole)
		region_evidence(r, "crc32 %08x", peek32(v, 8, LITTLE));
	return whole ? PROOF_PROVEN : PROOF_PLAUSIBLE;
}

static int xiaomi_open(struct view v, struct payload *inner, int most,
		       struct err *e)
{
	struct hdr h;
	int i;

	if (!get_hdr(v, &h))
		return fail_at(e, v.at, "Xiaomi update cut off");
	for (i = 0; i < most && (unsigned)i < h.n; i++) {
		struct view name = view_sub(v, h.at[i] + 16, 32);

		inner[i] = (struct payload){
			.v = view_sub(v, h.at[i] + BLOB, h.len[i]) };
		memcpy(inner[i].name, name.p, name.len);
	}
	return i;
}

/* What lies behind it moves by a multiple of four. */
static void put_blobs(struct buf *out, size_t start, struct view v,
		      const struct hdr *h, int k, struct view payload)
{
	uint64_t end = h->at[k] + BLOB + h->len[k], behind, grown;

	put_view(out, view_sub(v, 0, h->at[k] + BLOB));
	put_view(out, payload);
	behind = round_up(end, 4) < h->signature ? round_up(end, 4) : h->signature;
	for (unsigned i = 0; i < h->n; i++)
		if (h->at[i] >= end && h->at[i] < behind)
			behind = h->at[i];
	put_fill(out, 0, (behind - (out->len - start)) & 3);
	grown = out->len - start - behind;
	put_view(out, view_from(v, behind));
	patch32(out, start + h->at[k] + 8, (uint32_t)payload.len);
	for (unsigned i = 0; i < h->n; i++)
		if (h->at[i] >= end)
			patch32(out, start + h->offsets + 4 * i,
				(uint32_t)(h->at[i] + grown));
	patch32(out, start + 4, (uint32_t)(h->signature + grown));
}

static int xiaomi_refit(struct view v, int i, struct view payload,
			struct buf *out, struct err *e)
{
	size_t start = out->len;
	enum endian was = out->endian;
	struct view now;
	struct hdr h;

	if (!get_hdr(v, &h) || i < 0 || (unsigned)i >= h.n ||
	    payload.len > UINT32_MAX / 2)
		return fail_at(e, v.at, "this update has no such blob");
	out->endian = LITTLE;
	put_blobs(out, start, v, &h, i, payload);
	now = view_from(buf_view(out), start);
	if (h.key && !view_equal(payload, view_sub(v, h.at[i] + BLOB, h.len[i])))
		warn("xiaomi.signature", "the signature of the update does not hold "
		     "any more; Xiaomi's own web interface will refuse it");
	patch32(out, start + 8, crc32_plain(~0u, view_sub(now, SUMMED, h.end + now.len -
							  v.len - SUMMED)));
	out->endian = was;
	return 0;
}

static const struct wrap wrap_xiaomi = {
	.open = xiaomi_open, .refit = xiaomi_refit,
};

const struct format format_xiaomi = {
	.name = "xiaomi",
	.title = "Xiaomi update, HDR1 and HDR2",
	.proves = "CRC-32 of the whole",
	.magic = (const struct magic[]){ { 0, 4, "HDR1" }, { 0, 4, "HDR2" }, { 0 } },
	.probe = xiaomi_probe,
	.wrap = &wrap_xiaomi,
};

/*
 * trx.c - Broadcom's TRX, versions 1 and 2
 *
 *	image  = "HDR0" len crc flags:16 version:16 offset[3 or 4] parts
 *
 * Little-endian. len counts from "H", crc (initial ones, no final inversion)
 * is of everything from flags on. An unused offset is zero; a part reaches to
 * the next one.
 */
#include <stdio.h>

#include "core/hash.h"
#include "scan/stream.h"

enum { SUMMED = 12, MOST_PARTS = 4 };

struct trx {
	uint32_t len, crc, offset[MOST_PARTS + 1];
	unsigned version, n;	/* n parts; offset[n] is len */
};

static bool get_trx(struct view v, struct trx *t)
{
	struct cursor c = cursor(v, LITTLE);
	unsigned most;

	get_skip(&c, 4);
	t->len = get32(&c);
	t->crc = get32(&c);
	get_skip(&c, 2);
	t->version = get16(&c);
	if (t->version < 1 || t->version > 2)
		return false;
	most = t->version + 2;
	for (unsigned i = t->n = 0; i < most; i++) {
		uint32_t at = get32(&c);

		if (at)
			t->offset[t->n++] = at;
	}
	t->offset[t->n] = t->len;
	for (unsigned i = 0; i < t->n; i++)
		if (t->offset[i] < SUMMED + 4 + 4 * most ||
		    t->offset[i] > t->offset[i + 1])
			return false;
	return cursor_ok(&c) && t->len > c.pos;
}

static enum proof trx_probe(struct view image, uint64_t at, struct region *r)
{
	struct view v = view_from(image, at);
	struct trx t;
	bool whole;

	if (!get_trx(v, &t))
		return PROOF_NONE;
	region_size(r, image, t.len);
	whole = !r->says && crc32_plain(~0u, view_sub(v, SUMMED,
						      t.len - SUMMED)) == t.crc;
	r->broken = !whole && !r->says;
	if (whole)
		region_evidence(r, "crc32 %08x", t.crc);
	region_detail(r, "%s, version %u, %u part%s", whole ? "crc32 ok" :
		      r->says ? "cut off" : "crc32 wrong", t.version, t.n,
		      t.n == 1 ? "" : "s");
	region_number(r, "version", t.version);
	region_number(r, "parts", t.n);
	return whole ? PROOF_PROVEN : t.n ? PROOF_PLAUSIBLE : PROOF_WEAK;
}

static int trx_open(struct view v, struct payload *inner, int most,
		    struct err *e)
{
	struct trx t;
	int i;

	if (!get_trx(v, &t) || t.len > v.len)
		return fail_at(e, v.at, "TRX header damaged, or its image cut off");
	for (i = 0; i < most && (unsigned)i < t.n; i++) {
		inner[i] = (struct payload){ .v = view_sub(v, t.offset[i],
					     t.offset[i + 1] - t.offset[i]) };
		inner[i].codec = stream_sniff(inner[i].v);
		snprintf(inner[i].name, sizeof(inner[i].name), "part-%d", i);
	}
	return i;
}

/* What an offset is a multiple of, as far as flash cares. */
static uint32_t alignment(uint32_t at)
{
	uint32_t low = at & -at;

	return low > 1 << 16 ? 1 << 16 : low;
}

static void pad_to(struct buf *out, size_t start, uint32_t was)
{
	put_fill(out, 0, -(out->len - start) & (alignment(was) - 1));
}

/* Parts behind the new one move, each to an address as round as before. */
static int trx_refit(struct view v, int i, struct view payload,
		     struct buf *out, struct err *e)
{
	size_t start = out->len;
	enum endian was = out->endian;
	unsigned slot = 0;
	struct trx t;

	if (!get_trx(v, &t) || t.len > v.len || i < 0 || (unsigned)i >= t.n)
		return fail_at(e, v.at, "TRX header damaged, or its image cut off");
	out->endian = LITTLE;
	put_view(out, view_sub(v, 0, t.offset[0]));
	for (unsigned k = 0; k < t.n; k++, slot++) {
		while (!peek32(v, 16 + 4 * slot, LITTLE))
			slot++;
		pad_to(out, start, t.offset[k]);
		patch32(out, start + 16 + 4 * slot, (uint32_t)(out->len - start));
		put_view(out, k == (unsigned)i ? payload :
			 view_sub(v, t.offset[k], t.offset[k + 1] - t.offset[k]));
	}
	pad_to(out, start, t.len);
	patch32(out, start + 4, (uint32_t)(out->len - start));
	patch32(out, start + 8, crc32_plain(~0u, view_from(buf_view(out),
							   start + SUMMED)));
	out->endian = was;
	return 0;
}

static const struct wrap wrap_trx = { .open = trx_open, .refit = trx_refit };

const struct format format_trx = {
	.name = "trx",
	.title = "Broadcom TRX image",
	.proves = "CRC-32 of the whole",
	.suffix = ".trx",
	.magic = (const struct magic[]){ { 0, 4, "HDR0" }, { 0 } },
	.probe = trx_probe,
	.wrap = &wrap_trx,
};

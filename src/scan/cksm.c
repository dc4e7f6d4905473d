/*
 * cksm.c - CKSM, a summed part of Novatek's updates
 *
 *	header	= "CKSM" version=0x16040719 method sum offset size padding kind
 *		  zeros up to offset
 *
 * Little-endian; the sum, as novatek.h says, is of header, data and padding.
 */
#include "scan/novatek.h"

enum { HEADER = 64, SUM = 12, SIZE = 0x14, PADDING = 0x18, MOST = 1 << 30 };

struct cksm { uint64_t at, size, padding, end; };

static bool get_cksm(struct view v, struct cksm *c)
{
	c->at = peek32(v, 0x10, LITTLE);
	c->size = peek32(v, SIZE, LITTLE);
	c->padding = peek32(v, PADDING, LITTLE);
	c->end = c->at + c->size + c->padding;
	return c->at >= HEADER && c->at <= 4096 && c->size && c->size <= MOST &&
	       c->padding <= MOST && view_has(v, 0, HEADER);
}

static enum proof cksm_probe(struct view image, uint64_t at, struct region *r)
{
	struct view v = view_from(image, at);
	struct cksm c;
	bool holds;

	if (!get_cksm(v, &c))
		return PROOF_NONE;
	region_size(r, image, c.end);
	holds = !r->says && !novatek_sum(view_sub(v, 0, c.end));
	r->broken = !holds && !r->says;
	region_detail(r, "%s", holds ? "sum ok" : r->says ? "cut off" : "sum wrong");
	if (holds)
		region_evidence(r, "16-bit sum is zero");
	return holds ? PROOF_PROVEN : PROOF_PLAUSIBLE;
}

static int cksm_open(struct view v, struct payload *inner, int most,
		     struct err *e)
{
	struct cksm c;

	if (!get_cksm(v, &c) || c.end > v.len)
		return fail_at(e, v.at, "CKSM cut off");
	if (most > 0)
		inner[0] = (struct payload){ .v = view_sub(v, c.at, c.size) };
	return most > 0;
}

/* It was filled up to a multiple of four, if it ended on one. */
static int cksm_refit(struct view v, int i, struct view payload,
		      struct buf *out, struct err *e)
{
	size_t start = out->len;
	enum endian was = out->endian;
	struct cksm c;

	if (i || !get_cksm(v, &c) || c.end > v.len || !payload.len ||
	    payload.len > MOST)
		return fail_at(e, v.at, "not such a CKSM");
	out->endian = LITTLE;
	put_view(out, view_sub(v, 0, c.at));
	put_view(out, payload);
	if (payload.len == c.size) {
		put_view(out, view_from(v, c.at + c.size));
	} else {
		put_fill(out, 0, c.end & 3 ? c.padding : -(c.at + payload.len) & 3);
		patch32(out, start + SIZE, (uint32_t)payload.len);
		patch32(out, start + PADDING,
			(uint32_t)(out->len - start - c.at - payload.len));
	}
	patch32(out, start + SUM, 0);
	patch32(out, start + SUM,
		(uint16_t)-novatek_sum(view_from(buf_view(out), start)));
	out->endian = was;
	return 0;
}

static const struct wrap wrap_cksm = { .open = cksm_open, .refit = cksm_refit };

const struct format format_cksm = {
	.name = "cksm",
	.title = "Novatek CKSM, a summed part",
	.proves = "16-bit sum of the whole",
	.magic = (const struct magic[]){ { 0, 8, "CKSM\x19\x07\x04\x16" }, { 0 } },
	.probe = cksm_probe,
	.wrap = &wrap_cksm,
};

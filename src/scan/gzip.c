/* gzip.c - gzip streams (RFC 1952) */
#include "scan/stream.h"

enum { FEXTRA = 4, FNAME = 8 };

static void name_it(struct view v, uint8_t flags, struct region *r)
{
	struct cursor c = cursor(v, LITTLE);

	get_skip(&c, 10);
	if (flags & FEXTRA)
		get_skip(&c, get16(&c));
	if (flags & FNAME && cursor_ok(&c))
		region_label(r, view_upto(v, c.pos, sizeof(r->label)));
}

static enum proof gzip_probe(struct view image, uint64_t at, struct region *r)
{
	struct view v = view_from(image, at);
	enum proof p;

	/* flags, then after the time the level (0, 2, 4) and the system */
	if (!view_has(v, 0, 18) || v.p[3] & 0xe0 || v.p[8] & ~6 ||
	    (v.p[9] > 13 && v.p[9] != 255) ||
	    (!(v.p[3]) && (v.p[10] & 6) == 6))
		return PROOF_NONE;
	p = stream_probe(codec_named("gzip"), v, r);
	if (p != PROOF_NONE)
		name_it(v, v.p[3], r);
	if (r->label[0])
		region_detail(r, "%s", r->label);
	return p;
}

const struct format format_gzip = {
	.name = "gzip",
	.title = "gzip stream",
	.proves = "CRC-32 of the content",
	.suffix = ".gz",
	.embedded = true,
	.magic = (const struct magic[]){ { 0, 3, "\x1f\x8b\x08" }, { 0 } },
	.probe = gzip_probe,
	.wrap = &wrap_stream,
};

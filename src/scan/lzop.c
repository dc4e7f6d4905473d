/* lzop.c - files of lzop */
#include "scan/stream.h"

static enum proof lzop_probe(struct view image, uint64_t at, struct region *r)
{
	struct view v = view_from(image, at);
	unsigned version = peek16(v, 9, BIG), name = version < 0x940 ? 28 : 33;
	enum proof p;

	if (version < 0x900 || version > 0x2000 || !view_has(v, 0, 42))
		return PROOF_NONE;
	p = stream_probe(codec_named("lzop"), v, r);
	if (p > PROOF_WEAK)
		region_label(r, view_sub(v, name + 1, v.p[name]));
	if (r->label[0])
		region_detail(r, "%s", r->label);
	return p;
}

const struct format format_lzop = {
	.name = "lzop",
	.title = "lzop file",
	.proves = "checksum of the content",
	.suffix = ".lzo",
	.embedded = true,
	.magic = (const struct magic[]){
		{ 0, 9, "\x89LZO\x00\r\n\x1a\n" }, { 0 }
	},
	.probe = lzop_probe,
	.wrap = &wrap_stream,
};

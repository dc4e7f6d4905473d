/* bzip2.c - bzip2 streams */
#include "scan/stream.h"

static enum proof bzip2_probe(struct view image, uint64_t at, struct region *r)
{
	struct view v = view_from(image, at);
	uint32_t origin = peek32(v, 14, BIG) >> 7 & 0xffffff;

	/* "BZh" level, then the mark of a block, crc, 0 bit, origin:24 */
	if (!view_has(v, 0, 24) || v.p[3] < '1' || v.p[3] > '9' ||
	    !view_is(v, 4, "1AY&SY", 6) || v.p[14] & 0x80 ||
	    origin > (v.p[3] - '0') * 100000u)
		return PROOF_NONE;
	return stream_probe(codec_named("bzip2"), v, r);
}

const struct format format_bzip2 = {
	.name = "bzip2",
	.title = "bzip2 stream",
	.proves = "CRC-32 of the content",
	.suffix = ".bz2",
	.embedded = true,
	.magic = (const struct magic[]){ { 0, 3, "BZh" }, { 0 } },
	.probe = bzip2_probe,
	.wrap = &wrap_stream,
};

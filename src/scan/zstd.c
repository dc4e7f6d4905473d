/* zstd.c - zstd frames */
#include "scan/stream.h"

/*
 * Magic, descriptor with a reserved bit, [window], [dictionary], [size], then
 * the first block: last:1 type:2 size:21, where type 3 is reserved.
 */
static enum proof zstd_probe(struct view image, uint64_t at, struct region *r)
{
	static const uint8_t size_bytes[] = { 0, 2, 4, 8 };
	struct view v = view_from(image, at);
	unsigned d, skip;

	if (!view_has(v, 0, 20) || v.p[4] & 0x0b)
		return PROOF_NONE;	/* no dictionary either: not ours */
	d = v.p[4];
	skip = 5 + !(d & 0x20) + size_bytes[d >> 6] + (d >> 6 == 0 && d & 0x20);
	if ((peek32(v, skip, LITTLE) & 6) == 6 ||
	    (peek32(v, skip, LITTLE) >> 3 & 0x1fffff) > 128 << 10)
		return PROOF_NONE;
	return stream_probe(codec_named("zstd"), v, r);
}

const struct format format_zstd = {
	.name = "zstd",
	.title = "zstd frame",
	.proves = "checksum of the content",
	.suffix = ".zst",
	.embedded = true,
	.magic = (const struct magic[]){ { 0, 4, "\x28\xb5\x2f\xfd" }, { 0 } },
	.probe = zstd_probe,
	.wrap = &wrap_stream,
};

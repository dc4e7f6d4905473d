/* xz.c - xz streams */
#include "core/hash.h"
#include "scan/stream.h"

static const char *const checks[16] = {
	[0] = "no check", [1] = "crc32", [4] = "crc64", [10] = "sha256",
};

static enum proof xz_probe(struct view image, uint64_t at, struct region *r)
{
	struct view v = view_from(image, at);

	/* magic[6] flags[2] crc32 of the flags */
	if (!view_has(v, 0, 32) || v.p[6] || v.p[7] > 15 ||
	    peek32(v, 8, LITTLE) != crc32_of(0, view_sub(v, 6, 2)))
		return PROOF_NONE;
	region_detail(r, "%s", checks[v.p[7]] ? checks[v.p[7]] : "unknown check");
	return stream_probe(codec_named("xz"), v, r);
}

const struct format format_xz = {
	.name = "xz",
	.title = "xz stream",
	.proves = "the check of the content",
	.suffix = ".xz",
	.embedded = true,
	.magic = (const struct magic[]){ { 0, 6, "\xfd" "7zXZ" }, { 0 } },
	.probe = xz_probe,
	.wrap = &wrap_stream,
};

/* lz4.c - lz4 frames, and the legacy layout that Linux kernels have */
#include "scan/stream.h"

/* A frame's descriptor: version 01, no reserved bit, block size 4 to 7. */
static enum proof lz4_probe(struct view image, uint64_t at, struct region *r)
{
	struct view v = view_from(image, at);

	if (!view_has(v, 0, 11) || (v.p[4] & 0xc2) != 0x40 || v.p[5] & 0x8f ||
	    v.p[5] >> 4 < 4)
		return PROOF_NONE;
	return stream_probe(codec_named("lz4"), v, r);
}

/*
 * A legacy block is { length, token, ... }: the first sequence has literals,
 * as there is nothing yet to copy from, and nothing checks them.
 */
static enum proof legacy_probe(struct view image, uint64_t at, struct region *r)
{
	struct view v = view_from(image, at);
	uint32_t len = peek32(v, 4, LITTLE);

	if (!view_has(v, 0, 16) || len < 8 || len > 9u << 20 ||
	    v.p[8] < 0x10 || (len < (8u << 20) && !view_has(v, 8, len)))
		return PROOF_NONE;
	return stream_probe(codec_named("lz4-legacy"), v, r);
}

const struct format format_lz4 = {
	.name = "lz4",
	.title = "lz4 frame",
	.proves = "checksum of the content",
	.suffix = ".lz4",
	.embedded = true,
	.magic = (const struct magic[]){ { 0, 4, "\x04\x22\x4d\x18" }, { 0 } },
	.probe = lz4_probe,
	.wrap = &wrap_stream,
};

const struct format format_lz4_legacy = {
	.name = "lz4-legacy",
	.title = "lz4 stream, legacy layout",
	.suffix = ".lz4",
	.embedded = true,
	.magic = (const struct magic[]){ { 0, 4, "\x02\x21\x4c\x18" }, { 0 } },
	.probe = legacy_probe,
	.wrap = &wrap_stream,
};

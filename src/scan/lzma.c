/*
 * lzma.c - LZMA with the 13-byte header of the first tools ("alone")
 *
 *	stream = props:8 dict:32 size:64 0:8 code
 *
 * Little-endian; props = (pb * 5 + lp) * 9 + lc. There is no magic and no
 * checksum. But damage puts the range coder out of step for good: it ends
 * with zero where the encoder said only if nothing was amiss, which is one
 * chance in 2^32. Where the end is not reached, nothing is believed.
 */
#include "core/text.h"
#include "core/work.h"
#include "scan/stream.h"

#define MOST (UINT64_C(1) << 30)
/* STARTING: what it costs to set the decoder up, in bytes as work.h has it. */
enum { FEW = 512, STARTING = 1 << 16 };

static enum proof lzma_probe(struct view image, uint64_t at, struct region *r)
{
	struct view v = view_from(image, at);
	bool stated, whole;
	struct decoded d;
	struct err e;

	if (!lzma_header(v) || !peek32(v, 14, BIG))
		return PROOF_NONE;
	whole = codec_named("lzma")->decode(v, MOST, NULL, &d, &e) == 0;
	work_add(STARTING + 16 * (d.used + d.size));
	if (!whole || !d.ended)
		return PROOF_NONE;
	stated = peek32(v, 9, LITTLE) != UINT32_MAX;
	r->size = d.used;
	region_number(r, "unpacked", d.size);
	region_number(r, "dictionary", peek32(v, 1, LITTLE));
	region_detail(r, "%s unpacked, %s", size_text(d.size).text,
		      stated ? "as it says" : "to its end mark");
	region_evidence(r, "range coder ends at zero");
	return d.used >= FEW ? PROOF_PROVEN : PROOF_PLAUSIBLE;
}

/* The properties in use, each with dictionaries of 64 KiB and more, or less. */
const struct format format_lzma = {
	.name = "lzma",
	.title = "LZMA stream (alone)",
	.proves = "range coder at zero where it ends",
	.suffix = ".lzma",
	.embedded = true,
	.magic = (const struct magic[]){
		{ 0, 3, "\x5d\0\0" },			/* lc 3 lp 0 pb 2 */
		{ 0, 3, "\x6d\0\0" }, { 0, 3, "\x5e\0\0" },
		{ 0, 3, "\x5c\0\0" }, { 0, 3, "\x2c\0\0" },
		{ 0, 3, "\x5a\0\0" }, { 0, 3, "\x66\0\0" },
		{ 0, 5, "\x5d\0\x10\0\0" }, { 0, 5, "\x5d\0\x20\0\0" },
		{ 0, 5, "\x5d\0\x40\0\0" }, { 0, 5, "\x5d\0\x80\0\0" },
		{ 0 }
	},
	.probe = lzma_probe,
	.wrap = &wrap_stream,
};

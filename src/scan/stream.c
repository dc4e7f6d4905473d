/* stream.c - a compressed stream, unpacked to see whether it is one */
#include "scan/stream.h"

#include "core/text.h"
#include "core/work.h"

/*
 * Enough for any flash there is, and it bounds the time that a bomb costs.
 * FEW: what random bytes do not reach before they break the rules.
 */
#define MOST (UINT64_C(1) << 30)
enum { FEW = 4096 };

static enum proof whole(const struct decoded *d, struct region *r)
{
	region_number(r, "unpacked", d->size);
	if (d->checked)
		region_evidence(r, "checksum of the content");
	region_detail(r, "%s unpacked%s", size_text(d->size).text,
		      d->checked ? ", checksum ok" : "");
	return d->checked ? PROOF_PROVEN : PROOF_PLAUSIBLE;
}

static enum proof partial(const struct decoded *d, struct view v,
			  struct region *r)
{
	r->broken = d->ended || d->used != v.len;
	if (d->ended)
		region_detail(r, "%s unpacked, checksum wrong",
			      size_text(d->size).text);
	else if (d->used == v.len)
		region_detail(r, "cut off after %s", size_text(d->used).text);
	else
		region_detail(r, "damaged after %s", size_text(d->used).text);
	return d->ended || d->size >= FEW ? PROOF_PLAUSIBLE : PROOF_WEAK;
}

enum proof stream_probe(const struct codec *c, struct view v, struct region *r)
{
	struct decoded d;
	struct err e;
	int failed = c->decode(v, MOST, NULL, &d, &e);

	work_add(4 * (d.used + d.size));
	if (failed < 0) {
		r->size = d.used;
		return partial(&d, v, r);
	}
	r->size = d.used;
	if (d.ended)
		return whole(&d, r);
	region_detail(r, "more than 1 GiB unpacked");
	return PROOF_PLAUSIBLE;
}

bool lzma_header(struct view v)
{
	uint32_t dict = peek32(v, 1, LITTLE);
	uint32_t low = peek32(v, 5, LITTLE), high = peek32(v, 9, LITTLE);
	uint32_t top = dict;

	if (!view_has(v, 0, 18) || v.p[0] >= 9 * 5 * 5 || v.p[13])
		return false;
	while (top & (top - 1))
		top &= top - 1;
	if (dict < 4096 || (dict != top && dict != top + top / 2))
		return false;
	if (low == UINT32_MAX && high == UINT32_MAX)
		return true;
	return !high && low >= 16 && low <= 1u << 30;
}

const struct codec *stream_sniff(struct view v)
{
	static const struct { const char *codec; unsigned len; const char *bytes; }
	known[] = {
		{ "gzip", 3, "\x1f\x8b\x08" },
		{ "xz", 6, "\xfd" "7zXZ" },
		{ "bzip2", 3, "BZh" },
		{ "lzop", 9, "\x89LZO\x00\r\n\x1a\n" },
		{ "lz4", 4, "\x04\x22\x4d\x18" },
		{ "lz4-legacy", 4, "\x02\x21\x4c\x18" },
		{ "zstd", 4, "\x28\xb5\x2f\xfd" },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (view_is(v, 0, known[i].bytes, known[i].len))
			return codec_named(known[i].codec);
	return lzma_header(v) ? codec_named("lzma") : NULL;
}

static int stream_open(struct view v, struct payload *inner, int most,
		       struct err *e)
{
	const struct codec *codec = stream_sniff(v);

	if (!codec)
		return fail_at(e, v.at, "not a compressed stream");
	if (most > 0)
		inner[0] = (struct payload){ .v = v, .codec = codec };
	return most > 0;
}

static int stream_refit(struct view v, int i, struct view payload,
			struct buf *out, struct err *e)
{
	if (i)
		return fail_at(e, v.at, "a stream holds one thing only");
	put_view(out, payload);
	return 0;
}

const struct wrap wrap_stream = { .open = stream_open, .refit = stream_refit };

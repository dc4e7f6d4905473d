/*
 * zimage_wrap.c - the kernel packed into an ARM zImage
 *
 * The program around it knows where the stream begins and ends: neither moves.
 * The last four bytes of that place are the unpacked length, little-endian; in
 * a gzip stream they are its own end, behind the others they were appended.
 * A shorter stream is followed by zeros up to them, which all of the kernel's
 * unpackers leave alone.
 */
#include "core/work.h"
#include "scan/stream.h"
#include "scan/zimage.h"

enum { LEAST_KERNEL = 64 << 10, MOST_KERNEL = 256 << 20, HEAD = 0x30 };

struct piggy {
	const struct codec *codec;
	uint64_t at, used;		/* the stream */
	uint64_t word;			/* where the length is */
};

/* Behind the stream, maybe after zeros, or its own last four bytes. */
static bool find_word(struct view v, uint64_t size, struct piggy *p)
{
	uint64_t end = p->at + p->used;
	uint64_t zeros = view_run(view_from(v, end), 0);

	for (uint64_t k = zeros < 3 ? 0 : zeros - 3; k <= zeros; k++) {
		p->word = end + k;
		if (view_has(v, p->word, 4) &&
		    peek32(v, p->word, LITTLE) == (uint32_t)size)
			return true;
	}
	p->word = end - 4;
	return peek32(v, p->word, LITTLE) == (uint32_t)size;
}

static bool try_at(struct view v, uint64_t at, struct piggy *p)
{
	struct view s = view_from(v, at);
	struct decoded d;
	struct err e;

	p->codec = stream_sniff(s);
	if (!p->codec || p->codec->decode(s, MOST_KERNEL, NULL, &d, &e) < 0 ||
	    !d.ended || d.size < LEAST_KERNEL)
		return false;
	work_add(4 * d.size);
	p->at = at;
	p->used = d.used;
	return find_word(v, d.size, p);
}

static bool find_piggy(struct view v, struct piggy *p)
{
	unsigned tries = 0;

	for (uint64_t at = HEAD; at + 16 < v.len && tries < 64; at++) {
		if (!stream_sniff(view_upto(v, at, 32)))
			continue;
		tries++;
		if (try_at(v, at, p))
			return true;
	}
	return false;
}

static int zimage_open(struct view v, struct payload *inner, int most,
		       struct err *e)
{
	struct piggy p;

	if (!find_piggy(v, &p))
		return fail_at(e, v.at, "no packed kernel is found in the zImage");
	if (most > 0)
		inner[0] = (struct payload){ .v = view_sub(v, p.at, p.used),
					     .name = "kernel", .codec = p.codec };
	return most > 0;
}

static int too_large(uint64_t n, uint64_t room, struct err *e)
{
	return fail(e, ERR_LIMIT, "the packed kernel in a zImage needs %llu bytes, "
		    "room for %llu (%llu bytes too many); make what is in it smaller",
		    (unsigned long long)n, (unsigned long long)room,
		    (unsigned long long)(n - room));
}

static int zimage_refit(struct view v, int i, struct view payload,
			struct buf *out, struct err *e)
{
	size_t start = out->len;
	enum endian was = out->endian;
	struct decoded d;
	struct piggy p;
	uint64_t end;

	if (i || !find_piggy(v, &p))
		return fail_at(e, v.at, "no packed kernel is found in the zImage");
	if (p.codec->decode(payload, MOST_KERNEL, NULL, &d, e) < 0)
		return -1;
	/* A gzip that is as long as the old one ends with the length itself. */
	if (payload.len > p.word - p.at && payload.len != p.used)
		return too_large(payload.len, p.word - p.at, e);
	end = p.word < p.at + p.used ? p.at + p.used : p.word;
	put_view(out, view_sub(v, 0, p.at));
	put_view(out, payload);
	put_fill(out, 0, end - p.at - payload.len);
	put_view(out, view_from(v, end));
	out->endian = LITTLE;
	patch32(out, start + p.word, (uint32_t)d.size);
	out->endian = was;
	return 0;
}

const struct wrap wrap_zimage = {
	.open = zimage_open, .refit = zimage_refit,
};

/*
 * zimage_wrap.c - the kernel packed into an ARM zImage
 *
 * The program around it knows where the stream begins and ends: neither moves.
 */
#include "scan/stream.h"
#include "scan/zimage.h"

enum { HEAD = 0x30, MOST_TRIES = 64 };

static bool find_piggy(struct view v, struct piggy *p)
{
	unsigned tries = 0;

	for (uint64_t at = HEAD; at + 16 < v.len && tries < MOST_TRIES; at++) {
		if (!stream_sniff(view_upto(v, at, 32)))
			continue;
		tries++;
		if (piggy_at(v, at, p))
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
	return piggy_open(v, &p, inner, most);
}

static int zimage_refit(struct view v, int i, struct view payload,
			struct buf *out, struct err *e)
{
	struct piggy p;

	if (i || !find_piggy(v, &p))
		return fail_at(e, v.at, "no packed kernel is found in the zImage");
	return piggy_refit(v, &p, payload, 0, out, e);
}

const struct wrap wrap_zimage = {
	.open = zimage_open, .refit = zimage_refit,
};

/*
 * bneg.c - BNEG, the updates of Instar's cameras
 *
 *	image = "BNEG" major minor size[2] data[2]
 *
 * Little-endian. There is no sum: it is one if both parts are there, and in
 * one of them begins something that is known.
 */
#include <stdio.h>

#include "scan/refit.h"

enum { HEADER = 20, PARTS = 2, MOST = 256 << 20 };

struct bneg { uint32_t major, minor, size[PARTS]; uint64_t end; };

static bool get_bneg(struct view v, struct bneg *b)
{
	struct cursor c = cursor(v, LITTLE);

	get_skip(&c, 4);
	b->major = get32(&c);
	b->minor = get32(&c);
	b->size[0] = get32(&c);
	b->size[1] = get32(&c);
	b->end = HEADER + (uint64_t)b->size[0] + b->size[1];
	return cursor_ok(&c) && b->major < 256 && b->minor < 256 && b->size[0] &&
	       b->size[0] < MOST && b->size[1] < MOST;
}

static struct view part_of(struct view v, const struct bneg *b, int i)
{
	return view_sub(v, HEADER + (i ? b->size[0] : 0), b->size[i]);
}

static enum proof bneg_probe(struct view image, uint64_t at, struct region *r)
{
	struct view v = view_from(image, at);
	struct bneg b;
	bool known;

	if (!get_bneg(v, &b))
		return PROOF_NONE;
	region_size(r, image, b.end);
	known = has_object(part_of(v, &b, 0)) || has_object(part_of(v, &b, 1));
	region_detail(r, "version %u.%u, no sum", b.major, b.minor);
	return !r->says && (known || b.end == v.len) ? PROOF_PLAUSIBLE : PROOF_WEAK;
}

static int bneg_open(struct view v, struct payload *inner, int most,
		     struct err *e)
{
	struct bneg b;
	int n = 0;

	if (!get_bneg(v, &b) || b.end > v.len)
		return fail_at(e, v.at, "BNEG cut off");
	for (int i = 0; i < PARTS && n < most; i++) {
		if (!b.size[i])
			continue;
		inner[n] = (struct payload){ .v = part_of(v, &b, i) };
		snprintf(inner[n++].name, sizeof(inner->name), "part-%d", i + 1);
	}
	return n;
}

/* The first part always has a size. */
static int bneg_refit(struct view v, int i, struct view payload,
		      struct buf *out, struct err *e)
{
	size_t start = out->len;
	enum endian was = out->endian;
	struct bneg b;

	if (!get_bneg(v, &b) || b.end > v.len || i < 0 || i >= PARTS || !b.size[i] ||
	    payload.len >= MOST)
		return fail_at(e, v.at, "this BNEG has no such part");
	out->endian = LITTLE;
	put_view(out, view_sub(v, 0, HEADER + (i ? b.size[0] : 0)));
	put_view(out, payload);
	put_view(out, view_from(v, i ? b.end : HEADER + (uint64_t)b.size[0]));
	patch32(out, start + 12 + 4 * (unsigned)i, (uint32_t)payload.len);
	out->endian = was;
	return 0;
}

static const struct wrap wrap_bneg = { .open = bneg_open, .refit = bneg_refit };

const struct format format_bneg = {
	.name = "bneg",
	.title = "Instar BNEG update",
	.magic = (const struct magic[]){ { 0, 4, "BNEG" }, { 0 } },
	.probe = bneg_probe,
	.wrap = &wrap_bneg,
};

/*
 * fit_wrap.c - what is inside a FIT, and how to put it back
 *
 * Data inside the tree is a property: when its length changes, what lies
 * behind it in the tree moves, and three numbers of the header change. Data
 * behind the tree moves what lies behind it there, and the cells that say so.
 * The digests are made again; a signature cannot be.
 */
#include "core/log.h"
#include "scan/fit.h"
#include "scan/stream.h"

static int fit_payloads(struct view v, struct payload *inner, int most,
			struct err *e)
{
	struct fit_image m;
	struct fit f;
	int n = 0;

	if (!fit_open(v, &f))
		return fail_at(e, v.at, "not a FIT image");
	while (n < most && fit_next(&f, &m)) {
		struct region name = { 0 };

		inner[n] = (struct payload){ .v = m.data };
		region_label(&name, view_text(m.name));
		memcpy(inner[n].name, name.label, sizeof(name.label));
		if (m.compression.len && !view_is(m.compression, 0, "none", 4))
			inner[n].codec = stream_sniff(m.data);
		n += m.data.len > 0;
	}
	return n;
}

/* Where one payload was, and by how much what lies behind it has moved. */
struct move {
	struct view v;			/* the whole as it was */
	struct buf *out;
	size_t start;			/* of the new one in out */
	uint64_t end;			/* what was here and behind moves ... */
	uint64_t by;			/* ... so far, modulo 2^64 */
	bool in_tree;
};

/* Where a byte of the old image lies in out. */
static size_t moved(const struct move *m, const uint8_t *p)
{
	uint64_t at = (uint64_t)(p - m->v.p);

	return m->start + (size_t)(at < m->end ? at : at + m->by);
}

static void patch_cell(struct move *m, struct view cell, uint64_t x)
{
	if (cell.len == 4)
		patch32(m->out, moved(m, cell.p), (uint32_t)x);
}

/* Offsets in the header of what lies behind, and the two sizes. */
static void patch_header(struct move *m)
{
	static const unsigned offsets[] = { 8, 12, 16 };

	for (int i = 0; i < 3; i++)
		if (peek32(m->v, offsets[i], BIG) >= m->end)
			patch_cell(m, view_sub(m->v, offsets[i], 4),
				   peek32(m->v, offsets[i], BIG) + m->by);
	patch_cell(m, view_sub(m->v, 4, 4), peek32(m->v, 4, BIG) + m->by);
	if (peek32(m->v, 20, BIG) >= 17)
		patch_cell(m, view_sub(m->v, 36, 4),
			   peek32(m->v, 36, BIG) + m->by);
}

/* The cells of the other images whose data has moved. */
static void patch_others(struct move *m, struct fit *f)
{
	uint64_t base = (f->total + 3) & ~UINT64_C(3);
	struct fit_image i;

	while (fit_next(f, &i)) {
		uint64_t offset = peek32(i.offset, 0, BIG);
		uint64_t position = peek32(i.position, 0, BIG);

		if (i.position.len && position >= m->end)
			patch_cell(m, i.position, position + m->by);
		else if (i.offset.len && !m->in_tree && base + offset >= m->end)
			patch_cell(m, i.offset, offset + m->by);
	}
}

static int mend(struct move *m, const struct fit_image *i, struct view data,
		struct err *e)
{
	if (i->more && !view_equal(data, i->data))
		return fail(e, ERR_UNSUPPORTED, "more than %d hashes of one image of a "
			    "FIT; nothing is changed in it", FIT_HASHES);
	patch_cell(m, i->size, data.len);
	for (unsigned k = 0; k < i->nhash; k++) {
		struct view value = i->hash[k].value;
		struct buf digest = { 0 };
		bool known = fit_digest(i->hash[k].algo, data, &digest);

		if (known && digest.len == value.len && value.len)
			memcpy(m->out->p + moved(m, value.p), digest.p, value.len);
		buf_free(&digest);
		if (!known && !view_equal(data, i->data))
			return fail(e, ERR_UNSUPPORTED,
				    "hash %.16s of a FIT is not known here",
				    (const char *)i->hash[k].algo.p);
	}
	return 0;
}

static bool find_image(struct fit *f, struct view v, int i,
		       struct fit_image *image)
{
	if (!fit_open(v, f))
		return false;
	while (fit_next(f, image))
		if (image->data.len && !i--)
			return true;
	return false;
}

static bool is_signed(struct view v)
{
	struct fit_image i;
	struct fit f;

	if (fit_open(v, &f))
		while (fit_next(&f, &i))
			;
	return f.is_signed;
}

/* Everything up to the payload, the payload, everything behind it. */
static void put_all(struct move *m, const struct fit_image *was,
		    struct view payload)
{
	uint64_t at = (uint64_t)(was->data.p - m->v.p), end = at + was->data.len;
	struct view pad = view_upto(m->v, end, -was->data.len & 3);

	put_view(m->out, view_sub(m->v, 0, at));
	put_view(m->out, payload);
	if (view_equal(payload, was->data))
		put_view(m->out, pad);
	else
		put_fill(m->out, 0, -payload.len & 3);
	m->in_tree = !was->behind;
	m->end = end + pad.len;
	m->by = m->out->len - m->start - m->end;
	put_view(m->out, view_from(m->v, m->end));
	if (!m->in_tree)
		return;
	patch_header(m);
	patch32(m->out, m->start + (size_t)at - 8, (uint32_t)payload.len);
}

static int fit_refit(struct view v, int i, struct view payload,
		     struct buf *out, struct err *e)
{
	struct move m = { .v = v, .out = out, .start = out->len };
	enum endian was = out->endian;
	struct fit_image image;
	struct fit f;
	int r;

	if (!find_image(&f, v, i, &image) || payload.len > UINT32_MAX / 2)
		return fail_at(e, v.at, "this FIT has no such image");
	if (!image.behind && image.size.len)
		return fail_at(e, v.at, "data of a FIT lies across its tree");
	if (is_signed(v) && !view_equal(payload, image.data))
		warn_at("fit.signature", v.at, "this FIT is signed, and its signature "
			"does not hold any more: %.40s was changed; a boot loader that "
			"checks it refuses the image unless it is signed again",
			image.name);
	out->endian = BIG;
	put_all(&m, &image, payload);
	if (fit_open(v, &f))
		patch_others(&m, &f);
	r = mend(&m, &image, payload, e);
	out->endian = was;
	return r;
}

const struct wrap wrap_fit = { .open = fit_payloads, .refit = fit_refit };

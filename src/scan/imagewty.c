/*
 * imagewty.c - IMAGEWTY, images that PhoenixSuit writes to Allwinner's boards
 *
 *	image	= "IMAGEWTY" version header-size :32 :32 size :32 ... files:32 ...
 *		  { file } { data }
 *	file	= 256 1024 main[8] sub[16] ... name[256] stored length offset
 *
 * Little-endian, 1024 bytes each. In version 0x300 the number of files and
 * what stands behind the name are elsewhere than before. Beside some file X is
 * one called VX, which holds the sum of the 32-bit words of X.
 */
#include <stdio.h>

#include "core/work.h"
#include "scan/refit.h"

enum { HEADER = 1024, FILE_HEADER = 1024, MOST_FILES = 256, SIZE = 24, NAME = 256,
       GRAIN = 16 };

/* Where things stand in the header and in that of a file. */
struct layout { unsigned files, name, stored, length, offset; };

static const struct layout v1 = { 56, 52, 36, 40, 44 };
static const struct layout v3 = { 60, 36, 292, 300, 308 };

struct wty {
	const struct layout *l;
	unsigned n;
	struct slot s[MOST_FILES];	/* as stored */
	uint64_t end;
};

static uint64_t file_at(unsigned i)
{
	return HEADER + (uint64_t)i * FILE_HEADER;
}

static struct view name_of(struct view v, const struct wty *w, unsigned i)
{
	struct view name = view_sub(v, file_at(i) + w->l->name, NAME);
	const uint8_t *end = name.len ? memchr(name.p, 0, name.len) : NULL;

	if (end)
		name.len = (size_t)(end - name.p);
	while (name.len && memchr(name.p, '/', name.len))
		name = view_from(name, 1);
	return name;
}

static struct view data_of(struct view v, const struct wty *w, unsigned i)
{
	return view_sub(v, w->s[i].at, peek32(v, file_at(i) + w->l->length, LITTLE));
}

static bool get_wty(struct view v, struct wty *w)
{
	w->l = peek32(v, 8, LITTLE) == 0x300 ? &v3 : &v1;
	w->n = peek32(v, w->l->files, LITTLE);
	if (!w->n || w->n > MOST_FILES || !view_has(v, 0, file_at(w->n)))
		return false;
	for (unsigned i = 0; i < w->n; i++) {
		w->s[i].at = peek32(v, file_at(i) + w->l->offset, LITTLE);
		w->s[i].len = peek32(v, file_at(i) + w->l->stored, LITTLE);
		if (w->s[i].at < file_at(w->n) ||
		    peek32(v, file_at(i) + w->l->length, LITTLE) > w->s[i].len)
			return false;
	}
	w->end = peek32(v, SIZE, LITTLE);
	return slots_end(w->s, w->n) <= w->end;
}

static uint32_t sum32(struct view v)
{
	uint32_t sum = 0;

	work_add(v.len);
	for (size_t i = 0; i < v.len; i++)
		sum += (uint32_t)v.p[i] << 8 * (i & 3);
	return sum;
}

/* The file that holds the sum of file i, or -1. */
static int sum_file(struct view v, const struct wty *w, unsigned i)
{
	struct view name = name_of(v, w, i);

	for (unsigned k = 0; k < w->n; k++) {
		struct view other = name_of(v, w, k);

		if (name.len && view_is(other, 0, "V", 1) &&
		    view_equal(view_from(other, 1), name) &&
		    data_of(v, w, k).len == 4)
			return (int)k;
	}
	return -1;
}

static enum proof imagewty_probe(struct view image, uint64_t at,
				 struct region *r)
{
	struct view v = view_from(image, at);
	unsigned sums = 0, good = 0;
	struct wty w;

	if (!get_wty(v, &w))
		return PROOF_NONE;
	region_size(r, image, w.end);
	for (unsigned i = 0; i < w.n && !r->says; i++) {
		int k = sum_file(v, &w, i);

		if (k < 0)
			continue;
		sums++;
		good += sum32(data_of(v, &w, i)) ==
			peek32(data_of(v, &w, (unsigned)k), 0, LITTLE);
	}
	r->broken = good < sums;
	region_detail(r, r->says ? "cut off, %u files" : "%u files", w.n);
	if (sums)
		region_detail(r, "%u of %u sums ok", good, sums);
	region_number(r, "files", w.n);
	region_prop(r, "soc", "Allwinner");
	if (good)
		region_evidence(r, "sums of %u files", good);
	return sums && good == sums ? PROOF_PROVEN : PROOF_PLAUSIBLE;
}

static bool is_opened(struct view v, const struct wty *w, unsigned i)
{
	return data_of(v, w, i).len > 4;
}

static int imagewty_open(struct view v, struct payload *inner, int most,
			 struct err *e)
{
	struct wty w;
	int n = 0;

	if (!get_wty(v, &w) || w.end > v.len)
		return fail_at(e, v.at, "IMAGEWTY cut off");
	for (unsigned i = 0; i < w.n && n < most; i++) {
		struct view name = name_of(v, &w, i);

		if (!is_opened(v, &w, i))
			continue;
		inner[n] = (struct payload){ .v = data_of(v, &w, i) };
		snprintf(inner[n++].name, sizeof(inner->name), "%.*s",
			 (int)name.len, (const char *)name.p);
	}
	return n;
}

static int file_of(struct view v, const struct wty *w, int i)
{
	for (unsigned k = 0; k < w->n; k++)
		if (is_opened(v, w, k) && !i--)
			return (int)k;
	return -1;
}

/* As it is stored: filled up with zeros. */
static void put_stored(struct buf *out, struct view payload, uint64_t grain)
{
	put_view(out, payload);
	put_align(out, (size_t)grain, 0);
}

static uint64_t grain_of(const struct wty *w)
{
	uint64_t bits = 512;

	for (unsigned i = 0; i < w->n; i++)
		bits |= w->s[i].len;
	return (bits & -bits) < GRAIN ? 1 : bits & -bits;
}

static void put_files(struct buf *out, size_t start, const struct wty *w, int k,
		      uint64_t len)
{
	for (unsigned i = 0; i < w->n; i++) {
		size_t at = start + file_at(i);

		patch32(out, at + w->l->stored, (uint32_t)w->s[i].len);
		patch32(out, at + w->l->offset, (uint32_t)w->s[i].at);
	}
	patch32(out, start + file_at((unsigned)k) + w->l->length, (uint32_t)len);
	patch32(out, start + SIZE, (uint32_t)(out->len - start));
}

static int imagewty_refit(struct view v, int i, struct view payload,
			  struct buf *out, struct err *e)
{
	size_t start = out->len;
	enum endian was = out->endian;
	struct buf stored = { 0 };
	struct wty w;
	int k, sum;

	if (!get_wty(v, &w) || w.end > v.len || (k = file_of(v, &w, i)) < 0 ||
	    payload.len <= 4 || payload.len > INT32_MAX)
		return fail_at(e, v.at, "this IMAGEWTY has no such file");
	sum = sum_file(v, &w, (unsigned)k);
	put_stored(&stored, payload, grain_of(&w));
	put_slots(out, view_sub(v, 0, w.end), w.s, w.n, (unsigned)k,
		  buf_view(&stored), 1024);
	out->endian = LITTLE;
	put_files(out, start, &w, k, payload.len);
	if (sum >= 0)
		patch32(out, start + w.s[sum].at, sum32(payload));
	put_view(out, view_from(v, w.end));
	out->endian = was;
	buf_free(&stored);
	return 0;
}

static const struct wrap wrap_imagewty = {
	.open = imagewty_open, .refit = imagewty_refit,
};

const struct format format_imagewty = {
	.name = "imagewty",
	.title = "Allwinner IMAGEWTY",
	.proves = "32-bit sums of its files",
	.magic = (const struct magic[]){ { 0, 8, "IMAGEWTY" }, { 0 } },
	.probe = imagewty_probe,
	.wrap = &wrap_imagewty,
};

/*
 * hikvision.c - DAV, the updates of Hikvision's and Ezviz's devices
 *
 *	image  = header { file } data
 *	header = "SWKH" sum headerlen n language class oem .. to 64 bytes
 *	file   = name[32] offset len sum
 *
 * Little-endian. Header and files are xored with 16 bytes, from another one of
 * them on in each row. Sums are of bytes: of the header from n on, in clear,
 * and of a file's data. In later ones ("02KH", "03KH") the rest is encrypted
 * with AES, by keys that each family of devices has for itself.
 */
#include <stdio.h>

#include "core/work.h"
#include "scan/refit.h"

enum { HEADER = 64, FILE_ENTRY = 44, MOST_FILES = 64, SUMMED = 12 };

struct dav_file { uint64_t at, len; uint32_t sum; };

struct dav {
	uint8_t head[HEADER + MOST_FILES * FILE_ENTRY];	/* in clear */
	uint32_t len, n;
	struct dav_file file[MOST_FILES];
	uint64_t end;
};

static void scramble(uint8_t *p, size_t n)
{
	static const uint8_t key[16] = {
		0xba, 0xcd, 0xbc, 0xfe, 0xd6, 0xca, 0xdd, 0xd3,
		0xba, 0xb9, 0xa3, 0xab, 0xbf, 0xcb, 0xb5, 0xbe,
	};

	for (size_t i = 0; i < n; i++)
		p[i] ^= key[(i + (i >> 4)) & 15];
}

static uint32_t sum_of(struct view v)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < v.len; i++)
		sum += v.p[i];
	return sum;
}

static struct view head_of(const struct dav *d)
{
	return (struct view){ d->head, d->len, 0 };
}

static bool get_files(struct dav *d)
{
	struct cursor c = cursor(head_of(d), LITTLE);

	get_skip(&c, HEADER);
	for (unsigned i = 0; i < d->n; i++) {
		struct view name = get_view(&c, 32);
		struct dav_file *f = &d->file[i];

		f->at = get32(&c);
		f->len = get32(&c);
		f->sum = get32(&c);
		if (!cursor_ok(&c) || !memchr(name.p, 0, name.len) || f->at < d->len)
			return false;
		if (f->at + f->len > d->end)
			d->end = f->at + f->len;
	}
	return true;
}

static bool get_dav(struct view v, struct dav *d)
{
	struct view raw = view_upto(v, 0, sizeof(d->head));
	struct view clear;

	*d = (struct dav){ .len = 0 };
	if (raw.len < HEADER + FILE_ENTRY)
		return false;
	memcpy(d->head, raw.p, raw.len);
	scramble(d->head, raw.len);
	clear = (struct view){ d->head, raw.len, 0 };
	d->len = peek32(clear, 8, LITTLE);
	d->n = peek32(clear, 12, LITTLE);
	return view_is(clear, 0, "SWKH", 4) && d->n && d->n <= MOST_FILES &&
	       d->len >= HEADER + d->n * FILE_ENTRY && d->len <= raw.len &&
	       get_files(d);
}

static uint32_t head_sum(const struct dav *d)
{
	return sum_of(view_from(head_of(d), SUMMED));
}

static enum proof encrypted(struct view image, uint64_t at, struct region *r)
{
	uint8_t head[16];
	struct view v = view_sub(image, at, sizeof(head));

	if (!v.len)
		return PROOF_NONE;
	memcpy(head, v.p, sizeof(head));
	scramble(head, sizeof(head));
	v = (struct view){ head, sizeof(head), 0 };
	if (!peek32(v, 12, LITTLE) || peek32(v, 12, LITTLE) > MOST_FILES ||
	    !view_has(image, at, peek32(v, 8, LITTLE)))
		return PROOF_NONE;
	region_size(r, image, image.len - at);
	region_detail(r, "%.4s, encrypted (AES-256-ECB, the key is the device's), "
		      "%u files", (const char *)head, peek32(v, 12, LITTLE));
	region_prop(r, "encryption", "AES-256-ECB");
	return PROOF_PLAUSIBLE;
}

static enum proof hikvision_probe(struct view image, uint64_t at, struct region *r)
{
	struct view v = view_from(image, at);
	unsigned holds = 0;
	struct dav d;

	if (view_is(v, 2, "\xf7\xb6", 2) && !view_is(v, 0, "\xe9\x9a", 2))
		return encrypted(image, at, r);
	if (!get_dav(v, &d) || head_sum(&d) != peek32(head_of(&d), 4, LITTLE))
		return PROOF_NONE;
	region_size(r, image, d.end);
	for (unsigned i = 0; i < d.n; i++) {
		struct view data = view_sub(v, d.file[i].at, d.file[i].len);

		work_add(data.len);
		holds += data.len == d.file[i].len && sum_of(data) == d.file[i].sum;
	}
	r->broken = holds < d.n && !r->says;
	region_detail(r, "sums of %u of %u files ok, language %u, class %u", holds,
		      d.n, peek32(head_of(&d), 16, LITTLE),
		      peek32(head_of(&d), 20, LITTLE));
	region_evidence(r, "header sum %08x", peek32(head_of(&d), 4, LITTLE));
	if (holds == d.n)
		region_evidence(r, "sums of %u files", d.n);
	return holds == d.n ? PROOF_PROVEN : PROOF_PLAUSIBLE;
}

static int hikvision_open(struct view v, struct payload *inner, int most,
			  struct err *e)
{
	struct dav d;
	int n = 0;

	if (!get_dav(v, &d))
		return fail_at(e, v.at, "the update is encrypted, or cut off");
	for (unsigned i = 0; i < d.n && n < most; i++) {
		struct view data = view_sub(v, d.file[i].at, d.file[i].len);

		if (!data.len)
			continue;
		inner[n].v = data;
		snprintf(inner[n++].name, sizeof(inner->name), "%.31s",
			 (const char *)d.head + HEADER + i * FILE_ENTRY);
	}
	return n;
}

static int find_file(struct view v, const struct dav *d, int i)
{
	for (unsigned k = 0; k < d->n; k++)
		if (view_sub(v, d->file[k].at, d->file[k].len).len && !i--)
			return (int)k;
	return -1;
}

/* Places, lengths and sums anew; then all is scrambled again. */
static void fix_head(struct buf *out, size_t start, const struct dav *d, int k,
		     struct view payload)
{
	uint64_t end = d->file[k].at + d->file[k].len;
	uint8_t *p = out->p + start;

	scramble(p, d->len);
	for (unsigned i = 0; i < d->n; i++)
		if (i != (unsigned)k && d->file[i].at >= end)
			patch32(out, start + HEADER + i * FILE_ENTRY + 32,
				(uint32_t)(d->file[i].at + payload.len - d->file[k].len));
	patch32(out, start + HEADER + (unsigned)k * FILE_ENTRY + 36,
		(uint32_t)payload.len);
	patch32(out, start + HEADER + (unsigned)k * FILE_ENTRY + 40, sum_of(payload));
	patch32(out, start + 4, sum_of((struct view){ p + SUMMED, d->len - SUMMED, 0 }));
	scramble(p, d->len);
}

static int hikvision_refit(struct view v, int i, struct view payload,
			   struct buf *out, struct err *e)
{
	size_t start = out->len;
	enum endian was = out->endian;
	struct dav d;
	int k;

	if (!get_dav(v, &d) || d.end > v.len || (k = find_file(v, &d, i)) < 0 ||
	    payload.len > UINT32_MAX / 2)
		return fail_at(e, v.at, "this update has no such file");
	out->endian = LITTLE;
	put_view(out, view_sub(v, 0, d.file[k].at));
	put_view(out, payload);
	put_view(out, view_from(v, d.file[k].at + d.file[k].len));
	fix_head(out, start, &d, k, payload);
	out->endian = was;
	return 0;
}

static const struct wrap wrap_hikvision = {
	.open = hikvision_open, .refit = hikvision_refit,
};

const struct format format_hikvision = {
	.name = "hikvision",
	.title = "Hikvision DAV update",
	.proves = "byte sums of header and files",
	.suffix = ".dav",
	.magic = (const struct magic[]){
		{ 0, 4, "\xe9\x9a\xf7\xb6" }, { 0, 4, "\x8a\xff\xf7\xb6" },
		{ 0, 4, "\x8a\xfe\xf7\xb6" }, { 0 }
	},
	.probe = hikvision_probe,
	.wrap = &wrap_hikvision,
};

/* uboot.c - U-Boot itself: code without a header, known by what it calls itself */
#include "core/format.h"
#include "core/work.h"

/*
 * Its banner is "U-Boot 2015.01 (Aug 05 2021 - 20:09:37)", or 1.1.3, with
 * what its maker added before the blank. The code says nowhere where it
 * begins and ends: erased flash does, or else what is known to lie beside it.
 * A loader in front of it (SPL) is taken along if less than GAP is erased
 * between the two; some leave 12 KiB.
 */
enum { BLOCK = 4096, GAP = 16384, MOST_REACH = 2 << 20, MOST_BANNER = 96 };

static bool is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

/* The length of "2015.01-rc3+x" at the front, ended by " ("; else 0. */
static size_t version_size(struct view v)
{
	size_t n = 0, dots = 0;

	for (; n < v.len && v.p[n] > ' ' && v.p[n] < 0x7f; n++)
		dots += v.p[n] == '.' && n && is_digit(v.p[n - 1]);
	return dots && view_is(v, n, " (", 2) ? n : 0;
}

/* "(Aug 05 2021 - 20:09:37": months are what nothing else has there. */
static bool has_date(struct view v)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

	for (size_t i = 0; v.len >= 12 && i < 12; i++)
		if (!memcmp(v.p, months + 3 * i, 3))
			return v.p[3] == ' ' && is_digit(v.p[5]) && v.p[6] == ' ' &&
			       is_digit(v.p[7]);
	return false;
}

static bool is_erased(struct view v, uint64_t at)
{
	return view_run(view_sub(v, at, BLOCK), 0xff) == BLOCK;
}

/* Back from at to where GAP erased bytes end, or to the beginning. */
static uint64_t begin_of(struct view v, uint64_t at)
{
	uint64_t stop = at > MOST_REACH ? at - MOST_REACH : 0;
	uint64_t i = at / BLOCK * BLOCK, begin = i;

	for (; begin - i < GAP && i >= stop + BLOCK; i -= BLOCK)
		if (!is_erased(v, i - BLOCK))
			begin = i - BLOCK;
	work_add(at - i);
	return begin + view_run(view_sub(v, begin, at - begin), 0xff);
}

/* Onwards to where GAP erased bytes begin, or to the end. */
static uint64_t end_of(struct view v, uint64_t at)
{
	uint64_t i = at / BLOCK * BLOCK, end = at + 1;
	struct view last;

	for (; i < v.len && i < at + MOST_REACH && (i < end || i - end < GAP);
	     i += BLOCK)
		if (!is_erased(v, i))
			end = i + BLOCK < v.len ? i + BLOCK : v.len;
	work_add(i - at);
	last = view_sub(v, at, end - at);
	return end - view_tail_run(last, 0xff);
}

/* Whose it is, as far as words in the code tell. */
static const char *maker_of(struct view v)
{
	static const char *const words[] = {
		"MStar", "SigmaStar", "Ingenic", "isvp", "hisilicon", "goke",
		"Novatek", "Ambarella", "Anyka", "FH8", "rtl81", "rtl960",
		"Ralink", "MT76", "ar7240", "ath79", NULL
	};

	work_add(4 * (uint64_t)v.len);
	for (const char *const *w = words; *w; w++)
		if (memmem(v.p, v.len, *w, strlen(*w)))
			return *w;
	return NULL;
}

static enum proof probe_uboot(struct view image, uint64_t at, struct region *r)
{
	struct view line = view_upto(image, at, MOST_BANNER);
	size_t n = version_size(view_from(line, 7));
	uint64_t begin, end;
	const char *maker;

	if (!n || n > 40)
		return PROOF_NONE;
	if (!has_date(view_from(line, 7 + n + 2)))
		return PROOF_NONE;
	begin = begin_of(image, at);
	end = end_of(image, at);
	r->at = begin;
	r->size = end - begin;
	region_label(r, view_sub(line, 0, 7 + n));
	region_detail(r, "%s", r->label);
	region_evidence(r, "banner at 0x%llx", (unsigned long long)(image.at + at));
	region_prop(r, "version", "%.*s", (int)n, (const char *)line.p + 7);
	region_prop(r, "built", "%.20s", (const char *)line.p + 7 + n + 2);
	maker = maker_of(view_sub(image, begin, end - begin));
	if (maker) {
		region_detail(r, "%s", maker);
		region_prop(r, "maker", "%s", maker);
	}
	return PROOF_PLAUSIBLE;
}

static const struct magic magics[] = {
	{ 0, 9, "U-Boot 20" }, { 0, 9, "U-Boot 1." }, { 0, 0, NULL }
};

const struct format format_uboot = {
	.name = "uboot",
	.title = "U-Boot boot loader",
	.magic = magics,
	.probe = probe_uboot,
	.borderless = true,
};

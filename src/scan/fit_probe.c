/* fit_probe.c - a FIT found, and its hashes checked */
#include "scan/fit.h"

struct sums { unsigned images, missing, holds, wrong, unknown; };

static void check_all(const struct fit_image *m, struct sums *s)
{
	s->images++;
	if (!m->whole) {
		s->missing++;
		return;
	}
	for (unsigned i = 0; i < m->nhash; i++) {
		enum fit_hash h = fit_check(m, i);

		s->holds += h == FIT_HOLDS;
		s->wrong += h == FIT_WRONG;
		s->unknown += h == FIT_UNKNOWN;
	}
}

static void say_hashes(const struct sums *s, struct region *r)
{
	r->broken = s->wrong > 0;
	if (s->wrong)
		region_detail(r, "%u hash%s wrong", s->wrong,
			      s->wrong == 1 ? "" : "es");
	else if (s->holds)
		region_detail(r, "%u hash%s ok", s->holds,
			      s->holds == 1 ? "" : "es");
	else if (!s->unknown)
		region_detail(r, "no hashes");
	if (s->unknown)
		region_detail(r, "%u not checked", s->unknown);
	region_number(r, "images", s->images);
	region_number(r, "hashes", s->holds + s->wrong + s->unknown);
}

/* What fits on the line of how each is named. */
static void name_all(struct view v, struct region *r)
{
	struct fit_image m;
	struct fit f;

	if (!fit_open(v, &f))
		return;
	while (fit_next(&f, &m) && strlen(r->detail) < sizeof(r->detail) - 34) {
		struct region name = { 0 };

		region_label(&name, view_text(m.name));
		region_detail(r, "%s", name.label);
	}
}

/* mkimage rounds up to 4 what it puts behind the tree. */
static uint64_t rounded(struct view v, uint64_t end)
{
	struct view pad = view_sub(v, end, -end & 3);

	return pad.len && view_run(pad, 0) == pad.len ? end + pad.len : end;
}

static enum proof fit_probe(struct view image, uint64_t at, struct region *r)
{
	struct view v = view_from(image, at);
	struct sums s = { 0 };
	struct fit_image m;
	struct fit f;

	if (!fit_open(v, &f))
		return PROOF_NONE;
	while (fit_next(&f, &m))
		check_all(&m, &s);
	r->endian = BIG;
	region_size(r, image, rounded(v, f.end));
	region_label(r, f.description);
	region_detail(r, "%u image%s", s.images, s.images == 1 ? "" : "s");
	say_hashes(&s, r);
	if (!f.done || s.missing)
		region_detail(r, r->says ? "cut off" : s.missing ?
			      "data missing" : "damaged");
	name_all(v, r);
	if (!f.done || s.wrong || s.missing || r->says || !s.images)
		return PROOF_PLAUSIBLE;
	region_evidence(r, "every token up to the end, all data inside");
	if (s.holds)
		region_evidence(r, "%u hash%s", s.holds, s.holds == 1 ? "" : "es");
	return PROOF_PROVEN;
}

const struct format format_fit = {
	.name = "fit",
	.title = "U-Boot FIT image",
	.proves = "hashes of the images",
	.suffix = ".itb",
	.magic = (const struct magic[]){ { 0, 4, "\xd0\x0d\xfe\xed" }, { 0 } },
	.probe = fit_probe,
	.wrap = &wrap_fit,
};

/*
 * paks.c - PAKS, the newer updates of Reolink's cameras
 *
 *	image   = header { section }
 *	header  = "SKAP" :32 size :32 :32 board :32 hardware[32] firmware[32]
 *		  size of what follows, sections :32
 *	section = :32 sum name[32] version[32] len :32 :32 :32 bytes[len]
 *
 * Little-endian. What the sums are of is known to nobody but its maker.
 */
#include <stdio.h>

#include "core/format.h"

enum { HEADER = 104, SECTION = 88, NAME = 8, LEN = 72, MOST_SECTIONS = 64 };

struct paks {
	unsigned n;
	uint64_t at[MOST_SECTIONS];	/* of the section's header */
	uint32_t len[MOST_SECTIONS];
	uint64_t end;
};

/* Every section is followed to its end; false where they do not touch it. */
static bool get_paks(struct view v, struct paks *p)
{
	uint32_t n = peek32(v, 96, LITTLE);

	*p = (struct paks){ .end = peek32(v, 8, LITTLE) };
	if (!view_has(v, 0, HEADER) || !n || n > MOST_SECTIONS ||
	    peek32(v, 92, LITTLE) + (uint64_t)HEADER != p->end)
		return false;
	for (uint64_t at = HEADER; p->n < n; p->n++) {
		if (!view_has(v, at, SECTION))
			return p->n > 0;
		p->at[p->n] = at;
		p->len[p->n] = peek32(v, at + LEN, LITTLE);
		at += SECTION + (uint64_t)p->len[p->n];
		if (at > p->end || (p->n + 1 == n && at != p->end))
			return false;
	}
	return true;
}

static enum proof paks_probe(struct view image, uint64_t at, struct region *r)
{
	struct view v = view_from(image, at);
	struct paks p;

	if (!get_paks(v, &p))
		return PROOF_NONE;
	region_size(r, image, p.end);
	region_label(r, view_sub(v, 60, 32));
	region_detail(r, "%s, %u sections, %s", r->says ? "cut off" : "no known sum",
		      peek32(v, 96, LITTLE), r->label);
	region_number(r, "sections", peek32(v, 96, LITTLE));
	region_number(r, "board", peek32(v, 20, LITTLE));
	return PROOF_PLAUSIBLE;
}

static int paks_open(struct view v, struct payload *inner, int most,
		     struct err *e)
{
	struct paks p;
	int n = 0;

	if (!get_paks(v, &p) || p.end > v.len)
		return fail_at(e, v.at, "PAKS cut off");
	for (unsigned i = 0; i < p.n && n < most; i++) {
		struct view name = view_sub(v, p.at[i] + NAME, 32);

		if (!p.len[i])
			continue;
		inner[n] = (struct payload){ .v = view_sub(v, p.at[i] + SECTION,
							   p.len[i]) };
		snprintf(inner[n++].name, sizeof(inner->name), "%.31s",
			 (const char *)name.p);
	}
	return n;
}

static const struct wrap wrap_paks = {
	.open = paks_open,
	.caveat = "what the sums of a PAKS are of is not known; its sections can be "
		  "taken out, but not put back",
};

const struct format format_paks = {
	.name = "paks",
	.title = "Reolink PAKS update",
	.suffix = ".pak",
	.magic = (const struct magic[]){ { 0, 4, "SKAP" }, { 0 } },
	.probe = paks_probe,
	.wrap = &wrap_paks,
};

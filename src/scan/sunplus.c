/*
 * sunplus.c - SPHOST.BRN, updates of Sunplus' and iCatch's camera chips
 *
 *	0x000	"SUNP BURN FILE" 0 0
 *	0x010	size of the whole
 *	0x014	six offsets, rising; one that is not used is zero
 *	0x1fc	a sum, of what nobody has said
 *	0x200	first stage, up to the first offset
 *
 * Little-endian.
 */
#include <stdio.h>

#include "scan/refit.h"

enum { HEADER = 0x200, OFFSETS = 6, PARTS = OFFSETS + 1 };

/* Places 0 to 6; one that is not used has length 0. */
static bool get_slots(struct view v, struct slot s[PARTS], uint64_t *end)
{
	unsigned last = 0;

	*end = peek32(v, 0x10, LITTLE);
	s[0] = (struct slot){ .at = HEADER };
	for (unsigned i = 1; i < PARTS; i++) {
		s[i] = (struct slot){ .at = peek32(v, 0x10 + 4 * i, LITTLE) };
		if (!s[i].at)
			continue;
		if (s[i].at < s[last].at || s[i].at > *end)
			return false;
		s[last].len = s[i].at - s[last].at;
		last = i;
	}
	s[last].len = *end - s[last].at;
	return last && view_has(v, 0, HEADER);
}

static enum proof sunplus_probe(struct view image, uint64_t at, struct region *r)
{
	struct view v = view_from(image, at);
	struct slot s[PARTS];
	unsigned n = 0;
	uint64_t end;

	if (!get_slots(v, s, &end))
		return PROOF_NONE;
	for (unsigned i = 0; i < PARTS; i++)
		n += s[i].len > 0;
	region_size(r, image, end);
	region_detail(r, "%s, %u parts", r->says ? "cut off" : "no known sum", n);
	region_number(r, "parts", n);
	region_prop(r, "soc", "Sunplus or iCatch");
	return PROOF_PLAUSIBLE;
}

static int sunplus_open(struct view v, struct payload *inner, int most,
			struct err *e)
{
	static const char *const names[PARTS] = {
		"bootloader", "aimg", "bimg", "cimg", "firmware", "bad-pixels", "dram"
	};
	struct slot s[PARTS];
	uint64_t end;
	int n = 0;

	if (!get_slots(v, s, &end) || end > v.len)
		return fail_at(e, v.at, "SUNP BURN FILE cut off");
	for (unsigned i = 0; i < PARTS && n < most; i++) {
		if (!s[i].len)
			continue;
		inner[n] = (struct payload){ .v = view_sub(v, s[i].at, s[i].len) };
		snprintf(inner[n++].name, sizeof(inner->name), "%s", names[i]);
	}
	return n;
}

static const struct wrap wrap_sunplus = {
	.open = sunplus_open,
	.caveat = "what the sum of a SUNP BURN FILE is of is not known; its parts "
		  "can be taken out, but not put back",
};

const struct format format_sunplus = {
	.name = "sunplus",
	.title = "Sunplus burn file",
	.magic = (const struct magic[]){ { 0, 14, "SUNP BURN FILE" }, { 0 } },
	.probe = sunplus_probe,
	.wrap = &wrap_sunplus,
};

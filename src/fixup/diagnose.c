/* diagnose.c - what the differences between two readings say of their cause */
#include "fixup/diagnose.h"

#include <stdio.h>

const char *const cause_codes[] = {
	[CAUSE_NONE] = "unknown", [CAUSE_LENGTH] = "length",
	[CAUSE_SWAPPED] = "swapped-words", [CAUSE_WRAP] = "address-wrap",
	[CAUSE_LINE] = "stuck-address-line", [CAUSE_STUCK] = "stuck-bits",
	[CAUSE_FILL] = "erase-fill", [CAUSE_PACKETS] = "lost-packets",
	[CAUSE_BLANK] = "blank", [CAUSE_SHIFT] = "shift", [CAUSE_NOISE] = "noise",
	[CAUSE_MIXED] = "packets-and-noise",
};

/* Nothing differs but that one goes on. */
static bool longer(struct verdict *v, const struct pair *p)
{
	bool a = p->a.len > p->b.len;
	struct view rest = view_from(a ? p->a : p->b, p->c->size);

	if (p->c->bytes || !rest.len)
		return false;
	if (view_run(rest, rest.p[0]) == rest.len)
		snprintf(v->text, sizeof(v->text), "%s is longer: %zu bytes of 0x%02x follow "
			 "what both have", a ? p->name_a : p->name_b, rest.len, rest.p[0]);
	else
		snprintf(v->text, sizeof(v->text), "%s is cut off: %s goes on with %zu bytes "
			 "of data", a ? p->name_b : p->name_a, a ? p->name_a : p->name_b,
			 rest.len);
	return true;
}

static bool is_swapped(struct view a, struct view b, unsigned width)
{
	if (a.len != b.len || a.len % width)
		return false;
	for (size_t i = 0; i < a.len; i += width)
		for (unsigned k = 0; k < width; k++)
			if (a.p[i + k] != b.p[i + width - 1 - k])
				return false;
	return true;
}

static bool swapped(struct verdict *v, const struct pair *p)
{
	for (unsigned width = 2; width <= 8; width *= 2) {
		if (!is_swapped(p->a, p->b, width))
			continue;
		v->n = width * 8;
		snprintf(v->text, sizeof(v->text), "same bytes, words of %u bits reversed "
			 "(swap%u)", width * 8, width * 8);
		snprintf(v->advice, sizeof(v->advice), "fwtool swap%u makes one the other",
			 width * 8);
		return true;
	}
	return false;
}

/* Every difference is 0x00 on one side and 0xff on the other. */
static bool fill(struct verdict *v, const struct pair *p)
{
	bool a_ff = p->c->ff_a == p->c->bytes, b_ff = p->c->ff_b == p->c->bytes;

	if (p->c->fill != p->c->bytes || a_ff == b_ff)
		return false;
	snprintf(v->text, sizeof(v->text), "a different erase fill: 0x%02x in %s where %s "
		 "has 0x%02x", a_ff ? 0xff : 0, p->name_a, p->name_b, a_ff ? 0 : 0xff);
	return true;
}

static bool noise(struct verdict *v, const struct pair *p)
{
	const struct compared *c = p->c;

	if (c->single * 10 < c->bytes * 9 || c->bytes * 4 > c->size)
		return false;
	if (!c->up || !c->down)
		snprintf(v->text, sizeof(v->text), "electrical noise; single bits, always %d "
			 "in %s and %d in %s", c->down != 0, p->name_a, c->up != 0, p->name_b);
	else
		snprintf(v->text, sizeof(v->text), "electrical noise; single bits, %llu times "
			 "1 in %s and %llu times 1 in %s", (unsigned long long)c->down,
			 p->name_a, (unsigned long long)c->up, p->name_b);
	if (!(c->mask & (c->mask - 1)) && c->bytes > 3)
		snprintf(v->more, sizeof(v->more), "always bit %d",
			 __builtin_ctz(c->mask));
	snprintf(v->advice, sizeof(v->advice), "lower --speed, check the 3.3 V supply and "
		 "the ground wire");
	return true;
}

/* In this order: what explains more comes before what could be chance. */
static const struct detector {
	enum cause cause;
	bool (*matches)(struct verdict *v, const struct pair *p);
} detectors[] = {
	{ CAUSE_LENGTH, longer },
	{ CAUSE_SWAPPED, swapped },
	{ CAUSE_WRAP, find_wrap },
	{ CAUSE_LINE, find_line },
	{ CAUSE_STUCK, find_stuck },
	{ CAUSE_FILL, fill },
	{ CAUSE_PACKETS, find_packets },
	{ CAUSE_BLANK, find_blank },
	{ CAUSE_SHIFT, find_shift },
	{ CAUSE_NOISE, noise },
	{ CAUSE_MIXED, find_mixed },
};

void diagnose(struct verdict *v, const struct pair *p)
{
	for (size_t i = 0; i < sizeof(detectors) / sizeof(detectors[0]); i++) {
		*v = (struct verdict){ .cause = detectors[i].cause };
		if (detectors[i].matches(v, p))
			return;
	}
	*v = (struct verdict){ 0 };
}

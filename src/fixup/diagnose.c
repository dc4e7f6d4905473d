/* diagnose.c - what the differences between two readings say of their cause */
#include "fixup/diagnose.h"

#include <stdio.h>
#include <string.h>

const char *const cause_codes[] = {
	[CAUSE_NONE] = "unknown", [CAUSE_LENGTH] = "length",
	[CAUSE_SWAPPED] = "swapped-words", [CAUSE_WRAP] = "address-wrap",
	[CAUSE_LINE] = "stuck-address-line", [CAUSE_STUCK] = "stuck-bits",
	[CAUSE_FILL] = "erase-fill", [CAUSE_PACKETS] = "lost-packets",
	[CAUSE_STALE] = "repeated-packets",
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
	bool in_place;		/* each byte is where it should be */
} detectors[] = {
	{ CAUSE_SWAPPED, find_twist, false },	/* or a wrap, or a line */
	{ CAUSE_LENGTH, longer, false },
	{ CAUSE_STUCK, find_stuck, false },
	{ CAUSE_FILL, fill, true },
	{ CAUSE_NOISE, noise, true },
	{ CAUSE_PACKETS, find_packets, true },
	{ CAUSE_STALE, find_stale, true },
	{ CAUSE_MIXED, find_mixed, true },
	{ CAUSE_BLANK, find_blank, true },
	{ CAUSE_SHIFT, find_shift, false },
};

static bool ask(struct verdict *v, const struct pair *p, bool in_place)
{
	for (size_t i = 0; i < sizeof(detectors) / sizeof(detectors[0]); i++) {
		*v = (struct verdict){ .cause = detectors[i].cause };
		if ((!in_place || detectors[i].in_place) && detectors[i].matches(v, p))
			return true;
	}
	*v = (struct verdict){ 0 };
	return false;
}

static void add_more(struct verdict *v, const char *text)
{
	size_t n = strlen(v->more);

	snprintf(v->more + n, sizeof(v->more) - n, "%s%s", n ? "; " : "", text);
}

void say_besides(struct verdict *v, const struct pair *p, struct view a,
		 struct view b)
{
	struct compared c;
	struct pair rest = { &c, a, b, p->name_a, p->name_b, p->blame };
	struct verdict also;
	char text[320];

	compare(&c, a, b);
	if (c.bytes) {
		ask(&also, &rest, true);
		snprintf(text, sizeof(text), "besides, %llu byte%s from 0x%llx on: %s",
			 (unsigned long long)c.bytes, c.bytes == 1 ? "" : "s",
			 (unsigned long long)c.place[0].at,
			 also.text[0] ? also.text : "damage of no known pattern");
		add_more(v, text);
	}
	compared_free(&c);
}

/* What is said of both lengths, where that is not the whole story. */
static void say_length(struct verdict *v, const struct pair *p)
{
	struct compared none = { .size = p->c->size };
	struct pair rest = { &none, p->a, p->b, p->name_a, p->name_b, 0 };
	struct verdict also;

	if (longer(&also, &rest))
		add_more(v, also.text);
}

void diagnose(struct verdict *v, const struct pair *p)
{
	ask(v, p, false);
	if (p->c->bytes && v->cause != CAUSE_WRAP && v->cause != CAUSE_SHIFT)
		say_length(v, p);
}

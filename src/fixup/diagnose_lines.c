/* diagnose_lines.c - data lines that always have one value */
#include <stdio.h>

#include "fixup/diagnose.h"

enum { LEAST_STUCK = 1024 };

uint8_t dead_bits(struct view v, uint8_t *ones)
{
	uint8_t all = 0xff, any = 0;

	for (size_t i = 0; i < v.len; i++) {
		all &= v.p[i];
		any |= v.p[i];
	}
	*ones = all;
	return (uint8_t)(all | (uint8_t)~any);
}

static void say_stuck(struct verdict *v, struct side s, uint8_t dead, uint8_t ones)
{
	v->bad = s.which;
	v->n = dead;
	if (dead == 0xff)
		snprintf(v->text, sizeof(v->text), "%s is 0x%02x everywhere: nobody "
			 "answered, or the chip is blank", s.name, ones);
	else if (dead & (dead - 1))
		snprintf(v->text, sizeof(v->text), "stuck bits: %s has those of mask "
			 "0x%02x the same everywhere", s.name, dead);
	else
		snprintf(v->text, sizeof(v->text), "stuck bit %d: always %d in %s",
			 __builtin_ctz(dead), (ones & dead) != 0, s.name);
	snprintf(v->advice, sizeof(v->advice), "reseat the clip, check the data line");
}

bool find_stuck(struct verdict *v, const struct pair *p)
{
	for (int which = 1; which <= 2; which++) {
		struct side s = side_of(p, which);
		uint8_t ones, other, dead = dead_bits(s.v, &ones);

		dead &= (uint8_t)~dead_bits(s.other, &other);
		if (!dead || s.v.len < LEAST_STUCK || p->c->mask & (uint8_t)~dead)
			continue;
		say_stuck(v, s, dead, ones);
		return true;
	}
	return false;
}

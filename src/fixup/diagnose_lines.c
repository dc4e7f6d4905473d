/* diagnose_lines.c - wires: addresses that wrap, lines and bits that are stuck */
#include <stdio.h>

#include "fixup/diagnose.h"

enum { LEAST_WRAP = 64 * 1024, LEAST_LINE = 4096, LEAST_STUCK = 1024, LINES = 40 };

struct side side_of(const struct pair *p, int which)
{
	if (which == 1)
		return (struct side){ p->a, p->b, p->name_a, p->name_b, 1 };
	return (struct side){ p->b, p->a, p->name_b, p->name_a, 2 };
}

/* Whether something is in v that is not erased. */
static bool has_data(struct view v)
{
	return v.len && view_run(v, v.p[0]) != v.len;
}

uint64_t wraps_at(struct view v)
{
	for (uint64_t p = LEAST_WRAP; p < v.len; p *= 2)
		if (!memcmp(v.p, v.p + p, v.len - p) && has_data(view_upto(v, 0, p)))
			return p;
	return 0;
}

/* Blocks of 1 << line bytes are equal in pairs, all of them. */
static bool is_dead(struct view v, unsigned line)
{
	uint64_t block = 1ull << line;

	for (uint64_t x = 0; x < v.len; x += 2 * block) {
		struct view lo = view_upto(v, x, block);
		struct view hi = view_upto(v, x + block, block);

		if (hi.len && memcmp(lo.p, hi.p, hi.len))
			return false;
	}
	return has_data(v);
}

int dead_line(struct view v)
{
	for (int line = 0; line < LINES && 1ull << line < v.len; line++)
		if (v.len >= LEAST_LINE && is_dead(v, (unsigned)line))
			return line;
	return -1;
}

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

bool find_wrap(struct verdict *v, const struct pair *p)
{
	for (int which = 1; which <= 2; which++) {
		struct side s = side_of(p, which);
		uint64_t at = wraps_at(s.v);

		if (!at || wraps_at(s.other) || p->c->place[0].at < at)
			continue;
		v->bad = which;
		v->at = at;
		snprintf(v->text, sizeof(v->text), "address wraps at 0x%llx in %s: what "
			 "follows repeats the beginning", (unsigned long long)at, s.name);
		snprintf(v->advice, sizeof(v->advice), at >= 1 << 24 ? "the chip needs "
			 "4-byte addresses; give its --chip" : "the chip is smaller than "
			 "was read, or an address line is loose");
		return true;
	}
	return false;
}

/* The whole difference is explained by the line having had one value. */
static bool explains(struct side s, unsigned line, bool *high)
{
	uint64_t bit = 1ull << line;
	uint64_t n = s.v.len < s.other.len ? s.v.len : s.other.len, low = 0, up = 0;

	for (uint64_t i = 0; i < n; i++) {
		low += s.v.p[i] != s.other.p[i & ~bit];
		up += (i | bit) >= s.other.len || s.v.p[i] != s.other.p[i | bit];
	}
	*high = up < low;
	return (*high ? up : low) * 100 <= n;
}

bool find_line(struct verdict *v, const struct pair *p)
{
	for (int which = 1; which <= 2; which++) {
		struct side s = side_of(p, which);
		int line = dead_line(s.v);
		bool high;

		if (line < 0 || dead_line(s.other) == line ||
		    !explains(s, (unsigned)line, &high))
			continue;
		v->bad = which;
		v->n = (uint64_t)line;
		snprintf(v->text, sizeof(v->text), "stuck address line A%d in %s, always %d: "
			 "blocks of 0x%llx bytes are pairwise equal", line, s.name, high,
			 1ull << line);
		snprintf(v->advice, sizeof(v->advice), "check the clip and the socket");
		return true;
	}
	return false;
}

bool find_stuck(struct verdict *v, const struct pair *p)
{
	for (int which = 1; which <= 2; which++) {
		struct side s = side_of(p, which);
		uint8_t ones, other, dead = dead_bits(s.v, &ones);

		dead &= (uint8_t)~dead_bits(s.other, &other);
		if (!dead || s.v.len < LEAST_STUCK || p->c->mask & (uint8_t)~dead)
			continue;
		v->bad = which;
		v->n = dead;
		if (dead & (dead - 1))
			snprintf(v->text, sizeof(v->text), "stuck bits: %s has those of mask "
				 "0x%02x the same everywhere", s.name, dead);
		else
			snprintf(v->text, sizeof(v->text), "stuck bit %d: always %d in %s",
				 __builtin_ctz(dead), (ones & dead) != 0, s.name);
		snprintf(v->advice, sizeof(v->advice), "reseat the clip, check the data line");
		return true;
	}
	return false;
}

void diagnose_alone(struct verdict *v, struct view a, const char *name)
{
	uint64_t at = wraps_at(a);
	int line = at ? -1 : dead_line(a);

	*v = (struct verdict){ 0 };
	if (at) {
		*v = (struct verdict){ .cause = CAUSE_WRAP, .bad = 1, .at = at };
		snprintf(v->text, sizeof(v->text), "address wraps at 0x%llx in %s: what "
			 "follows repeats the beginning", (unsigned long long)at, name);
	} else if (line >= 0) {
		*v = (struct verdict){ .cause = CAUSE_LINE, .bad = 1,
				       .n = (uint64_t)line };
		snprintf(v->text, sizeof(v->text), "stuck address line A%d in %s: blocks of "
			 "0x%llx bytes are pairwise equal", line, name, 1ull << line);
	}
}

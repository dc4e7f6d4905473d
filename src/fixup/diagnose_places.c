/* diagnose_places.c - what each place by itself says: noise, a lost packet */
#include <stdio.h>

#include "fixup/diagnose.h"
#include "fixup/fates.h"

static const char *both_or(const struct pair *p, uint64_t a, uint64_t b)
{
	return a && b ? "both" : a ? p->name_a : p->name_b;
}

static const char *plural(uint64_t n)
{
	return n == 1 ? "" : "s";
}

/* What the blank side has in the first place that is blank. */
static uint8_t blank_value(const struct pair *p, bool in_a)
{
	struct view v = in_a ? p->a : p->b;

	for (size_t i = 0; i < p->c->n; i++) {
		const struct spot *s = &p->c->place[i];

		if (fates_blank(view_upto(v, s->at, s->size)) && s->bytes >= FATES_LOST)
			return v.p[s->at];
	}
	return 0xff;
}

static void say_lost(struct verdict *v, const struct pair *p, const struct fates *f)
{
	unsigned long long a = f->lost[0], b = f->lost[1], n = a + b;
	char of[40] = "";

	v->n = n;
	v->at = f->packet;
	v->bad = a && b ? 0 : a ? 1 : 2;
	if (f->packet)
		snprintf(of, sizeof(of), " of %u bytes", f->packet);
	if (v->bad)
		snprintf(v->text, sizeof(v->text), "%s lost %llu packet%s%s between "
			 "programmer and computer", both_or(p, a, b), n, plural(n), of);
	else
		snprintf(v->text, sizeof(v->text), "%s lost %llu and %s lost %llu packets%s "
			 "between programmer and computer", p->name_a, a, p->name_b, b, of);
	if (f->packet)
		snprintf(v->more, sizeof(v->more), "all differences are %u-byte aligned and "
			 "0x%02x on one side", f->packet, blank_value(p, a > 0));
	else
		snprintf(v->more, sizeof(v->more), "each difference is blank on one side");
	snprintf(v->advice, sizeof(v->advice), "a direct USB port and shorter wires help");
}

bool find_packets(struct verdict *v, const struct pair *p)
{
	struct fates f = fates_of(p);

	if (f.other + f.noise + f.stale[0] + f.stale[1] + f.stretches ||
	    !(f.lost[0] + f.lost[1]))
		return false;
	say_lost(v, p, &f);
	return true;
}

bool find_stale(struct verdict *v, const struct pair *p)
{
	struct fates f = fates_of(p);
	unsigned long long a = f.stale[0], b = f.stale[1];

	if (f.other + f.noise + f.lost[0] + f.lost[1] || !(a + b))
		return false;
	v->n = a + b;
	v->at = f.packet;
	v->bad = a && b ? 0 : a ? 1 : 2;
	snprintf(v->text, sizeof(v->text), "%s repeats the packet before in %llu place%s, "
		 "%u bytes, instead of what is there", both_or(p, a, b), a + b,
		 plural(a + b), f.packet);
	snprintf(v->advice, sizeof(v->advice), "a packet was lost and the buffer sent again; "
		 "read again");
	return true;
}

/* Packets, lost or repeated, and noise. */
bool find_mixed(struct verdict *v, const struct pair *p)
{
	struct fates f = fates_of(p);
	unsigned long long a = f.lost[0] + f.stale[0], b = f.lost[1] + f.stale[1];
	unsigned long long bits = f.noise;
	char size[40] = "", noise[80] = "";

	if (f.other + f.stretches || !(a + b))
		return false;
	if (f.packet)
		snprintf(size, sizeof(size), " of %u bytes", f.packet);
	if (bits)
		snprintf(noise, sizeof(noise), ", and electrical noise: single bits in %llu "
			 "place%s", bits, plural(bits));
	v->bad = bits ? 0 : a && b ? 0 : a ? 1 : 2;
	snprintf(v->text, sizeof(v->text), "lost packets%s (%llu in %s, %llu in %s)%s", size,
		 a, p->name_a, b, p->name_b, noise);
	snprintf(v->advice, sizeof(v->advice), "a direct USB port, shorter wires and a lower "
		 "--speed help");
	return true;
}

/* Long stretches that one side has as erased, and nothing else but noise. */
bool find_blank(struct verdict *v, const struct pair *p)
{
	struct fates f = fates_of(p);
	unsigned long long a = f.lost[0], b = f.lost[1];

	if (f.other || !f.stretches || (a && b))
		return false;
	v->n = a + b;
	snprintf(v->text, sizeof(v->text), "%s has nothing but 0x%02x where %s has data, "
		 "in %llu place%s", a ? p->name_a : p->name_b, blank_value(p, a > 0),
		 a ? p->name_b : p->name_a, a + b, plural(a + b));
	if (f.noise)
		snprintf(v->more, sizeof(v->more), "besides, electrical noise: single bits "
			 "in %llu place%s", (unsigned long long)f.noise,
			 plural(f.noise));
	snprintf(v->advice, sizeof(v->advice), "erased between the reads, or not read there; "
		 "read again");
	return true;
}

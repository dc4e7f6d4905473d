/* diagnose_lost.c - bytes on the way: lost packets, blank stretches, shifts */
#include <stdio.h>

#include "fixup/diagnose.h"

/* A CH341A hands over 32 bytes at a time, USB 64 or 512, a page is 256. */
static const unsigned packets[] = { 1024, 512, 256, 128, 64, 32 };

enum { BLANK = 4096, WINDOW = 64, FURTHEST = 4096, MOST_EVENTS = 64 };

static bool is_value(struct view v, uint8_t value)
{
	return v.len && v.p[0] == value && view_run(v, value) == v.len;
}

/* How many packets differ; -1: one of them is erased on neither side. */
struct lost { long n; unsigned in_a, in_b; uint8_t value; };

static struct lost count_lost(const struct pair *p, unsigned size, uint8_t value)
{
	struct lost l = { .value = value };

	for (uint64_t i = p->c->place[0].at / size * size; i < p->c->end; i += size) {
		struct view a = view_upto(p->a, i, size), b = view_upto(p->b, i, size);

		if (view_equal(a, b))
			continue;
		if (is_value(a, value))
			l.in_a++;
		else if (is_value(b, value))
			l.in_b++;
		else
			return (struct lost){ -1, 0, 0, value };
		l.n++;
	}
	return l;
}

static void say_lost(struct verdict *v, const struct pair *p, const struct lost *l,
		     unsigned size)
{
	const char *bad = l->in_a ? p->name_a : p->name_b;

	v->n = (uint64_t)l->n;
	v->at = size;
	v->bad = l->in_a && l->in_b ? 0 : l->in_a ? 1 : 2;
	if (v->bad)
		snprintf(v->text, sizeof(v->text), "%s lost %ld packet%s of %u bytes between "
			 "programmer and computer", bad, l->n, l->n == 1 ? "" : "s", size);
	else
		snprintf(v->text, sizeof(v->text), "%s lost %u and %s lost %u packets of %u "
			 "bytes between programmer and computer", p->name_a, l->in_a,
			 p->name_b, l->in_b, size);
	snprintf(v->more, sizeof(v->more), "all differences are %u-byte aligned and 0x%02x "
		 "on one side", size, l->value);
	snprintf(v->advice, sizeof(v->advice), "a direct USB port and shorter wires help");
}

/* A long stretch was not lost in packets. */
static bool has_long_place(const struct pair *p)
{
	for (size_t i = 0; i < p->c->n; i++)
		if (p->c->place[i].size >= BLANK)
			return true;
	return false;
}

bool find_packets(struct verdict *v, const struct pair *p)
{
	static const uint8_t values[] = { 0xff, 0x00 };

	if (has_long_place(p))
		return false;
	for (unsigned k = 0; k < 2; k++) {
		for (size_t i = 0; i < sizeof(packets) / sizeof(packets[0]); i++) {
			struct lost l = count_lost(p, packets[i], values[k]);

			if (l.n <= 0)
				continue;
			say_lost(v, p, &l, packets[i]);
			return true;
		}
	}
	return false;
}

/* A place of its own is a lost packet on this side (1, 2), or 0. */
static int lost_at(const struct pair *p, const struct spot *x)
{
	enum { PACKET = 32 };
	uint64_t at = x->at / PACKET * PACKET, size = x->at - at + x->size;
	struct view a, b;

	size = (size + PACKET - 1) / PACKET * PACKET;
	a = view_upto(p->a, at, size);
	b = view_upto(p->b, at, size);
	return x->bytes < 2 ? 0 : is_value(a, 0xff) ? 1 : is_value(b, 0xff) ? 2 : 0;
}

static bool is_noise_at(const struct pair *p, const struct spot *x)
{
	for (uint64_t i = x->at; i < x->at + x->size; i++) {
		uint8_t d = p->a.p[i] ^ p->b.p[i];

		if (d & (d - 1))
			return false;
	}
	return true;
}

/* Each place by itself is a lost packet, or single bits. */
bool find_mixed(struct verdict *v, const struct pair *p)
{
	unsigned lost[3] = { 0 }, bits = 0;

	for (size_t i = 0; i < p->c->n; i++) {
		int which = lost_at(p, &p->c->place[i]);

		lost[which]++;
		bits += !which;
		if (!which && !is_noise_at(p, &p->c->place[i]))
			return false;
	}
	if (p->c->n < p->c->places || !(lost[1] + lost[2]))
		return false;
	snprintf(v->text, sizeof(v->text), "lost packets (%u in %s, %u in %s), and "
		 "electrical noise: single bits in %u places", lost[1], p->name_a, lost[2],
		 p->name_b, bits);
	snprintf(v->advice, sizeof(v->advice), "a direct USB port, shorter wires and a lower "
		 "--speed help");
	return true;
}

/* All differences are within stretches that one side has as erased. */
bool find_blank(struct verdict *v, const struct pair *p)
{
	const struct compared *c = p->c;
	bool in_a = c->ff_a == c->bytes;

	if (c->ff_a == c->bytes && c->ff_b == c->bytes)
		return false;
	if ((!in_a && c->ff_b != c->bytes) || c->bytes < BLANK)
		return false;
	v->n = c->places;
	snprintf(v->text, sizeof(v->text), "%s has nothing but 0xff where %s has data, in "
		 "%llu place%s", in_a ? p->name_a : p->name_b, in_a ? p->name_b : p->name_a,
		 (unsigned long long)c->places, c->places == 1 ? "" : "s");
	snprintf(v->advice, sizeof(v->advice), "erased between the reads, or not read there; "
		 "read again");
	return true;
}

/* A window of v at or after x that tells one place from another, or v.len. */
static uint64_t telling(struct view v, uint64_t x)
{
	for (; view_has(v, x, WINDOW); x += WINDOW / 4) {
		unsigned changes = 0;

		for (unsigned i = 1; i < WINDOW; i++)
			changes += v.p[x + i] != v.p[x + i - 1];
		if (changes > WINDOW / 4)
			return x;
	}
	return v.len;
}

/*
 * Where the window of a at x lies in b, as b's position less a's, and best
 * within what is near; 0: not there, or not moved.
 */
static long moved_by(struct view a, struct view b, uint64_t x)
{
	for (long k = 1; k <= FURTHEST; k++) {
		if (x >= (uint64_t)k && view_is(b, x - (uint64_t)k, a.p + x, WINDOW))
			return -k;
		if (view_is(b, x + (uint64_t)k, a.p + x, WINDOW))
			return k;
	}
	return 0;
}

/* One way through both: how much of a is found in b, and at how many jumps. */
struct path { uint64_t same, tested; unsigned jumps; long first; uint64_t at; };

/* Where the two first differ for good, after what was last the same. */
static uint64_t parted_at(struct view a, struct view b, uint64_t from)
{
	while (from < a.len && from < b.len && a.p[from] == b.p[from])
		from++;
	return from;
}

static struct path follow(struct view a, struct view b, uint64_t x)
{
	struct path w = { 0 };
	uint64_t good = x;
	long by = 0;

	while ((x = telling(a, x)) < a.len) {
		bool same = (by >= 0 || x >= (uint64_t)-by) &&
			    view_is(b, x + (uint64_t)by, a.p + x, WINDOW);
		long at = same || w.jumps > MOST_EVENTS ? 0 : moved_by(a, b, x);

		if (at && at != by) {
			by = at;
			same = true;
			if (!w.jumps++) {
				w.first = by;
				w.at = parted_at(a, b, good);
			}
		}
		if (same && !w.jumps)
			good = x + WINDOW;
		w.tested += w.jumps > 0;
		w.same += same && by;
		x += WINDOW;
	}
	return w;
}

/* Whether the n bytes before x, which are not all one, stand behind it again. */
static bool is_twice(struct view v, uint64_t x, uint64_t n)
{
	return x >= n && view_has(v, x, n) && !memcmp(v.p + x - n, v.p + x, n) &&
	       !is_value(view_sub(v, x, n), v.p[x]);
}

bool find_shift(struct verdict *v, const struct pair *p)
{
	struct path w;
	struct side s;
	bool longer, twice;

	if (p->c->bytes < WINDOW)
		return false;
	w = follow(p->a, p->b, p->c->place[0].at);
	if (!w.jumps || w.same * 10 < w.tested * 8)
		return false;
	v->at = w.at;
	v->n = (uint64_t)(w.first < 0 ? -w.first : w.first);
	longer = w.first > 0;	/* b has bytes that a has not */
	twice = v->n > 3 && is_twice(longer ? p->b : p->a, w.at, v->n);
	v->bad = twice && p->blame ? p->blame : longer == twice ? 2 : 1;
	s = side_of(p, v->bad);
	longer = longer == (v->bad == 2);
	snprintf(v->text, sizeof(v->text), "%s %s %llu byte%s%s at 0x%llx; from there on "
		 "it equals %s moved by %llu", s.name, longer ? "has" : "lost",
		 (unsigned long long)v->n, v->n == 1 ? "" : "s",
		 !longer ? "" : twice ? " twice" : " too many", (unsigned long long)w.at,
		 s.other_name, (unsigned long long)v->n);
	if (w.jumps > 1)
		snprintf(v->more, sizeof(v->more), "%u more such place%s", w.jumps - 1,
			 w.jumps == 2 ? "" : "s");
	snprintf(v->advice, sizeof(v->advice), "%s can be mended, but reading again is "
		 "safer", s.name);
	return true;
}

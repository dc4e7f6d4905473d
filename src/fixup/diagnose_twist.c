/* diagnose_twist.c - one reading is the other, from other addresses */
#include <stdio.h>

#include "fixup/diagnose.h"

enum { LEAST_WRAP = 64 * 1024, LEAST_LINE = 4096, LEAST_BYTES = 64, LINES = 40 };

/* What is read at x comes from ((x & keep) | set) ^ flip. */
struct twist {
	enum cause cause;
	uint64_t n;		/* where it wraps, the line, the bits of a word */
	uint64_t keep, set, flip;
};

struct side side_of(const struct pair *p, int which)
{
	if (which == 1)
		return (struct side){ p->a, p->b, p->name_a, p->name_b, 1 };
	return (struct side){ p->b, p->a, p->name_b, p->name_a, 2 };
}

static uint64_t source(const struct twist *t, uint64_t x)
{
	return ((x & t->keep) | t->set) ^ t->flip;
}

/* A wrap goes on to the end of the longer one, all others need both. */
static uint64_t length(const struct twist *t, struct side s)
{
	if (t->cause == CAUSE_WRAP && t->n <= s.other.len)
		return s.v.len;
	return s.v.len < s.other.len ? s.v.len : s.other.len;
}

/* How many bytes it does not explain; what is above most is not counted. */
static uint64_t misses(const struct twist *t, struct side s, uint64_t most)
{
	enum { PIECE = 256 };
	bool whole = ((t->set | t->flip | ~t->keep) & (PIECE - 1)) == 0;
	uint64_t n = length(t, s), missed = 0, x = 0;

	while (x < n && missed <= most) {
		uint64_t y = source(t, x);

		if (whole && x % PIECE == 0 && view_has(s.v, x, PIECE) &&
		    view_is(s.other, y, s.v.p + x, PIECE)) {
			x += PIECE;
			continue;
		}
		missed += y >= s.other.len || s.v.p[x] != s.other.p[y];
		x++;
	}
	return missed;
}

/* Bytes that stand where they should not, and that are not erased. */
static uint64_t hits(const struct twist *t, struct side s)
{
	uint64_t n = length(t, s), hit = 0;

	for (uint64_t x = 0; x < n; x++) {
		uint64_t y = source(t, x);
		uint8_t is = s.v.p[x];

		hit += y != x && y < s.other.len && is == s.other.p[y] && is && is != 0xff &&
		       (x >= s.other.len || is != s.other.p[x]);
	}
	return hit;
}

/* The number of candidates is small; k names one of them. */
static bool candidate(struct twist *t, unsigned k, uint64_t len)
{
	enum { WIDTHS = 3, WRAPS = 24 };

	*t = (struct twist){ .keep = UINT64_MAX };
	if (k < WIDTHS) {
		t->cause = CAUSE_SWAPPED;
		t->flip = (2u << k) - 1;
		t->n = 16u << k;
		return len % (t->flip + 1) == 0;
	}
	k -= WIDTHS;
	if (k < WRAPS) {
		t->cause = CAUSE_WRAP;
		t->n = (uint64_t)LEAST_WRAP << k;
		t->keep = t->n - 1;
		return t->n < len;
	}
	k -= WRAPS;
	t->cause = CAUSE_LINE;
	t->n = k / 2;
	t->keep = k % 2 ? UINT64_MAX : ~(1ull << t->n);
	t->set = k % 2 ? 1ull << t->n : 0;
	return len >= LEAST_LINE && 1ull << t->n < len;
}

/* The one that leaves the least unexplained, if that is little. */
static bool best_twist(struct twist *best, struct side *s, const struct pair *p)
{
	enum { CANDIDATES = 3 + 24 + 2 * LINES, PART = 8 };
	uint64_t least, rest = p->a.len > p->b.len ? p->a.len - p->b.len
						   : p->b.len - p->a.len;
	uint64_t differ = p->c->bytes + rest;
	bool any = false;

	least = differ / PART + 1;
	for (int which = 1; which <= 2; which++) {
		struct side x = side_of(p, which);

		for (unsigned k = 0; least && k < CANDIDATES; k++) {
			struct twist t;
			uint64_t m;

			if (!candidate(&t, k, x.v.len) ||
			    (t.cause == CAUSE_SWAPPED && x.v.len != x.other.len))
				continue;
			m = misses(&t, x, least - 1);
			if (m >= least || (m && differ < LEAST_BYTES) ||
			    hits(&t, x) <= 2 * m)
				continue;
			least = m;
			*best = t;
			*s = x;
			any = true;
		}
	}
	return any;
}

static void say_twist(struct verdict *v, const struct twist *t, struct side s)
{
	unsigned long long n = t->n;

	v->cause = t->cause;
	v->bad = t->cause == CAUSE_SWAPPED ? 0 : s.which;
	if (t->cause == CAUSE_SWAPPED) {
		v->n = n;
		snprintf(v->text, sizeof(v->text), "same bytes, words of %llu bits reversed "
			 "(swap%llu)", n, n);
		snprintf(v->advice, sizeof(v->advice), "fwtool swap%llu makes one the other",
			 n);
	} else if (t->cause == CAUSE_WRAP) {
		v->at = n;
		snprintf(v->text, sizeof(v->text), "address wraps at 0x%llx in %s: what "
			 "follows repeats the beginning", n, s.name);
		snprintf(v->advice, sizeof(v->advice), n >= 1 << 24 ? "the chip needs "
			 "4-byte addresses; give its --chip" : "the chip is smaller than "
			 "was read, or an address line is loose");
	} else {
		v->n = n;
		snprintf(v->text, sizeof(v->text), "stuck address line A%llu in %s, always "
			 "%d: blocks of 0x%llx bytes are pairwise equal", n, s.name,
			 t->set != 0, 1ull << n);
		snprintf(v->advice, sizeof(v->advice), "check the clip and the socket");
	}
}

bool find_twist(struct verdict *v, const struct pair *p)
{
	struct buf should = { 0 };
	struct twist t;
	struct side s;

	if (!best_twist(&t, &s, p))
		return false;
	say_twist(v, &t, s);
	for (uint64_t x = 0; x < length(&t, s); x++) {
		uint64_t y = source(&t, x);

		put8(&should, y < s.other.len ? s.other.p[y] : s.v.p[x]);
	}
	if (s.which == 1)
		say_besides(v, p, s.v, buf_view(&should));
	else
		say_besides(v, p, buf_view(&should), s.v);
	buf_free(&should);
	return true;
}

/* diagnose_shift.c - bytes that were lost, or came too many: the rest moves */
#include <stdio.h>

#include "fixup/diagnose.h"

enum { WINDOW = 64, NEARBY = 4096, FURTHEST = 1 << 20, MOST_JUMPS = 64,
       MOST_LOST = 2048 };

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

static bool is_at(struct view a, struct view b, uint64_t x, int64_t by)
{
	return (by >= 0 || x >= (uint64_t)-by) &&
	       view_is(b, x + (uint64_t)by, a.p + x, WINDOW);
}

/*
 * Where the window of a at x lies in b, as b's position less a's, the nearest
 * of those within reach; 0: not there, or not moved.
 */
static int64_t moved_by(struct view a, struct view b, uint64_t x)
{
	for (int64_t k = 1; k <= NEARBY; k++) {
		if (is_at(a, b, x, -k))
			return -k;
		if (is_at(a, b, x, k))
			return k;
	}
	return 0;
}

static int64_t moved_far(struct view a, struct view b, uint64_t x)
{
	uint64_t from = x > FURTHEST ? x - FURTHEST : 0;
	struct view w = view_upto(b, from, 2 * (uint64_t)FURTHEST);
	const uint8_t *hit = memmem(w.p, w.len, a.p + x, WINDOW);

	return hit ? (int64_t)(from + (uint64_t)(hit - w.p)) - (int64_t)x : 0;
}

/* From `at` of a on, b has it moved by so much. */
struct jump { uint64_t at; int64_t by; };

/* One way through both: how much of a is found in b, and at how many jumps. */
struct path {
	uint64_t same, tested, good;
	uint64_t missed;		/* windows, since one was found */
	unsigned n;
	struct jump jump[MOST_JUMPS];
};

static int64_t now_by(const struct path *w)
{
	return w->n ? w->jump[w->n - 1].by : 0;
}

/* Where the two differ for good, after what was last the same. */
static uint64_t parted_at(struct view a, struct view b, const struct path *w)
{
	uint64_t x = w->good, y = x + (uint64_t)now_by(w);

	while (x < a.len && y < b.len && a.p[x] == b.p[y]) {
		x++;
		y++;
	}
	return x;
}

static void look_for(struct path *w, struct view a, struct view b, uint64_t x)
{
	int64_t by;

	if (w->n == MOST_JUMPS)
		return;
	by = moved_by(a, b, x);
	if (!by && !(w->missed & (w->missed - 1)))	/* it is slow */
		by = moved_far(a, b, x);
	if (!by || by == now_by(w))
		return;
	w->jump[w->n] = (struct jump){ parted_at(a, b, w), by };
	w->n++;
	w->same++;
	w->missed = 0;
	w->good = x + WINDOW;
}

static void follow(struct path *w, struct view a, struct view b, uint64_t x)
{
	*w = (struct path){ .good = x };
	while ((x = telling(a, x)) < a.len && w->tested - w->same < MOST_LOST) {
		w->tested++;
		if (is_at(a, b, x, now_by(w))) {
			w->same++;
			w->missed = 0;
			w->good = x + WINDOW;
		} else {
			w->missed++;
			look_for(w, a, b, x);
		}
		x += WINDOW;
	}
}

/* Windows of a that cannot be in b, which lost them. */
static uint64_t lost_windows(const struct path *w)
{
	uint64_t lost = 0;
	int64_t by = 0;

	for (unsigned i = 0; i < w->n; i++) {
		lost += w->jump[i].by < by ? (uint64_t)(by - w->jump[i].by) : 0;
		by = w->jump[i].by;
	}
	return lost / WINDOW < w->tested ? lost / WINDOW : w->tested;
}

/* What b would be if nothing but the jumps had happened to a. */
static void follow_jumps(struct buf *out, const struct path *w, struct view a,
			 struct view b)
{
	int64_t was = 0;

	put_view(out, b);
	for (unsigned i = 0; i <= w->n; i++) {
		uint64_t from = i ? w->jump[i - 1].at : 0;
		uint64_t end = i < w->n ? w->jump[i].at : a.len;
		int64_t by = i ? w->jump[i - 1].by : 0;

		if (by < was)
			from += (uint64_t)(was - by);
		was = by;
		for (uint64_t x = from; x < end; x++)
			if (x + (uint64_t)by < b.len)
				out->p[x + (uint64_t)by] = a.p[x];
	}
}

/* Whether the n bytes before x, which are not all one, stand behind it again. */
static bool is_twice(struct view v, uint64_t x, uint64_t n)
{
	return x >= n && view_has(v, x, n) && !memcmp(v.p + x - n, v.p + x, n) &&
	       view_run(view_sub(v, x, n), v.p[x]) != n;
}

/*
 * Checksums are no judge where noise breaks some too. Without them: flash is a
 * round number of bytes, and bytes rather get lost.
 */
static int which_is_bad(const struct pair *p, bool b_has_more, bool twice, bool pure)
{
	enum { ROUND = 4096 };

	if (p->blame && pure)
		return p->blame;
	if (!(p->a.len % ROUND) != !(p->b.len % ROUND))
		return p->a.len % ROUND ? 1 : 2;
	return b_has_more == twice ? 2 : 1;
}

static void say_shift(struct verdict *v, const struct pair *p, const struct path *w,
		      bool pure)
{
	const struct jump *j = &w->jump[0];
	unsigned long long n = (uint64_t)(j->by < 0 ? -j->by : j->by);
	bool more = j->by > 0, twice;	/* b has bytes that a has not */
	struct side s;

	twice = n > 3 && is_twice(more ? p->b : p->a, j->at, n);
	v->at = j->at;
	v->n = n;
	v->bad = which_is_bad(p, more, twice, pure);
	s = side_of(p, v->bad);
	more = more == (v->bad == 2);
	snprintf(v->text, sizeof(v->text), "%s %s %llu byte%s%s at 0x%llx; from there on "
		 "it equals %s moved by %llu", s.name, more ? "has" : "lost", n,
		 n == 1 ? "" : "s", !more ? "" : twice ? " twice" : " too many",
		 (unsigned long long)j->at, s.other_name, n);
	if (w->n > 1)
		snprintf(v->more, sizeof(v->more), "%u more such place%s, the next at 0x%llx",
			 w->n - 1, w->n == 2 ? "" : "s", (unsigned long long)w->jump[1].at);
	snprintf(v->advice, sizeof(v->advice), "%s can be mended, but reading again is "
		 "safer", s.name);
}

static bool explains(struct view should, const struct pair *p)
{
	struct compared rest;
	bool most;

	compare(&rest, should, p->b);
	most = rest.bytes * 4 < p->c->bytes;
	compared_free(&rest);
	return most;
}

bool find_shift(struct verdict *v, const struct pair *p)
{
	struct buf should = { 0 };
	struct path w;

	if (p->c->bytes < WINDOW)
		return false;
	follow(&w, p->a, p->b, p->c->place[0].at);
	if (!w.n || w.same * 10 < (w.tested - lost_windows(&w)) * 8)
		return false;
	follow_jumps(&should, &w, p->a, p->b);
	if (!explains(buf_view(&should), p)) {
		buf_free(&should);
		return false;
	}
	say_shift(v, p, &w, view_equal(buf_view(&should), p->b));
	say_besides(v, p, buf_view(&should), p->b);
	buf_free(&should);
	return true;
}

/* merge.c - one image out of several readings: votes, then checksums */
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "fixup/vote.h"
#include "project/judge.h"

enum { MOST_TRIALS = 1024, AROUND = 1 << 20 };

/* One merge under way. */
struct merge {
	const struct view *read;
	size_t n;
	struct view out;		/* of the buffer's bytes, which are ours */
	uint8_t *p;			/* the same */
	struct votes v;
	bool *by_sum;			/* for each place */
	bool overruled;			/* checksums were against a majority */
};

/* The bytes around a place that are judged with it: what holds it is near. */
static struct view around(struct view v, const struct spot *x)
{
	uint64_t from = x->at > AROUND ? (x->at - AROUND) & ~(uint64_t)0xffff : 0;

	return view_upto(v, from, x->at - from + x->size + AROUND);
}

static int64_t holds(const struct tally *t)
{
	return (int64_t)(t->nodes + t->objects) - (int64_t)(t->bad_nodes + t->bad_objects);
}

/*
 * Take for a place what is there (chosen by votes), or the reading with which
 * more checksums hold. Returns 1 if one is better than all others, else 0.
 */
static int try_each(struct merge *m, const struct spot *x, struct err *e)
{
	struct buf best = { 0 }, was = { 0 };
	struct tally top = { 0 }, t;
	bool tied = false, voted = !x->bytes;

	put(&was, m->p + x->at, x->size);
	for (size_t i = voted ? 0 : 1; i <= m->n; i++) {
		int better;

		if (i)
			memcpy(m->p + x->at, m->read[i - 1].p + x->at, x->size);
		if (judge_bytes(&t, around(m->out, x), e) < 0) {
			buf_free(&best);
			buf_free(&was);
			return -1;
		}
		better = best.len ? judge_compare(&t, &top) : 1;
		if (better > 0 && best.len && voted && holds(&t) <= holds(&top))
			better = -1;	/* larger is no reason against a majority */
		if (better > 0) {
			top = t;
			buf_clear(&best);
			put(&best, m->p + x->at, x->size);
			tied = false;
		} else if (!better && !view_is(m->out, x->at, best.p, best.len)) {
			tied = true;
		}
	}
	m->overruled |= voted && !view_equal(buf_view(&best), buf_view(&was));
	memcpy(m->p + x->at, best.p, best.len);
	buf_free(&best);
	buf_free(&was);
	return !tied;
}

static bool is_whole(const struct region *r)
{
	if (r->proof < PROOF_PROVEN || r->broken || r->says ||
	    !strcmp(r->format->name, "ubi"))	/* its sums are of headers alone */
		return false;
	for (unsigned i = 0; i < r->nprop; i++)
		if (!strcmp(r->prop[i].key, "bad") && strcmp(r->prop[i].text, "0"))
			return false;
	return true;
}

/* An object that is whole in a reading is taken from it, disputed or not. */
static int take_objects(struct merge *m, size_t i, struct err *e)
{
	const struct scan_opts o = { .all = true };
	struct scan s = { 0 };
	int bad = scan_silently(&s, m->read[i], -1, &o, e);

	for (size_t k = 0; !bad && k < s.nfound; k++) {
		const struct region *r = &s.found[k].r;
		struct view is = view_sub(m->out, r->at, r->size);
		struct region again = { .at = r->at, .format = r->format };

		if (s.found[k].depth || !is_whole(r) || !is.len || view_equal(is,
		    view_sub(m->read[i], r->at, r->size)))
			continue;
		again.proof = r->format->probe(view_upto(m->out, 0, r->at + r->size),
					       r->at, &again);
		if (is_whole(&again) && again.size == r->size)
			continue;
		memcpy(m->p + r->at, m->read[i].p + r->at, r->size);
		m->overruled = true;
	}
	scan_free(&s);
	return bad;
}

/* Whether one reading's bytes stand at the place, and more than half have them. */
static bool is_settled(const struct merge *m, const struct spot *x)
{
	for (size_t i = 0; i < m->n; i++)
		if (view_is(m->out, x->at, m->read[i].p + x->at, x->size))
			return true;
	return false;
}

static int settle(struct merge *m, bool is_clean, struct err *e)
{
	size_t trials = 0;

	for (size_t i = 0; i < m->v.n; i++) {
		const struct spot *x = &m->v.place[i];
		int r;

		if (!x->bytes && (is_clean || trials >= MOST_TRIALS) && is_settled(m, x))
			continue;
		if (trials++ >= MOST_TRIALS)
			return fail_at(e, x->at, "too many places have no majority; nothing is "
				       "written, read again");
		r = try_each(m, x, e);
		if (r < 0)
			return -1;
		m->by_sum[i] = r && x->bytes;
		if (!r && x->bytes)
			return fail_at(e, x->at, "no majority, and no checksum tells which is "
				       "right; nothing is written, read once more");
	}
	return 0;
}

/* What most say may still be wrong: no reading may hold better. */
static int check(const struct merge *m, struct err *e)
{
	struct tally is, t;

	if (judge_bytes(&is, m->out, e) < 0)
		return -1;
	for (size_t i = 0; i < m->n; i++) {
		if (judge_bytes(&t, m->read[i], e) < 0)
			return -1;
		if (judge_compare(&t, &is) > 0)
			return fail(e, ERR_FORMAT, "reading %zu holds better than what most "
				    "say; nothing is written, keep that one or read again",
				    i + 1);
	}
	return 0;
}

/*
 * Where checksums were against a majority, it is worth nothing where there is
 * none: every place must lie in something that is whole.
 */
static int check_votes(const struct merge *m, struct err *e)
{
	const struct scan_opts o = { .all = true };
	struct scan s = { 0 };
	int bad = scan_silently(&s, m->out, -1, &o, e);

	for (size_t i = 0; !bad && i < m->v.n; i++) {
		const struct spot *x = &m->v.place[i];
		const struct found *f = scan_over(&s, x->at);

		if (!x->bytes && !(f && is_whole(&f->r)))
			bad = fail_at(e, x->at, "checksums are against what most say, and "
				      "there is none here; nothing is written, read again");
	}
	scan_free(&s);
	return bad;
}

static int work(struct merge *m, struct err *e)
{
	struct tally t;

	for (size_t i = 0; i < m->n; i++)
		if (take_objects(m, i, e) < 0)
			return -1;
	if (judge_bytes(&t, m->out, e) < 0)
		return -1;
	if (settle(m, judge_is_clean(&t), e) < 0 || check(m, e) < 0)
		return -1;
	return m->overruled ? check_votes(m, e) : 0;
}

int judge_merge(struct buf *out, const struct view *read, size_t n,
		uint64_t *by_vote, uint64_t *by_sum, struct err *e)
{
	struct merge m = { .read = read, .n = n };
	size_t from = out->len;
	int bad;

	vote(&m.v, read, n, out);
	m.p = out->p + from;
	m.out = view_from(buf_view(out), from);
	m.by_sum = xcalloc(m.v.n + 1, sizeof(*m.by_sum));
	bad = work(&m, e);
	*by_sum = 0;
	for (size_t i = 0; i < m.v.n; i++)
		*by_sum += m.by_sum[i];
	*by_vote = m.v.n - *by_sum;
	free(m.by_sum);
	votes_free(&m.v);
	return bad;
}

/*
 * settle.c - who is inside whom, and who has to go
 *
 * What is proven owns its bytes. Something less that overlaps it is no find;
 * what lies inside is a part of it, listed where its parent holds others as
 * they are and the depth allows. A plausible wrapper (its payload's checksum
 * does not hold: a header left over) owns nothing that is proven.
 */
#include <stdlib.h>

#include "core/mem.h"
#include "scan/engine.h"

static uint64_t end_of(const struct found *f)
{
	return f->r.at + f->r.size;
}

static bool covers(const struct found *a, const struct found *b)
{
	return a->r.at <= b->r.at && end_of(a) >= end_of(b);
}

static void demote(struct found *f)
{
	f->r.proof = PROOF_WEAK;
}

/* In the image's order; what holds others first, then what is surer. */
static int by_place(const void *pa, const void *pb)
{
	const struct found *a = pa, *b = pb;

	if (a->r.at != b->r.at)
		return a->r.at < b->r.at ? -1 : 1;
	if (a->r.size != b->r.size)
		return a->r.size > b->r.size ? -1 : 1;
	if (a->r.proof != b->r.proof)
		return a->r.proof > b->r.proof ? -1 : 1;
	return strcmp(a->r.format->name, b->r.format->name);
}

/* Whether o is more than something embedded in f, which has no border. */
static bool borders(const struct found *f, const struct found *o)
{
	if (o->r.proof < PROOF_PLAUSIBLE || o == f)
		return false;
	if (o->r.proof == PROOF_PLAUSIBLE)
		return !o->r.format->borderless && o->r.at % SECTOR == 0;
	return o->r.at % SECTOR == 0 || !o->r.format->embedded ||
	       end_of(o) >= end_of(f) || o->r.at <= f->r.at;
}

static void trim_one(const struct scan *s, struct view v, struct found *f)
{
	uint64_t from = f->r.at, to = end_of(f);
	struct view w;

	for (size_t i = 0; i < s->nfound; i++) {
		const struct found *o = &s->found[i];

		if (!borders(f, o))
			continue;
		if (end_of(o) <= f->anchor && end_of(o) > from)
			from = end_of(o);
		if (o->r.at > f->anchor && o->r.at < to)
			to = o->r.at;
	}
	w = view_sub(v, from, to - from);
	if (from != f->r.at)
		from += view_run(w, 0xff);
	w = view_sub(v, from, to - from);
	if (to != end_of(f))
		to -= view_tail_run(w, 0xff);
	f->r.at = from;
	f->r.size = to - from;
}

/* Formats that do not know their borders get those that others have. */
static void trim(struct scan *s, struct view v)
{
	for (size_t i = 0; i < s->nfound; i++)
		if (s->found[i].r.format->borderless &&
		    s->found[i].r.proof == PROOF_PLAUSIBLE)
			trim_one(s, v, &s->found[i]);
}

/* Of two that overlap in part, whether the later one goes. */
static bool later_goes(const struct found *a, const struct found *b)
{
	if (a->r.proof != b->r.proof)
		return a->r.proof > b->r.proof;
	return !a->r.says || b->r.says;
}

/*
 * The parent of f on the stack of those that are open at its beginning; those
 * that cannot be beside it are demoted, and f itself where it must give way.
 */
static long place(struct found *all, long top, struct found *f)
{
	for (; top >= 0; top = all[top].parent) {
		struct found *o = &all[top];

		if (o->r.proof == PROOF_WEAK || end_of(o) <= f->r.at)
			continue;
		if (o->r.at == f->r.at && f->r.proof > o->r.proof) {
			demote(o);
			continue;
		}
		if (covers(o, f))
			return top;
		if (o->r.proof == PROOF_PROVEN && f->r.proof == PROOF_PROVEN)
			continue;
		if (later_goes(o, f)) {
			demote(f);
			return top;
		}
		demote(o);
	}
	return -1;
}

static void find_parents(struct scan *s)
{
	long top = -1;

	for (size_t i = 0; i < s->nfound; i++) {
		struct found *f = &s->found[i];

		if (f->r.proof == PROOF_WEAK) {
			f->parent = top;
			continue;
		}
		f->parent = place(s->found, top, f);
		if (f->r.proof > PROOF_WEAK)
			top = (long)i;
	}
}

/* A whole object in a wrapper that proved nothing stands for itself. */
static bool owns(const struct found *o, const struct found *f)
{
	if (o->r.proof == PROOF_WEAK || !covers(o, f))
		return false;
	return o->r.proof >= f->r.proof || !o->r.format->wrap ||
	       o->r.format->embedded || f->r.format->embedded;
}

static void find_owners(struct scan *s)
{
	for (size_t i = 0; i < s->nfound; i++) {
		struct found *f = &s->found[i];

		while (f->parent >= 0 && !owns(&s->found[f->parent], f))
			f->parent = s->found[f->parent].parent;
		f->depth = f->parent < 0 ? 0 : s->found[f->parent].depth + 1;
	}
}

static bool is_kept(const struct scan *s, const struct found *f)
{
	const struct found *p;

	if (s->all)
		return true;
	if (f->r.proof == PROOF_WEAK || f->depth > s->depth)
		return false;
	for (p = f; p->parent >= 0; ) {
		p = &s->found[p->parent];
		if (!p->r.format->wrap || p->opaque)
			return false;
	}
	return true;
}

/* Drop what is not to be seen. Parents come before their children. */
static void drop(struct scan *s)
{
	long *now = xcalloc(s->nfound + 1, sizeof(*now));
	size_t n = 0;

	for (size_t i = 0; i < s->nfound; i++)
		now[i] = is_kept(s, &s->found[i]) ? (long)n++ : -1;
	for (size_t i = 0; i < s->nfound; i++) {
		struct found f = s->found[i];

		if (now[i] < 0) {
			s->hidden += f.r.proof == PROOF_WEAK;
			continue;
		}
		f.parent = f.parent < 0 ? -1 : now[f.parent];
		s->found[now[i]] = f;
	}
	s->nfound = n;
	free(now);
}

void settle(struct scan *s, struct view v)
{
	if (!s->nfound)
		return;
	trim(s, v);
	qsort(s->found, s->nfound, sizeof(*s->found), by_place);
	find_parents(s);
	find_owners(s);
	drop(s);
}

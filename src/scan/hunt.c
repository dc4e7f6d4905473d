/*
 * hunt.c - look at one candidate, keep what it proves to be
 *
 * Hostile images must not make this slow, and real ones must lose nothing:
 * - What lies inside a proven object is not looked at, unless the object
 *   holds others as they are (a uImage, not a gzip stream).
 * - In each sector a magic may be wrong MOST_FAILURES times.
 * - What a format reads for nothing may be LEAST_WORK, and WORK_A_BYTE for
 *   each byte of the image that lies behind. What it proves costs nothing:
 *   proven bytes are not looked at again.
 * Candidates left out by the last two are counted, and the count is said.
 */
#include "core/maps.h"
#include "core/mem.h"
#include "core/work.h"
#include "scan/engine.h"

enum { MOST_FAILURES = 32, LEAST_WORK = 64 << 20, WORK_A_BYTE = 4,
       MOST_INNER = 16 };

/* The innermost proven object that `at` lies in, or NULL. */
static const struct open *innermost(struct engine *g, uint64_t at)
{
	for (size_t i = g->nopen; i-- > 0;)
		if (at >= g->open[i].at && at < g->open[i].end)
			return &g->open[i];
	return NULL;
}

bool is_sealed(const struct engine *g, uint64_t at)
{
	for (size_t i = g->nopen; i-- > 0;)
		if (g->open[i].sealed && at >= g->open[i].at && at < g->open[i].end)
			return true;
	return false;
}

/* What nothing is looked for in need not be read either. */
static void seal(struct engine *g, const struct open *o)
{
	if (!o->sealed)
		return;
	g->sealed_end = 0;
	g->sealed_at = o->at + g->back;
	g->sealed_end = o->end;
}

static void open_push(struct engine *g, const struct found *f, unsigned depth)
{
	const struct format *format = f->r.format;
	size_t n = 0;

	for (size_t i = 0; i < g->nopen; i++)
		if (g->open[i].end + g->back > f->anchor)
			g->open[n++] = g->open[i];
	g->nopen = n;
	if (n == MOST_OPEN)
		return;
	g->open[n] = (struct open){
		f->r.at, f->r.at + f->r.size, depth, f->opaque || !format->wrap,
		!g->s->all && !g->s->window && (f->opaque || format->fs), format,
	};
	seal(g, &g->open[n]);
	g->nopen++;
}

static bool is_inside(const struct engine *g, const struct open *o, uint64_t at)
{
	return g->s->all ||
	       (!o->closed && at != o->at && o->depth < g->s->depth);
}

static bool is_affordable(struct engine *g, struct source *from, uint64_t at)
{
	uint64_t least = g->o->proven_only ? LEAST_WORK / 8 : LEAST_WORK;

	if (from->sector < at / SECTOR + 1) {
		from->sector = at / SECTOR + 1;
		from->failures = 0;
	}
	if (from->failures < MOST_FAILURES &&
	    g->tally[from->format].work <= least + WORK_A_BYTE * at)
		return true;
	g->s->unexamined++;
	return false;
}

/* Whether all inside is compressed or in pieces: magics there are chance. */
static bool is_opaque(struct view v, const struct region *r)
{
	struct payload inner[MOST_INNER] = { 0 };
	struct err e;
	int n;

	if (!r->format->wrap || !r->format->wrap->open)
		return false;
	if (r->format->wrap->load)
		return true;
	n = r->format->wrap->open(view_sub(v, r->at, r->size), inner, MOST_INNER, &e);
	for (int i = 0; i < n; i++)
		if (!inner[i].codec)
			return false;
	return n > 0;
}

static void keep(struct engine *g, struct region *r, uint64_t anchor,
		 unsigned depth)
{
	struct scan *s = g->s;
	struct found *f;

	if (r->proof == PROOF_WEAK && !g->o->all) {
		s->hidden++;
		return;
	}
	if (s->nfound == MOST_FOUND) {
		s->unlisted++;
		return;
	}
	s->found = xgrow(s->found, &s->capfound, s->nfound + 1, sizeof(*s->found));
	f = &s->found[s->nfound++];
	*f = (struct found){ .r = *r, .parent = -1, .anchor = anchor };
	if (r->proof >= PROOF_PLAUSIBLE)
		f->opaque = is_opaque(g->v, r);
	if (r->proof == PROOF_PROVEN)
		open_push(g, f, depth);
}

static bool is_in_bounds(struct view v, const struct region *r)
{
	return r->proof > PROOF_NONE && r->size && view_has(v, r->at, r->size);
}

/*
 * What an object at `at` may reach: all, or the object that it lies in; if it
 * has no borders of its own, the payload that it lies in.
 */
static struct view reach_of(const struct engine *g, const struct open *o,
			    const struct format *f, uint64_t at)
{
	struct view v = o ? view_sub(g->v, o->at, o->end - o->at) : g->v;
	struct payload inner[MOST_INNER] = { 0 };
	struct err e;
	int n = 0;

	if (o && f->borderless && !o->closed && o->format->wrap->open)
		n = o->format->wrap->open(v, inner, MOST_INNER, &e);
	for (int i = 0; i < n; i++) {
		const uint8_t *p = g->v.p + at;

		if (inner[i].v.len && p >= inner[i].v.p &&
		    p < inner[i].v.p + inner[i].v.len)
			return inner[i].v;
	}
	return v;
}

static void probe(struct engine *g, struct source *from, uint64_t at,
		  const struct open *o)
{
	const struct format *f = g->format[from->format];
	struct tally *t = &g->tally[from->format];
	struct view v = reach_of(g, o, f, at);
	uint64_t base = (uint64_t)(v.p - g->v.p), before = work_done();
	struct region r = { .at = at - base, .format = f };

	g->s->probes++;
	r.proof = f->probe(v, at - base, &r);
	maps_touched(view_upto(g->v, at, r.size ? r.size : 1));
	if (r.proof < PROOF_PROVEN)
		t->work += work_done() - before;
	if (!is_in_bounds(v, &r)) {
		from->failures++;
		return;
	}
	from->failures += r.proof == PROOF_WEAK;
	r.at += base;
	if (f->borderless && r.proof >= PROOF_PLAUSIBLE) {
		t->begin = r.at;
		t->end = r.at + r.size;
	}
	if (r.proof == PROOF_PROVEN || !g->o->proven_only)
		keep(g, &r, at, o ? o->depth + 1 : 0);
}

void hunt(struct engine *g, struct source *from, uint64_t at)
{
	struct tally *t = &g->tally[from->format];
	const struct open *o;

	if (t->last == at + 1 || (at >= t->begin && at < t->end))
		return;
	t->last = at + 1;
	o = innermost(g, at);
	if (o && !is_inside(g, o, at))
		return;
	if (is_affordable(g, from, at))
		probe(g, from, at, o);
}

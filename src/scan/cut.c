/* cut.c - borderless objects end where partitions do */
#include <stdlib.h>

#include "core/maps.h"
#include "core/mem.h"
#include "scan/engine.h"

/* Objects taken over from the scan of one partition. */
struct pieces { struct found *v; size_t n, cap; };

static void take(struct pieces *p, const struct scan *s, uint64_t at)
{
	for (size_t i = 0; i < s->nfound; i++) {
		if (s->found[i].parent >= 0)
			continue;
		p->v = xgrow(p->v, &p->cap, p->n + 1, sizeof(*p->v));
		p->v[p->n] = s->found[i];
		p->v[p->n].r.at += at;
		p->v[p->n++].anchor += at;
	}
}

/* Look for f's format again between two borders. */
static void look(struct pieces *p, struct view v, const struct found *f,
		 uint64_t from, uint64_t to)
{
	struct scan_opts o = { .only = f->r.format->name };
	struct scan part = { 0 };
	struct err e = { 0 };

	if (!scan_silently(&part, view_sub(v, from, to - from), -1, &o, &e))
		take(p, &part, from);
	scan_free(&part);
}

static bool is_cut(const struct found *f, uint64_t border)
{
	return f->r.at < border && border < f->r.at + f->r.size;
}

/* Cut f at the borders inside it; false: there are none, or nothing is left. */
static bool cut_one(struct pieces *p, struct view v, const struct found *f,
		    const uint64_t *border, size_t n)
{
	uint64_t from = f->r.at, end = f->r.at + f->r.size;
	size_t before = p->n;

	for (size_t i = 0; i < n; i++) {
		if (!is_cut(f, border[i]))
			continue;
		look(p, v, f, from, border[i]);
		from = border[i];
	}
	if (from == f->r.at)
		return false;
	/* The last part may go on as far as its partition does. */
	for (size_t i = 0; i < n; i++)
		if (border[i] > end) {
			end = border[i];
			break;
		}
	look(p, v, f, from, end);
	return p->n > before;
}

void scan_cut(struct scan *s, struct view v, const uint64_t *border, size_t n)
{
	struct pieces p = { 0 };
	size_t kept = 0;

	for (size_t i = 0; i < s->nfound; i++) {
		struct found f = s->found[i];

		if (f.parent < 0 && f.r.format->borderless &&
		    f.r.proof >= PROOF_PLAUSIBLE && cut_one(&p, v, &f, border, n)) {
			maps_give_back();
			continue;
		}
		s->found[kept++] = f;
	}
	s->nfound = kept;
	for (size_t i = 0; i < p.n; i++) {
		s->found = xgrow(s->found, &s->capfound, s->nfound + 1,
				 sizeof(*s->found));
		s->found[s->nfound++] = p.v[i];
	}
	if (p.n)
		settle(s, v);
	if (p.n)
		cover(s, v);
	free(p.v);
}

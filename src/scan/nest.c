/* nest.c - what is inside compressed payloads, level by level, in bounds */
#include <stdlib.h>

#include "core/codec.h"
#include "core/log.h"
#include "core/mem.h"
#include "scan/engine.h"

/* Of one payload, and of all together. */
enum { MOST_PAYLOADS = 16, MOST_ONE = 64 << 20, MOST_TOGETHER = 256 << 20 };

struct nest {
	struct found *found;
	size_t n, cap;
	uint64_t left;		/* bytes that may still be unpacked */
};

static long append(struct nest *t, const struct found *f)
{
	if (t->n == MOST_FOUND)
		return -1;
	t->found = xgrow(t->found, &t->cap, t->n + 1, sizeof(*t->found));
	t->found[t->n] = *f;
	return (long)t->n++;
}

static int payloads_of(struct view v, const struct format *f,
		       struct payload *inner)
{
	struct err e;

	return f->wrap ? f->wrap->open(v, inner, MOST_PAYLOADS, &e) : 0;
}

/* All that is found in b goes behind `parent`, counted from its beginning. */
static void take_over(struct nest *t, const struct scan *s, long parent)
{
	const struct found top = t->found[parent];
	long *now = xcalloc(s->nfound + 1, sizeof(*now));

	for (size_t i = 0; i < s->nfound; i++) {
		struct found f = s->found[i];

		f.parent = f.parent < 0 ? parent : now[f.parent];
		f.depth += top.depth + 1;
		f.anchor = top.decoded ? top.anchor : top.r.at;
		f.decoded = true;
		now[i] = append(t, &f);
		if (now[i] < 0)
			break;
	}
	free(now);
}

/* What came out before damage is looked at all the same. */
static void look_into(struct nest *t, struct buf *b, long parent,
		      const struct scan_opts *o)
{
	struct scan_opts inner = *o;
	struct scan s;
	struct err e;

	t->left -= b->len < t->left ? b->len : t->left;
	inner.depth = o->depth - 1;
	inner.entropy = false;
	if (b->len && !scan_silently(&s, buf_view(b), -1, &inner, &e)) {
		if (inner.depth)
			scan_decode(&s, buf_view(b), &inner);
		take_over(t, &s, parent);
		scan_free(&s);
	}
	buf_free(b);
}

/* What payload i of v, p, holds: it is packed, or lies in pieces. */
static struct buf unpack(const struct nest *t, const struct format *f,
			 struct view v, int i, const struct payload *p)
{
	uint64_t most = t->left < MOST_ONE ? t->left : MOST_ONE;
	void (*hook)(const struct msg *m) = log_hook;
	struct buf b = { 0 };
	struct decoded d;
	struct err e;

	log_hook = NULL;
	if (p->codec)
		(void)!p->codec->decode(p->v, most, &b, &d, &e);
	else if (f->wrap->load)
		(void)!f->wrap->load(v, i, most, &b, &e);
	log_hook = hook;
	return b;
}

void scan_decode(struct scan *s, struct view v, const struct scan_opts *o)
{
	struct nest t = { .left = MOST_TOGETHER };
	long *now = xcalloc(s->nfound + 1, sizeof(*now));

	for (size_t i = 0; o->depth && i < s->nfound; i++) {
		struct payload inner[MOST_PAYLOADS] = { 0 };
		struct found f = s->found[i];
		struct view inside;
		int n;

		f.parent = f.parent < 0 ? -1 : now[f.parent];
		now[i] = append(&t, &f);
		if (now[i] < 0 || f.decoded || f.r.proof < PROOF_PLAUSIBLE ||
		    (f.parent >= 0 && t.found[f.parent].opaque))
			continue;
		inside = view_sub(v, f.r.at, f.r.size);
		n = payloads_of(inside, f.r.format, inner);
		for (int k = 0; k < n && t.left; k++) {
			struct buf b = unpack(&t, f.r.format, inside, k, &inner[k]);

			look_into(&t, &b, now[i], o);
		}
	}
	free(now);
	if (!t.found)
		return;
	free(s->found);
	s->found = t.found;
	s->nfound = t.n;
	s->capfound = t.cap;
}

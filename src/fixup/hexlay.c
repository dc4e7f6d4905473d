/* hexlay.c - passes of all logs laid together into dumps */
#include <stdlib.h>

#include "core/mem.h"
#include "fixup/hexdump.h"

enum { NEAR = 1 << 16, BLOCK = 64, MOST_DUMPS = 4096 };

/* Steps of laying together, of which comparing 64 bytes is one. */
static const uint64_t most_work = 1ull << 24;

static uint64_t end_of(const struct stretch *s)
{
	return s->at + s->size;
}

static uint8_t byte_of(const struct stretch *s, uint64_t at)
{
	uint64_t i = at - s->at;

	return s->p[s->repeat ? (i + s->phase) % s->repeat : i];
}

/* The part of s from `from` to `to`. */
static struct stretch cut(const struct stretch *s, uint64_t from, uint64_t to)
{
	struct stretch c = *s;
	uint64_t skip = from - s->at;

	c.at = from;
	c.size = to - from;
	if (skip)
		c.before = (struct damage){ 0 };
	if (s->repeat)
		c.phase = (s->phase + skip) % s->repeat;
	else
		c.p += skip;
	return c;
}

/* Two repeats are told apart by what they both repeat, however long they are. */
static uint64_t telling_end(const struct stretch *a, const struct stretch *b,
			    uint64_t from, uint64_t to)
{
	uint64_t both = (uint64_t)a->repeat * b->repeat;

	return both && to - from > both ? from + both : to;
}

/* How many blocks two stretches share, and how many of them differ. */
struct overlap { uint64_t blocks, differ; };

static void compare(struct hexdump *h, const struct stretch *a,
		    const struct stretch *b, struct overlap *o)
{
	uint64_t from = a->at > b->at ? a->at : b->at;
	uint64_t to = end_of(a) < end_of(b) ? end_of(a) : end_of(b);

	to = telling_end(a, b, from, to);
	while (from < to && h->work++ < most_work) {
		uint64_t end = to - from > BLOCK ? from + BLOCK : to;
		bool differ = false;

		for (; from < end; from++)
			differ |= byte_of(a, from) != byte_of(b, from);
		o->blocks++;
		o->differ += differ;
	}
}

static size_t first_ending_after(const struct dump *d, uint64_t at)
{
	size_t low = 0, high = d->n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (end_of(&d->part[mid]) <= at)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static struct overlap overlap_of(struct hexdump *h, const struct dump *d,
				 const struct pass *p)
{
	struct overlap o = { 0 };
	size_t i = first_ending_after(d, p->part[0].at), k = 0;

	while (i < d->n && k < p->n) {
		h->work++;
		compare(h, &d->part[i], &p->part[k], &o);
		if (end_of(&d->part[i]) <= end_of(&p->part[k]))
			i++;
		else
			k++;
	}
	return o;
}

/*
 * How well a pass fits a dump: 0 not at all, 1 beside it, 2 into a gap of it,
 * 3 over it with the same bytes.
 */
static int fits(struct hexdump *h, const struct dump *d, const struct pass *p)
{
	uint64_t from = p->part[0].at, to = end_of(&p->part[p->n - 1]);
	uint64_t size = d->to - d->from, mine = to - from, gap, near;
	struct overlap o = overlap_of(h, d, p);

	h->work++;
	if (o.blocks) {
		if (d->load && p->load && d->load != p->load)
			return 0;
		if (o.differ * 8 > o.blocks && (o.blocks * BLOCK * 2 >= size ||
						o.blocks >= 64))
			return 0;
		return 3;
	}
	if (from >= d->from && to <= d->to)
		return !d->load || !p->load || d->load == p->load ? 2 : 0;
	if (from <= d->to && to >= d->from)
		return 1;
	gap = from > d->to ? from - d->to : d->from - to;
	near = (size > mine ? size : mine) / 4;
	return !p->apart && gap <= (near > NEAR ? near : NEAR);
}

static void add_conflict(struct dump *d, const struct stretch *a,
			 const struct stretch *b, uint64_t at, uint64_t size)
{
	struct conflict *c = d->nconflict ? &d->conflict[d->nconflict - 1] : NULL;

	if (c && c->at + c->size == at) {
		c->size += size;
		return;
	}
	d->conflict = xgrow(d->conflict, &d->capconflict, d->nconflict + 1,
			    sizeof(*d->conflict));
	c = &d->conflict[d->nconflict++];
	*c = (struct conflict){ .at = at, .size = size };
	c->value[0] = byte_of(a, at);
	c->value[1] = byte_of(b, at);
	c->log[0] = a->log;
	c->log[1] = b->log;
	c->line[0] = a->line + (a->per ? (at - a->at) / a->per : 0);
	c->line[1] = b->line + (b->per ? (at - b->at) / b->per : 0);
}

static void note_conflicts(struct dump *d, const struct stretch *a,
			   const struct stretch *b, uint64_t from, uint64_t to)
{
	uint64_t told = telling_end(a, b, from, to);

	for (; from < told; from++) {
		if (byte_of(a, from) == byte_of(b, from))
			continue;
		add_conflict(d, a, b, from, told < to ? to - from : 1);
		if (told < to)
			return;
	}
}

/* Both lists are sorted; where they overlap, what was there first stays. */
static void merge(struct hexdump *h, struct dump *d, const struct pass *p)
{
	struct stretch *out = NULL, b;
	size_t n = 0, cap = 0, i = 0, k = 0;

	b = p->part[0];
	while (i < d->n || k < p->n) {
		const struct stretch *a = &d->part[i];
		uint64_t to;

		h->work++;
		if (k == p->n || (i < d->n && end_of(a) <= b.at)) {
			stretch_add(&out, &n, &cap, *a);
			i++;
			continue;
		}
		to = end_of(&b);
		if (i < d->n && a->at < to) {
			to = a->at > b.at ? a->at : end_of(a) < to ? end_of(a) : to;
			if (a->at <= b.at)
				note_conflicts(d, a, &b, b.at, to);
		}
		if (i == d->n || a->at > b.at)
			stretch_add(&out, &n, &cap, cut(&b, b.at, to));
		if (to < end_of(&b))
			b = cut(&b, to, end_of(&b));
		else if (++k < p->n)
			b = p->part[k];
	}
	free(d->part);
	d->part = out;
	d->n = n;
	d->cap = cap;
}

static void attach(struct hexdump *h, struct dump *d, const struct pass *p)
{
	const struct stretch *l = d->n ? &d->part[d->n - 1] : NULL;

	if (!l || end_of(l) <= p->part[0].at)
		for (size_t i = 0; i < p->n; i++)
			stretch_add(&d->part, &d->n, &d->cap, p->part[i]);
	else
		merge(h, d, p);
	if (p->from < d->from)
		d->from = p->from;
	if (p->to >= d->to) {
		d->to = p->to;
		d->tail = p->tail;
	}
	if (!d->load)
		d->load = p->load;
	if (!d->verb)
		d->verb = p->verb;
}

static int add_dump(struct hexdump *h, const struct pass *p, unsigned log,
		    struct err *e)
{
	struct dump *d;

	if (h->ndump == MOST_DUMPS)
		return fail_line(e, p->part[0].line, "more than %d separate memory "
				 "ranges; this is no dump, or cut the log", MOST_DUMPS);
	h->dump = xrealloc(h->dump, (h->ndump + 1) * sizeof(*h->dump));
	d = &h->dump[h->ndump++];
	*d = (struct dump){ .from = p->from, .to = p->to, .load = p->load,
			    .log = log, .dialect = p->dialect, .verb = p->verb,
			    .width = p->width, .tail = p->tail };
	attach(h, d, p);
	return 0;
}

/* What began as a dump of its own may lie in a gap of one that came later. */
static void swallow(struct hexdump *h, struct dump *into)
{
	for (size_t i = h->ndump; i-- > 0;) {
		struct dump *d = &h->dump[i];
		struct pass p = { .part = d->part, .n = d->n, .from = d->from,
				  .to = d->to, .load = d->load, .tail = d->tail,
				  .verb = d->verb };

		if (d == into || d->from < into->from || d->to > into->to ||
		    d->nconflict || fits(h, into, &p) < 2)
			continue;
		attach(h, into, &p);
		free(d->part);
		memmove(d, d + 1, (size_t)(h->dump + h->ndump - d - 1) * sizeof(*d));
		h->ndump--;
		into -= into > d;
	}
}

/* The latest of those that fit best. */
int hexdump_lay(struct hexdump *h, struct pass *p, unsigned log, struct err *e)
{
	struct dump *best = NULL;
	int score = 0;
	bool tie = false;

	for (size_t i = h->ndump; i-- > 0;) {
		int s = fits(h, &h->dump[i], p);

		tie = s > score ? false : tie || (s && s == score);
		if (s > score) {
			best = &h->dump[i];
			score = s;
		}
	}
	if (h->work > most_work)
		return fail_line(e, p->part[0].line, "the addresses jump about too "
				 "much; cut the log");
	if (!best)
		return add_dump(h, p, log, e);
	if (tie && score == 2 && best->log != log && !h->opts.dump)
		return fail_line(e, p->part[0].line, "0x%llx fits into more than one of "
				 "the dumps; give only the logs of one",
				 (unsigned long long)p->part[0].at);
	attach(h, best, p);
	swallow(h, best);
	return 0;
}

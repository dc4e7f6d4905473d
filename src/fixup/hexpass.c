/* hexpass.c - a pass grows: rising addresses, with gaps and repeats */
#include "fixup/hexpass.h"

#include "core/mem.h"

void stretch_add(struct stretch **part, size_t *n, size_t *cap, struct stretch s)
{
	struct stretch *l = *n ? &(*part)[*n - 1] : NULL;

	if (l && l->at + l->size == s.at && l->p + l->size == s.p && !l->repeat &&
	    !s.repeat && l->log == s.log && l->per == s.per) {
		l->size += s.size;
		return;
	}
	*part = xgrow(*part, cap, *n + 1, sizeof(s));
	(*part)[(*n)++] = s;
}

uint64_t pass_end(const struct pass *p)
{
	const struct stretch *l = &p->part[p->n - 1];

	return l->at + l->size;
}

void damage_add(struct damage *d, const struct piece *p)
{
	if (!d->lines) {
		d->line = p->line;
		d->at = p->at;
	}
	d->lines += p->lines ? p->lines : 1;
	d->lost = p->lost;
}

/* Two addresses that one or two wrong digits tell apart. */
bool is_misread(uint64_t a, uint64_t b)
{
	unsigned differ = 0;

	if (a == b >> 4 || b == a >> 4)
		return true;
	for (uint64_t x = a ^ b; x; x >>= 4)
		differ += (x & 15) != 0;
	return differ <= 2;
}

struct pass *pass_begin(struct walk *w, const struct piece *r)
{
	struct passes *o = w->out;
	struct pass *p;

	o->pass = xgrow(o->pass, &o->cap, o->n + 1, sizeof(*o->pass));
	p = &o->pass[o->n++];
	*p = (struct pass){ .from = r->at, .to = r->at, .load = w->load,
			    .apart = w->has_echo, .dialect = r->dialect,
			    .width = r->width };
	return w->cur = p;
}

/* Bad lines behind the last good one were lines of the dump as well. */
void pass_finish(struct walk *w)
{
	struct pass *p = w->cur;
	const struct damage *b = &w->bad;
	uint64_t end, to;

	if (!p)
		return;
	end = pass_end(p);
	to = end + b->lines * p->part[p->n - 1].per;
	if (b->lines && b->line == w->line + 1 && !p->asked && to > p->to &&
	    (!b->at || b->at == end || is_misread(b->at, end)))
		p->to = to;
	if (end > w->top)
		w->top = end;
	if (pass_end(p) > p->to)
		p->to = pass_end(p);
	if (p->to > end) {
		p->tail = w->bad;
		w->log->flipped += b->lines && b->lost <= 0;
	}
	w->bad = (struct damage){ 0 };
	w->cur = NULL;
}

/* A short line and then a gap: something is missing inside that line. */
void pass_drop_short(struct walk *w)
{
	struct pass *p = w->cur;
	struct stretch *l = &p->part[p->n - 1];

	if (!w->short_line || w->has_echo || l->repeat || l->size < w->last)
		return;
	if (l->size == w->last && p->n == 1)
		return;
	l->size -= w->last;
	damage_add(&w->bad, &(struct piece){ .line = w->line, .lines = 1 });
	w->log->good--;
	w->log->bad++;
	if (!l->size)
		p->n--;
}

bool pass_is_near(const struct walk *w, uint64_t at)
{
	const struct pass *p = w->cur;
	uint64_t gap = at - pass_end(p);

	return gap <= NEAR || at < p->to || gap <= (pass_end(p) - p->part[0].at) / 4;
}

bool pass_repeats(const struct walk *w, uint64_t to)
{
	const struct stretch *l = &w->cur->part[w->cur->n - 1];

	return w->star && w->cur->dialect->star && to > pass_end(w->cur) &&
	       to - pass_end(w->cur) <= MOST_REPEATED &&
	       l->size >= l->per && (to - pass_end(w->cur)) % l->per == 0;
}

void pass_put_repeats(struct walk *w, uint64_t to)
{
	struct pass *p = w->cur;
	struct stretch s = p->part[p->n - 1];
	uint64_t from = pass_end(p);

	s.p = s.repeat ? s.p : s.p + s.size - s.per;
	s.repeat = s.per;
	s.at = from;
	s.size = to - from;
	s.before = (struct damage){ 0 };
	stretch_add(&p->part, &p->n, &p->cap, s);
}

void pass_want(struct walk *w, const struct piece *r)
{
	const struct piece *e = &w->echo;
	struct pass *p = w->cur;
	uint64_t to = e->at + e->size;

	if (!w->has_echo || e->kind != PIECE_ECHO)
		return;
	if (!p->verb)
		p->verb = e->verb;
	if (r->at < e->at || r->at >= to || to < e->at)
		return;
	if (e->at < p->from && p->n == 1)
		p->from = e->at;
	p->asked = true;
	if (to > p->to)
		p->to = to;
}

/* Bad lines right before the first good one were lines of the dump as well. */
void pass_want_head(struct walk *w, const struct piece *r)
{
	uint64_t head = w->bad.lines * r->per;

	if (!w->cur->asked && w->bad.lines && head <= r->at &&
	    (!w->bad.at || w->bad.at == r->at - head ||
	     is_misread(w->bad.at, r->at - head)) &&
	    w->bad.line + w->bad.lines == r->line)
		w->cur->from = r->at - head;
}

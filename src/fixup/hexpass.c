/* hexpass.c - the pieces of one log, in order, become passes */
#include <stdlib.h>

#include "core/mem.h"
#include "fixup/hexdump.h"

enum { NEAR = 1 << 16, FEW_LINES = 2, MOST_REPEATED = 1 << 30 };

/* Where the walk through a log is. */
struct walk {
	struct hexdump *h;
	struct hexlog *log;
	unsigned number;
	struct passes *out;
	struct piece *piece, *end;

	struct pass *cur;
	struct piece echo;
	bool has_echo;		/* a command was typed since the last run */
	bool short_line;	/* the last run ended with one */
	unsigned last;		/* bytes of the last line */
	uint64_t line;		/* of the last good line */
	uint64_t load;
	uint64_t top;		/* the highest end of a pass so far */
	struct damage bad;
	bool star;
	/* CFE's pages */
	bool paged, spare;
	uint64_t base, page_size, pages;
};

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

static uint64_t end_of(const struct pass *p)
{
	const struct stretch *l = &p->part[p->n - 1];

	return l->at + l->size;
}

static void damage_add(struct damage *d, const struct piece *p)
{
	if (!d->lines) {
		d->line = p->line;
		d->at = p->at;
	}
	d->lines += p->lines ? p->lines : 1;
	d->lost = p->lost;
}

static struct piece *next_run(const struct walk *w, struct piece *p)
{
	for (p++; p < w->end; p++)
		if (p->kind == PIECE_RUN)
			return p;
		else if (p->kind == PIECE_ECHO || p->kind == PIECE_LOAD)
			return NULL;
	return NULL;
}

/* Two addresses that one or two wrong digits tell apart. */
static bool is_misread(uint64_t a, uint64_t b)
{
	unsigned differ = 0;

	if (a == b >> 4 || b == a >> 4)
		return true;
	for (uint64_t x = a ^ b; x; x >>= 4)
		differ += (x & 15) != 0;
	return differ <= 2;
}

/*
 * A line or two whose addresses do not fit between neighbours that fit each
 * other: the address was damaged, although the rest of the line is good.
 */
static bool is_stray(const struct walk *w, struct piece *r)
{
	const struct piece *n = next_run(w, r);
	uint64_t due;

	if (r->dialect == &dialect_ihex || r->dialect == &dialect_srec)
		return false;	/* the sum covers the address */
	if (r->lines > FEW_LINES || !(w->has_echo ? w->echo.size > 0 : w->cur != NULL))
		return false;
	due = w->has_echo ? w->echo.at : end_of(w->cur);
	if (r->at == due || r->at == w->top)
		return false;
	if (n)
		return n->at >= due && n->at - due <= NEAR && n->at - due >= r->size &&
		       !(r->at >= due && r->at < n->at);
	/* At the end only what follows at once can be told to be misread. */
	return r->lines == 1 && !w->has_echo && is_misread(r->at, due) &&
	       (r->at < due || r->line == w->line + 1);
}

static struct pass *begin_pass(struct walk *w, const struct piece *r)
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
static void end_pass(struct walk *w)
{
	struct pass *p = w->cur;
	const struct damage *b = &w->bad;
	uint64_t end, to;

	if (!p)
		return;
	end = end_of(p);
	to = end + b->lines * p->part[p->n - 1].per;
	if (b->lines && b->line == w->line + 1 && !p->asked && to > p->to &&
	    (!b->at || b->at == end || is_misread(b->at, end)))
		p->to = to;
	if (end > w->top)
		w->top = end;
	if (end_of(p) > p->to)
		p->to = end_of(p);
	if (p->to > end) {
		p->tail = w->bad;
		w->log->flipped += b->lines && b->lost <= 0;
	}
	w->bad = (struct damage){ 0 };
	w->cur = NULL;
}

/* A short line and then a gap: something is missing inside that line. */
static void drop_short(struct walk *w)
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

static bool is_near(const struct walk *w, uint64_t at)
{
	const struct pass *p = w->cur;
	uint64_t gap = at - end_of(p);

	return gap <= NEAR || at < p->to || gap <= (end_of(p) - p->part[0].at) / 4;
}

static bool repeats(const struct walk *w, uint64_t to)
{
	const struct stretch *l = &w->cur->part[w->cur->n - 1];

	return w->star && w->cur->dialect->star && to > end_of(w->cur) &&
	       to - end_of(w->cur) <= MOST_REPEATED &&
	       l->size >= l->per && (to - end_of(w->cur)) % l->per == 0;
}

static void put_repeats(struct walk *w, uint64_t to)
{
	struct pass *p = w->cur;
	struct stretch s = p->part[p->n - 1];
	uint64_t from = end_of(p);

	s.p = s.repeat ? s.p : s.p + s.size - s.per;
	s.repeat = s.per;
	s.at = from;
	s.size = to - from;
	s.before = (struct damage){ 0 };
	stretch_add(&p->part, &p->n, &p->cap, s);
}

static void want(struct walk *w, const struct piece *r)
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
static void want_head(struct walk *w, const struct piece *r)
{
	uint64_t head = w->bad.lines * r->per;

	if (!w->cur->asked && w->bad.lines && head <= r->at &&
	    (!w->bad.at || w->bad.at == r->at - head ||
	     is_misread(w->bad.at, r->at - head)) &&
	    w->bad.line + w->bad.lines == r->line)
		w->cur->from = r->at - head;
}

/*
 * Lines in a gap whose length is right, or that cannot even be recognized:
 * characters were changed there, not lost.
 */
static void count_changed(struct walk *w, const struct piece *r)
{
	uint64_t between = r->line - w->line - 1;
	uint64_t lacking = (r->at - end_of(w->cur)) / r->per;

	if (w->bad.lines && w->bad.lost <= 0)
		w->log->flipped += w->bad.lines;
	else if (between > w->bad.lines && between <= 2 * lacking)
		w->log->flipped++;
}

static void walk_run(struct walk *w, struct piece *r)
{
	struct stretch s = { .size = r->size, .p = r->p, .log = w->number,
			     .line = r->line, .per = r->per };
	bool goes_on, first;

	if (w->paged)
		r->at += w->base;
	if (is_stray(w, r)) {
		r->at = 0;
		damage_add(&w->bad, r);
		piece_to_bad(w->log, r);
		w->log->flipped++;
		return;
	}
	s.at = r->at;
	goes_on = w->cur && w->cur->load == w->load && r->at >= end_of(w->cur);
	if (goes_on && r->at > end_of(w->cur) && repeats(w, r->at))
		put_repeats(w, r->at);
	if (goes_on && r->at > end_of(w->cur)) {
		bool done = w->has_echo && w->cur->asked &&
			    end_of(w->cur) >= w->cur->to;

		goes_on = !done && is_near(w, r->at);
		if (goes_on) {
			count_changed(w, r);
			drop_short(w);
		}
	}
	first = !goes_on || !w->cur->n;
	s.before = w->bad;
	if (first) {
		end_pass(w);
		w->bad = s.before;
		begin_pass(w, r);
	}
	stretch_add(&w->cur->part, &w->cur->n, &w->cur->cap, s);
	want(w, r);
	if (first)
		want_head(w, r);
	w->has_echo = w->star = false;
	w->bad = (struct damage){ 0 };
	w->short_line = r->last < r->per;
	w->last = r->last;
	w->line = r->line + r->lines - 1;
}

static void walk_end(struct walk *w, const struct piece *p)
{
	if (!w->cur || !w->cur->dialect->star || p->at < end_of(w->cur))
		return;
	if (repeats(w, p->at))
		put_repeats(w, p->at);
	else if (is_near(w, p->at) && p->at > w->cur->to)
		w->cur->to = p->at;
	w->star = false;
}

static void walk_crc(struct walk *w, const struct piece *p)
{
	struct hexdump *h = w->h;

	h->crc = xrealloc(h->crc, (h->ncrc + 1) * sizeof(*h->crc));
	h->crc[h->ncrc++] = (struct crc){ p->at, p->size, (uint32_t)p->value, p->line,
					  w->number };
}

static void walk_bad(struct walk *w, const struct piece *p)
{
	damage_add(&w->bad, p);
}

static void walk_piece(struct walk *w, struct piece *p)
{
	if (p->kind == PIECE_RUN && w->spare)
		w->log->spare += (unsigned)p->lines;
	else if (p->kind == PIECE_RUN)
		walk_run(w, p);
	else if (p->kind == PIECE_BAD)
		walk_bad(w, p);
	else if (p->kind == PIECE_STAR)
		w->star = w->star || !p->size;
	else if (p->kind == PIECE_END)
		walk_end(w, p);
	else if (p->kind == PIECE_CRC)
		walk_crc(w, p);
	else if (p->kind == PIECE_SPARE)
		w->spare = true;
	if (p->kind == PIECE_LOAD)
		w->load = p->value;
	if (p->kind == PIECE_ECHO || p->kind == PIECE_LOAD) {
		w->has_echo = true;
		w->echo = *p;
	}
	if (p->kind == PIECE_PAGE) {
		w->paged = true;
		w->spare = false;
		w->base = (p->at * w->pages + p->size) * w->page_size;
	}
}

/* CFE's addresses begin again in each page: how large are page and block? */
static void measure_pages(struct walk *w)
{
	const struct piece *run = NULL;
	uint64_t most = 0, of_block = 0;

	for (struct piece *p = w->piece; p < w->end; p++) {
		if (p->kind == PIECE_RUN)
			run = p;
		if (p->kind == PIECE_PAGE && p->size > most)
			most = p->size;
		if (p->kind == PIECE_SPARE && run && run->at + run->size > of_block)
			of_block = run->at + run->size;
	}
	w->page_size = of_block <= 1 << 16 ? of_block : 0;
	for (w->pages = w->page_size <= 512 ? 32 : 64; w->pages <= most &&
	     w->pages < 1 << 16; w->pages *= 2)
		;
}

/* All chunks' pieces as one list, lines counted from the start of the log. */
static struct piece *flat(const struct hexlog *log, size_t *n)
{
	struct piece *all;
	uint64_t lines = 0;
	size_t at = 0;

	*n = 0;
	for (size_t i = 0; i < log->nchunk; i++)
		*n += log->chunk[i].n;
	all = xcalloc(*n ? *n : 1, sizeof(*all));
	for (size_t i = 0; i < log->nchunk; i++) {
		const struct chunk *c = &log->chunk[i];

		for (size_t k = 0; k < c->n; k++) {
			all[at] = c->piece[k];
			all[at++].line += lines;
		}
		lines += c->lines;
	}
	return all;
}

void hexlog_passes(struct hexdump *h, unsigned log, struct passes *out)
{
	struct walk w = { .h = h, .log = &h->log[log], .number = log, .out = out };
	struct piece *all;
	size_t n;

	all = flat(w.log, &n);
	settle_weak(w.log, all, n);
	settle_order(&h->opts, w.log, all, n);
	w.piece = all;
	w.end = all + n;
	measure_pages(&w);
	for (struct piece *p = w.piece; p < w.end; p++)
		walk_piece(&w, p);
	end_pass(&w);
	free(all);
}

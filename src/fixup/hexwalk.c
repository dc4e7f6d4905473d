/* hexwalk.c - the pieces of one log, in order, become passes */
#include <stdlib.h>

#include "core/mem.h"
#include "fixup/hexpass.h"

static struct piece *next_run(const struct walk *w, struct piece *p)
{
	for (p++; p < w->end; p++)
		if (p->kind == PIECE_RUN)
			return p;
		else if (p->kind == PIECE_ECHO || p->kind == PIECE_LOAD)
			return NULL;
	return NULL;
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
	due = w->has_echo ? w->echo.at : pass_end(w->cur);
	if (r->at == due || r->at == w->top)
		return false;
	if (n)
		return n->at >= due && n->at - due <= NEAR && n->at - due >= r->size &&
		       !(r->at >= due && r->at < n->at);
	/* At the end only what follows at once can be told to be misread. */
	return r->lines == 1 && !w->has_echo && is_misread(r->at, due) &&
	       (r->at < due || r->line == w->line + 1);
}

/*
 * Lines in a gap whose length is right, or that cannot even be recognized:
 * characters were changed there, not lost.
 */
static void count_changed(struct walk *w, const struct piece *r)
{
	uint64_t between = r->line - w->line - 1;
	uint64_t lacking = (r->at - pass_end(w->cur)) / r->per;

	if (w->bad.lines && w->bad.lost <= 0)
		w->log->flipped += w->bad.lines;
	else if (between > w->bad.lines && between <= 2 * lacking)
		w->log->flipped++;
}

/* Whether a run belongs to the pass before it, with a gap or without. */
static bool goes_on(struct walk *w, const struct piece *r)
{
	struct pass *p = w->cur;
	bool done;

	if (!p || p->load != w->load || r->at < pass_end(p))
		return false;
	if (r->at > pass_end(p) && pass_repeats(w, r->at))
		pass_put_repeats(w, r->at);
	if (r->at == pass_end(p))
		return true;
	done = w->has_echo && p->asked && pass_end(p) >= p->to;
	if (done || !pass_is_near(w, r->at))
		return false;
	count_changed(w, r);
	pass_drop_short(w);
	return p->n > 0;
}

static void walk_run(struct walk *w, struct piece *r)
{
	struct stretch s = { .size = r->size, .p = r->p, .log = w->number,
			     .line = r->line, .per = r->per };
	bool first;

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
	first = !goes_on(w, r);
	s.before = w->bad;
	if (first) {
		pass_finish(w);
		w->bad = s.before;
		pass_begin(w, r);
	}
	stretch_add(&w->cur->part, &w->cur->n, &w->cur->cap, s);
	pass_want(w, r);
	if (first)
		pass_want_head(w, r);
	w->has_echo = w->star = false;
	w->bad = (struct damage){ 0 };
	w->short_line = r->last < r->per;
	w->last = r->last;
	w->line = r->line + r->lines - 1;
}

static void walk_end(struct walk *w, const struct piece *p)
{
	if (!w->cur || !w->cur->dialect->star || p->at < pass_end(w->cur))
		return;
	if (pass_repeats(w, p->at))
		pass_put_repeats(w, p->at);
	else if (pass_is_near(w, p->at) && p->at > w->cur->to)
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
	pass_finish(&w);
	free(all);
}

/* paststates.c - the states of one file that its records still tell */
#include <stdlib.h>

#include "fs/pastlog.h"

enum {
	MOST_SIZE = 256 << 20,	/* of a file, as far as it has data */
	RECORD_WORK = 32,	/* a record counts as so many bytes looked at */
};

/* What each byte of a file is, as the records are gone through in order. */
enum { NOTHING, HOLE, OLD, NEW };

/*
 * A state is worth keeping when a record comes that takes from it what was
 * written since the last one that was kept (NEW). So a file that is written
 * anew from front to back has been in two states, not in one for each page,
 * and one that only grew in none but the last.
 */
struct replay {
	struct past_log *p;
	const struct past_file *f;
	uint8_t *data, *kind;	/* size bytes each */
	size_t size, cap;
	size_t news, old;	/* all that is NEW lies between these */
	size_t first;		/* the record that emptied the file last */
	size_t lead;		/* one whose size data have not reached yet ... */
	uint64_t until;		/* ... which is this; 0: there is none */
	size_t from, end;	/* what was written since */
	struct buf page;	/* what the record at hand wrote */
};

/* Whether every record goes on where the one before ended. */
static bool only_grew(const struct past_log *p, const struct past_file *f)
{
	uint64_t end = 0, size = 0;
	struct past_step s;

	for (size_t k = 0; k < f->n; k++) {
		if (!p->format->step(p, f->first + k, &s))
			return false;
		if (s.grows)
			s.size = size < s.from + s.n ? s.from + s.n : size;
		if (s.size < size || (s.n && s.from < end))
			return false;
		size = s.size;
		if (s.n)
			end = s.from + s.n;
	}
	return true;
}

static void work(struct past_log *p, uint64_t n)
{
	p->left = n < p->left ? p->left - n : 0;
}

static void keep(struct past_log *p, const struct past_file *f, size_t first,
		 size_t end)
{
	p->state = xgrow(p->state, &p->cap, p->n + 1, sizeof(*p->state));
	p->state[p->n++] = (struct past_state){ f, first, end };
}

static bool has_new(const struct replay *r, uint64_t from, uint64_t end)
{
	from = from > r->news ? from : r->news;
	end = end < r->old ? end : r->old;
	end = end < r->size ? end : r->size;
	return from < end && memchr(r->kind + from, NEW, (size_t)(end - from));
}

/* Whether writing the page at from takes anything that is NEW. */
static bool takes(const struct replay *r, uint64_t from, uint64_t end)
{
	if (!has_new(r, from, end))
		return false;
	end = end < r->size ? end : r->size;
	for (size_t i = (size_t)from; i < end; i++) {
		size_t k = i - (size_t)from;
		uint8_t now = k < r->page.len ? r->page.p[k] : 0;

		if (r->kind[i] == NEW && r->data[i] != now)
			return true;
	}
	return false;
}

/* False where the record cannot be used. */
static bool load_page(struct replay *r, size_t k, const struct past_step *s)
{
	buf_clear(&r->page);
	return s->n && s->from <= MOST_SIZE && s->n <= MOST_SIZE - s->from &&
	       (s->hole || (r->p->format->load(r->p, r->f->first + k, &r->page) &&
			    r->page.len == s->n));
}

static void grow(struct replay *r, size_t size)
{
	size_t cap = r->cap;

	if (size <= r->size)
		return;
	r->data = xgrow(r->data, &cap, size, 1);
	r->kind = xgrow(r->kind, &r->cap, size, 1);
	memset(r->data + r->size, 0, size - r->size);
	memset(r->kind + r->size, NOTHING, size - r->size);
	work(r->p, size - r->size);
	r->size = size;
}

/* n bytes from there on, as far as it goes: zeros of this kind. */
static void mark(struct replay *r, size_t from, size_t n, uint8_t kind)
{
	if (from >= r->size)
		return;
	n = n < r->size - from ? n : r->size - from;
	memset(r->data + from, 0, n);
	memset(r->kind + from, kind, n);
}

static void write_page(struct replay *r, const struct past_step *s)
{
	size_t from = (size_t)s->from, n = (size_t)s->n;

	if (!s->hole)
		grow(r, from + n);
	mark(r, from, n, s->hole ? HOLE : NEW);
	if (!s->hole && n) {
		r->news = from < r->news ? from : r->news;
		r->old = from + n > r->old ? from + n : r->old;
	}
	mark(r, from + n, (size_t)s->blank, NOTHING);
	if (r->page.len)
		memcpy(r->data + from, r->page.p, r->page.len);
}

/* What has begun already when record k comes is no part of what was. */
static void next_state(struct replay *r, size_t k, const struct past_step *s,
		       bool cuts)
{
	uint64_t from = cuts ? s->size : s->from;
	uint64_t end = cuts ? UINT64_MAX : s->from + s->n + s->blank;
	bool begun = r->until && r->lead > r->first &&
		     !has_new(r, from > r->from ? from : r->from,
			      end < r->end ? end : r->end);

	keep(r->p, r->f, r->first, begun ? r->lead : k);
	work(r->p, RECORD_WORK * (k - r->first));
	for (size_t i = r->news; i < r->old && i < r->size; i++, work(r->p, 1))
		if (r->kind[i] == NEW && !(begun && i >= r->from && i < r->end))
			r->kind[i] = OLD;
	r->news = begun ? r->from : SIZE_MAX;
	r->old = begun ? r->end : 0;
}

static void follow_lead(struct replay *r, size_t k, const struct past_step *s,
			bool data)
{
	if (data) {
		r->from = r->from < s->from ? r->from : (size_t)s->from;
		r->end = r->end > s->from + s->n ? r->end : (size_t)(s->from + s->n);
	}
	if (!s->grows || r->size >= r->until)
		r->until = 0;
	if (!s->leads || (!s->grows && s->size <= r->size))
		return;
	r->lead = k;
	r->until = s->grows ? UINT64_MAX : s->size;
	r->from = data ? (size_t)s->from : SIZE_MAX;
	r->end = data ? (size_t)(s->from + s->n) : 0;
}

static void step(struct replay *r, size_t k)
{
	struct past_step s;
	bool data, cuts;

	if (!r->p->format->step(r->p, r->f->first + k, &s))
		return;
	data = load_page(r, k, &s);
	cuts = !s.grows && s.size < r->size;
	if ((cuts && has_new(r, s.size, r->size)) ||
	    (data && (takes(r, s.from, s.from + s.n) ||
		      has_new(r, s.from + s.n, s.from + s.n + s.blank))))
		next_state(r, k, &s, cuts);
	if (cuts)
		r->size = (size_t)s.size;
	if (!s.grows && !s.size)
		r->first = k;
	if (data)
		write_page(r, &s);
	follow_lead(r, k, &s, data);
	work(r->p, RECORD_WORK + (s.hole ? 0 : s.n));
}

static void replay(struct past_log *p, const struct past_file *f)
{
	struct replay r = { .p = p, .f = f, .news = SIZE_MAX };
	uint64_t rest = p->left / 2;

	for (size_t k = 0; k < f->n && p->left > rest; k++)
		step(&r, k);
	p->limited |= p->left <= rest;
	if (!f->live || f->stale)
		keep(p, f, r.first, f->n);
	free(r.data);
	free(r.kind);
	buf_free(&r.page);
}

void past_states(struct past_log *p, const struct past_file *f)
{
	if (S_ISREG(f->mode) && !only_grew(p, f))
		replay(p, f);
	else if (f->live ? f->stale && S_ISREG(f->mode) : f->mode)
		keep(p, f, 0, f->n);
}

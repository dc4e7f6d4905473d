/* strip.c - a whole raw image apart: pages on all workers, taken in order */
#include "fixup/nand/strip.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "core/par.h"
#include "fixup/nand/bits.h"
#include "fixup/nand/odd.h"
#include "fixup/nand/scramble.h"

enum { PIECE = 64, AHEAD = 8, MOST_FIXED = 256, MOST_BITS = NAND_MOST_RAW * 8 };

/* PIECE pages. */
struct slot {
	uint8_t *data, *spare;
	struct page_state state[PIECE];
	struct buf odd;
	unsigned pages;
};

struct strip {
	const struct nand_chip *c;
	struct view raw;
	const struct nand_sink *k;
	struct nand_report *r;
	struct slot slot[AHEAD];
};

/* The bits that differ between the page as read and as its pieces give it. */
static void note_odd(const struct strip *s, struct slot *t, unsigned i,
		     uint64_t page, const uint8_t *raw)
{
	const uint8_t *data = t->data + (size_t)i * s->c->page;
	uint8_t again[NAND_MOST_RAW];
	uint32_t bit[256], n = 0;

	page_join(s->c, data, t->spare + (size_t)i * s->c->spare, again);
	page_scramble(s->c, page, again);
	for (uint32_t at = 0; at < nand_raw(s->c); at++)
		for (unsigned k = 0; again[at] != raw[at] && k < 8; k++)
			if ((again[at] ^ raw[at]) >> k & 1 && n < 256)
				bit[n++] = at * 8 + k;
	odd_put(&t->odd, (uint32_t)page, (struct view){ data, s->c->page, 0 }, bit, n);
}

/* A raw page as its code words have it. */
static const uint8_t *plain_page(const struct strip *s, uint64_t page,
				 const uint8_t *raw, uint8_t *room)
{
	if (!s->c->seeds)
		return raw;
	memcpy(room, raw, nand_raw(s->c));
	page_scramble(s->c, page, room);
	return room;
}

static void work(size_t item, void *arg)
{
	struct strip *s = arg;
	struct slot *t = &s->slot[item % AHEAD];
	uint64_t first = (uint64_t)item * PIECE, size = nand_raw(s->c);
	uint8_t room[NAND_MOST_RAW];
	bool hasty = false;

	buf_clear(&t->odd);
	t->pages = 0;
	for (unsigned i = 0; i < PIECE; i++, t->pages++) {
		struct view raw = view_sub(s->raw, (first + i) * size, size);
		struct page_state *p = &t->state[i];

		if (!raw.len)
			break;
		/* A run of pages that fail is no place for many tries. */
		*p = (struct page_state){ .hasty = hasty };
		page_read(s->c, plain_page(s, first + i, raw.p, room), t->data + (size_t)i * s->c->page,
			  t->spare + (size_t)i * s->c->spare, p);
		hasty = p->kind == PAGE_LOST && i >= 8 &&
			t->state[i - 8].kind == PAGE_LOST;
		if (s->k->odd && (p->flips || p->kind == PAGE_LOST))
			note_odd(s, t, i, first + i, raw.p);
	}
}

/* Of a page of a bad block. */
static bool has_something(const struct nand_chip *c, const struct slot *t, unsigned i)
{
	return t->state[i].kind == PAGE_GOOD &&
	       bits_zero(t->data + (size_t)i * c->page, c->page, 0);
}

/* Nobody misses anything of a bad block. */
static void count(struct nand_report *r, const struct page_state *p,
		  const struct nand_bad *bad)
{
	if (bad) {
		r->pages++;
		return;
	}
	r->erased += p->kind == PAGE_ERASED;
	r->flips += p->flips;
	if (p->flips) {
		r->fixed++;
		if (r->nfixed < MOST_FIXED) {
			r->fixed_page = xgrow(r->fixed_page, &r->capfixed, r->nfixed + 1,
					      sizeof(*r->fixed_page));
			r->fixed_page[r->nfixed++] = r->pages;
		}
	}
	if (p->kind == PAGE_LOST) {
		r->lost_page = xgrow(r->lost_page, &r->caplost, r->nlost + 1,
				     sizeof(*r->lost_page));
		r->lost_page[r->nlost++] = r->pages;
		r->lost++;
	}
	r->pages++;
}

static int give(struct strip *s, const struct slot *t, unsigned from, unsigned n,
		struct err *e)
{
	const struct nand_sink *k = s->k;
	struct view data = { t->data + (size_t)from * s->c->page,
			     (size_t)n * s->c->page, 0 };
	struct view spare = { t->spare + (size_t)from * s->c->spare,
			      (size_t)n * s->c->spare, 0 };

	if (!n)
		return 0;
	if (k->data(k->arg, data, e) < 0)
		return -1;
	return k->spare ? k->spare(k->arg, spare, e) : 0;
}

static int done(size_t item, void *arg, struct err *e)
{
	struct strip *s = arg;
	struct slot *t = &s->slot[item % AHEAD];
	uint64_t first = (uint64_t)item * PIECE;
	unsigned from = 0;

	for (unsigned i = 0; i < t->pages; i++) {
		struct nand_bad *bad = nand_is_bad(s->r, (first + i) / s->c->block);

		if (bad && s->k->skip_bad) {
			if (give(s, t, from, i - from, e) < 0)
				return -1;
			from = i + 1;
			s->r->pages++;
		} else {
			if (bad)
				bad->holds |= has_something(s->c, t, i);
			count(s->r, &t->state[i], bad);
		}
	}
	if (s->k->odd)
		put_view(s->k->odd, buf_view(&t->odd));
	if (s->k->progress)
		s->k->progress(s->k->arg, (first + t->pages) * nand_raw(s->c),
			       s->raw.len);
	return from < t->pages ? give(s, t, from, t->pages - from, e) : 0;
}

int nand_strip(const struct nand_chip *c, struct view raw,
	       const struct nand_sink *k, struct nand_report *r, struct err *e)
{
	struct strip *s = xcalloc(1, sizeof(*s));
	uint64_t pages = raw.len / nand_raw(c);
	const struct par par = { work, done, s, AHEAD };
	struct view tail = view_from(raw, pages * nand_raw(c));
	int status;

	*s = (struct strip){ .c = c, .raw = raw, .k = k, .r = r };
	for (unsigned i = 0; i < AHEAD; i++) {
		s->slot[i].data = xmalloc((size_t)PIECE * c->page);
		s->slot[i].spare = xmalloc((size_t)PIECE * c->spare);
		s->slot[i].odd.endian = k->odd ? k->odd->endian : LITTLE;
	}
	status = par_run(&par, (pages + PIECE - 1) / PIECE, e);
	r->tail = tail.len;
	if (!status && tail.len)
		status = k->data(k->arg, tail, e);
	for (unsigned i = 0; i < AHEAD; i++) {
		free(s->slot[i].data);
		free(s->slot[i].spare);
		buf_free(&s->slot[i].odd);
	}
	free(s);
	return status;
}

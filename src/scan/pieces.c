/* pieces.c - read everything once, hunt every hit in order */
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/mem.h"
#include "core/par.h"
#include "scan/engine.h"

/*
 * A piece fits the second-level cache together with what surrounds it; a few
 * are one item of work, for workers to wake each other less often.
 */
enum { PIECE = 256 << 10, MARGIN = SECTOR, BATCH = 4, MOST_AHEAD = 128 };

/* More false magics than a real image has: a trial need not go on. */
enum { FLOOD = 1 << 16 };

/* Hits are relative to `base`; those of grids come apart, both rise. */
struct slot { struct hits magic, grid; uint64_t base; };

/* As many buffers as there are workers, the warmest first. */
struct reader {
	struct engine *g;
	struct slot *slot;
	size_t ahead;
	bool stopped;
	pthread_mutex_t lock;
	uint8_t *spare[MOST_AHEAD];
	size_t nspare;
};

static uint8_t *take_buffer(struct reader *r)
{
	uint8_t *p = NULL;

	pthread_mutex_lock(&r->lock);
	if (r->nspare)
		p = r->spare[--r->nspare];
	pthread_mutex_unlock(&r->lock);
	return p ? p : xmalloc(PIECE + 2 * MARGIN);
}

static void give_buffer(struct reader *r, uint8_t *p)
{
	pthread_mutex_lock(&r->lock);
	r->spare[r->nspare++] = p;
	pthread_mutex_unlock(&r->lock);
}

/* v's bytes at [at, at + n), read into p where that works. */
static struct view fetch(const struct engine *g, uint64_t at, size_t n, uint8_t *p)
{
	size_t got = 0;

	while (g->fd >= 0 && got < n) {
		ssize_t k = pread(g->fd, p + got, n - got, (off_t)(at + got));

		if (k <= 0)
			break;
		got += (size_t)k;
	}
	return got == n ? (struct view){ p, n, at } : view_sub(g->v, at, n);
}

/* By then an object may be known that has all of the piece. */
static bool is_skipped(const struct engine *g, uint64_t at, uint64_t end)
{
	uint64_t from = g->sealed_at, to = g->sealed_end;

	return from + MARGIN <= at && to >= MARGIN && end <= to - MARGIN &&
	       from == g->sealed_at;
}

static void leave_out(struct engine *g, uint64_t at, size_t n)
{
	memset(g->s->sector + at / SECTOR, SECTOR_UNSEEN, (n + SECTOR - 1) / SECTOR);
}

/* Hits in w count from its beginning, those of a slot from its base. */
static void rebase(struct hits *h, size_t from, uint64_t delta)
{
	for (size_t i = from; i < h->n; i++)
		h->v[i].at += (uint32_t)delta;
}

static void one_piece(struct reader *r, struct slot *slot, uint64_t begin,
		      size_t n)
{
	struct engine *g = r->g;
	uint64_t left = g->v.len - begin - n;
	size_t before = begin ? MARGIN : 0;
	size_t after = left < MARGIN ? (size_t)left : MARGIN;
	size_t magics = slot->magic.n, grids = slot->grid.n;
	uint8_t *p = take_buffer(r);
	struct view w = fetch(g, begin - before, before + n + after, p);

	w.at = begin - before;
	slot->magic.window = slot->grid.window = 0;
	look_through(g, w, before, before + n, &slot->magic, &slot->grid);
	give_buffer(r, p);
	rebase(&slot->magic, magics, w.at - slot->base);
	rebase(&slot->grid, grids, w.at - slot->base);
}

static void work(size_t i, void *arg)
{
	struct reader *r = arg;
	struct slot *slot = &r->slot[i % r->ahead];
	uint64_t begin = (uint64_t)i * BATCH * PIECE;

	slot->base = begin ? begin - MARGIN : 0;
	slot->magic.n = slot->grid.n = 0;
	slot->magic.dropped = slot->grid.dropped = 0;
	for (unsigned k = 0; k < BATCH && begin < r->g->v.len; k++) {
		uint64_t left = r->g->v.len - begin;
		size_t n = left < PIECE ? (size_t)left : PIECE;

		if (is_skipped(r->g, begin, begin + n))
			leave_out(r->g, begin, n);
		else
			one_piece(r, slot, begin, n);
		begin += n;
	}
}

static void consider(struct engine *g, const struct slot *s, const struct hit *h)
{
	struct source *from = &g->source[h->needle];
	uint64_t at = s->base + h->at;

	if (from->format == CLUE) {
		if (g->s->nclue < MOST_CLUES && !is_sealed(g, at))
			g->s->clue[g->s->nclue++] = at;
	} else if (at >= from->off)
		hunt(g, from, at - from->off);
}

static bool is_enough(const struct engine *g)
{
	if (!g->o->proven_only)
		return false;
	return g->s->unexamined > FLOOD || (g->o->first_only && g->s->nfound);
}

/* Both lists rise: go through them together. */
static int done(size_t i, void *arg, struct err *e)
{
	struct reader *r = arg;
	const struct slot *s = &r->slot[i % r->ahead];
	size_t m = 0, k = 0;

	while ((m < s->magic.n || k < s->grid.n) && !is_enough(r->g)) {
		bool grid = m == s->magic.n ||
			(k < s->grid.n && s->grid.v[k].at < s->magic.v[m].at);

		consider(r->g, s, grid ? &s->grid.v[k++] : &s->magic.v[m++]);
	}
	if (m && s->magic.dropped && !is_sealed(r->g, s->base + s->magic.v[m - 1].at))
		r->g->s->unexamined += s->magic.dropped;
	r->stopped = is_enough(r->g);
	return r->stopped ? fail(e, ERR_LIMIT, "enough was seen") : 0;
}

int pieces_run(struct engine *g, struct err *e)
{
	struct reader r = { .g = g, .lock = PTHREAD_MUTEX_INITIALIZER };
	struct par p = { .work = work, .done = done, .arg = &r };
	int result;

	r.ahead = (size_t)par_jobs() * 2;
	if (r.ahead > MOST_AHEAD)
		r.ahead = MOST_AHEAD;
	p.ahead = r.ahead;
	r.slot = xcalloc(r.ahead, sizeof(*r.slot));
	result = par_run(&p, (g->v.len + BATCH * PIECE - 1) / (BATCH * PIECE), e);
	for (size_t i = 0; i < r.ahead; i++) {
		free(r.slot[i].magic.v);
		free(r.slot[i].grid.v);
	}
	while (r.nspare)
		free(r.spare[--r.nspare]);
	free(r.slot);
	return r.stopped ? 0 : result;
}

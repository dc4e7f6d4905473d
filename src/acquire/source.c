/* source.c - reading something slow and doubtful until it is proven */
#include "acquire/source.h"

#include <stdlib.h>

#include "acquire/badread.h"
#include "acquire/journal.h"
#include "core/mem.h"

enum { PIECE = 64 * 1024 };

/* One proof under way. */
struct proof {
	struct source *s;
	const struct proof_opts *o;
	uint64_t at, size;
	struct proven *p;
	struct journal journal;
};

static size_t sector_size(const struct proof *w, size_t i)
{
	uint64_t left = w->size - (uint64_t)i * PROOF_SECTOR;

	return left < PROOF_SECTOR ? (size_t)left : PROOF_SECTOR;
}

/* Where a sector's bytes lie in memory, and on the source. */
static uint8_t *bytes_at(const struct proof *w, size_t i)
{
	return w->p->bytes.p + (uint64_t)i * PROOF_SECTOR;
}

static uint64_t place_of(const struct proof *w, size_t i)
{
	return w->at + (uint64_t)i * PROOF_SECTOR;
}

static int tick(const struct proof *w, const char *stage, unsigned pass,
		uint64_t done, uint64_t total, struct err *e)
{
	if (w->o->tick && w->o->tick(stage, pass, done, total, w->o->arg))
		return fail(e, ERR_DEVICE, "stopped; run again with --resume");
	return 0;
}

/* The next run of sectors that are in `state`, at most a piece long. */
static size_t run_of(const struct proof *w, size_t from, enum sector_state state)
{
	size_t n = 0;

	while (from + n < w->p->sectors && n < PIECE / PROOF_SECTOR &&
	       w->p->state[from + n] == state)
		n++;
	return n;
}

static uint64_t bytes_of(const struct proof *w, size_t first, size_t n)
{
	uint64_t end = (uint64_t)(first + n) * PROOF_SECTOR;

	return (end < w->size ? end : w->size) - (uint64_t)first * PROOF_SECTOR;
}

static int first_pass(struct proof *w, struct err *e)
{
	for (size_t i = 0; i < w->p->sectors; ) {
		size_t n = run_of(w, i, SECTOR_UNREAD);
		uint64_t len;

		if (!n) {
			i++;
			continue;
		}
		len = bytes_of(w, i, n);
		if (w->s->read(w->s, place_of(w, i), bytes_at(w, i), (size_t)len,
			       e) < 0)
			return -1;
		memset(w->p->state + i, w->o->reads > 1 ? SECTOR_READ : SECTOR_PROVEN,
		       n);
		i += n;
		if (journal_write(&w->journal, w->p, i - n, n, e) < 0 ||
		    tick(w, "read", 1, (uint64_t)i * PROOF_SECTOR, w->size, e) < 0)
			return -1;
	}
	return 0;
}

/* Keep the first diagnosis: it was made nearest to the trouble. */
static void explain(struct proof *w, const uint8_t *a, const uint8_t *b, size_t n)
{
	char why[128];

	if (!w->p->signature && bad_pair((struct view){ a, n, 0 },
					 (struct view){ b, n, 0 }, why, sizeof(why)))
		w->p->signature = xstrdup(why);
}

static void compare(struct proof *w, size_t first, size_t n, const uint8_t *again,
		    bool last)
{
	for (size_t i = first; i < first + n; i++) {
		const uint8_t *was = bytes_at(w, i);
		const uint8_t *now = again + (i - first) * PROOF_SECTOR;

		if (memcmp(was, now, sector_size(w, i))) {
			w->p->state[i] = SECTOR_DOUBTFUL;
			w->p->differed++;
			explain(w, was, now, sector_size(w, i));
		} else if (last)
			w->p->state[i] = SECTOR_PROVEN;
	}
}

/* Read again what agrees so far; a difference makes a sector doubtful. */
static int next_pass(struct proof *w, unsigned pass, uint8_t *piece, struct err *e)
{
	for (size_t i = 0; i < w->p->sectors; ) {
		size_t n = run_of(w, i, SECTOR_READ);
		uint64_t len;

		if (!n) {
			i++;
			continue;
		}
		len = bytes_of(w, i, n);
		if (w->s->read(w->s, place_of(w, i), piece, (size_t)len, e) < 0)
			return -1;
		compare(w, i, n, piece, pass == w->o->reads);
		i += n;
		if (journal_write(&w->journal, w->p, i - n, n, e) < 0 ||
		    tick(w, "read", pass, (uint64_t)i * PROOF_SECTOR, w->size, e) < 0)
			return -1;
	}
	return 0;
}

/* How many of the n readings of `len` bytes are the same as reading k. */
static unsigned votes_for(const uint8_t *all, unsigned n, unsigned k, size_t len)
{
	unsigned votes = 0;

	for (unsigned i = 0; i < n; i++)
		votes += !memcmp(all + (size_t)i * PROOF_SECTOR,
				 all + (size_t)k * PROOF_SECTOR, len);
	return votes;
}

/* The reading that most others equal, and how clearly. */
struct vote { unsigned best, most, second; };

static struct vote count_votes(const uint8_t *all, unsigned n, size_t len)
{
	struct vote v = { 0 };

	for (unsigned k = 0; k < n; k++) {
		unsigned votes = votes_for(all, n, k, len);

		if (votes > v.most) {
			v.most = votes;
			v.best = k;
		}
	}
	for (unsigned k = 0; k < n; k++) {
		const uint8_t *p = all + (size_t)k * PROOF_SECTOR;
		unsigned votes = votes_for(all, n, k, len);

		if (memcmp(p, all + (size_t)v.best * PROOF_SECTOR, len) &&
		    votes > v.second)
			v.second = votes;
	}
	return v;
}

/*
 * Some readings of one sector beside the first: settled by more than half,
 * at least three ahead of any other. The best one is kept in any case.
 */
static int settle(struct proof *w, size_t i, struct err *e)
{
	unsigned n = w->o->reread + 1;
	size_t len = sector_size(w, i);
	uint8_t *all = xmalloc((size_t)n * PROOF_SECTOR);
	uint8_t *kept = bytes_at(w, i);
	int r = 0;

	memcpy(all, kept, len);
	for (unsigned k = 1; k < n && !r; k++)
		r = w->s->read(w->s, place_of(w, i), all + (size_t)k * PROOF_SECTOR,
			       len, e);
	if (!r) {
		struct vote v = count_votes(all, n, len);

		memcpy(kept, all + (size_t)v.best * PROOF_SECTOR, len);
		w->p->state[i] = v.most * 2 > n && v.most >= v.second + 3
			? SECTOR_VOTED : SECTOR_DOUBTFUL;
		r = journal_write(&w->journal, w->p, i, 1, e);
	}
	free(all);
	return r;
}

static int settle_all(struct proof *w, struct err *e)
{
	size_t total = 0, done = 0;

	for (size_t i = 0; i < w->p->sectors; i++)
		total += w->p->state[i] == SECTOR_DOUBTFUL;
	if (total && w->s->be_gentle)
		w->s->be_gentle(w->s);
	for (size_t i = 0; i < w->p->sectors; i++) {
		if (w->p->state[i] != SECTOR_DOUBTFUL)
			continue;
		if (settle(w, i, e) < 0 ||
		    tick(w, "reread", 0, ++done, total, e) < 0)
			return -1;
		w->p->doubtful += w->p->state[i] == SECTOR_DOUBTFUL;
	}
	return 0;
}

static int all_passes(struct proof *w, struct err *e)
{
	uint8_t *piece;
	int r = first_pass(w, e);

	if (r < 0 || w->o->reads < 2)
		return r;
	piece = xmalloc(PIECE);
	for (unsigned pass = 2; !r && pass <= w->o->reads; pass++)
		r = next_pass(w, pass, piece, e);
	free(piece);
	return r < 0 ? r : settle_all(w, e);
}

int source_prove(struct source *s, uint64_t at, uint64_t size,
		 const struct proof_opts *o, struct proven *p, struct err *e)
{
	struct proof w = { .s = s, .o = o, .at = at, .size = size, .p = p };
	int r;

	*p = (struct proven){ 0 };
	p->sectors = (size_t)((size + PROOF_SECTOR - 1) / PROOF_SECTOR);
	p->state = xcalloc(p->sectors, 1);
	memset(buf_room(&p->bytes, (size_t)size), 0xff, (size_t)size);
	p->bytes.len = (size_t)size;
	if (o->journal && journal_open(&w.journal, o, at, p, e) < 0)
		return -1;
	r = all_passes(&w, e);
	if (o->journal && journal_close(&w.journal, r < 0 || p->doubtful, e) < 0)
		return -1;
	return r;
}

void proven_free(struct proven *p)
{
	buf_free(&p->bytes);
	free(p->state);
	free(p->signature);
	*p = (struct proven){ 0 };
}

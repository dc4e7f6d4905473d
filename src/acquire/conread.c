/* conread.c - memory read over a console, block by block, each one proven */
#include <stdio.h>
#include <stdlib.h>

#include "acquire/conline.h"
#include "acquire/journal.h"
#include "core/hash.h"
#include "core/mem.h"

enum { BLOCK = 64 * 1024, TRIES = 8, SLOW_MS = 60000 };

struct work {
	struct conwork w;
	struct proven *p;
	struct journal journal;
	struct sum { uint32_t crc; size_t size, at; } *sum;	/* of blocks so far */
	size_t sums, capsums;
};

static uint8_t *bytes_at(struct work *w, uint64_t at)
{
	return w->w.mem + (at - w->w.r->at);
}

static uint32_t crc_of(struct work *w, uint64_t at, uint64_t size)
{
	return crc32_of(0, (struct view){ bytes_at(w, at), (size_t)size, 0 });
}

static void set_state(struct work *w, uint64_t at, uint64_t size, enum sector_state s)
{
	uint64_t first = (at - w->w.r->at) / PROOF_SECTOR;
	uint64_t n = (size + PROOF_SECTOR - 1) / PROOF_SECTOR;

	memset(w->p->state + first, s, (size_t)n);
}

static size_t lines_of(uint64_t at, uint64_t size)
{
	return (size_t)((at % CON_LINE + size + CON_LINE - 1) / CON_LINE);
}

static int read_all(struct work *w, uint64_t at, uint64_t size, struct err *e)
{
	size_t n = lines_of(at, size);
	uint8_t *want = xmalloc(n);
	int r;

	memset(want, 1, n);
	r = con_lines(&w->w, at, size, want, e);
	free(want);
	return r;
}

/* One sector, until the device's own sum agrees. 1: it never does. */
static int read_sector(struct work *w, uint64_t at, uint64_t size, struct err *e)
{
	uint32_t crc;
	int r;

	for (int i = 0; i < TRIES; i++) {
		r = con_crc32(&w->w, at, size, &crc, e);
		if (r || crc == crc_of(w, at, size))
			return r;
		w->w.count->again++;
		if (read_all(w, at, size, e) < 0)
			return -1;
	}
	return 1;
}

/* Read until the device's own sum agrees: where it does not, by sectors. */
static int read_proven(struct work *w, uint64_t at, uint64_t size, uint32_t want,
		       struct err *e)
{
	if (read_all(w, at, size, e) < 0)
		return -1;
	for (int i = 0; i < 2 && crc_of(w, at, size) != want; i++)
		for (uint64_t p = at; p < at + size; p += PROOF_SECTOR) {
			uint64_t n = at + size - p < PROOF_SECTOR ? at + size - p
								  : PROOF_SECTOR;
			int r = read_sector(w, p, n, e);

			if (r < 0)
				return -1;
			set_state(w, p, n, r ? SECTOR_DOUBTFUL : SECTOR_PROVEN);
		}
	if (crc_of(w, at, size) == want)
		set_state(w, at, size, SECTOR_PROVEN);
	return 0;
}

/* Which lines differ from the reading before are wanted once more. */
static size_t compare(struct work *w, uint64_t at, uint64_t size, const uint8_t *was,
		      uint8_t *open)
{
	const uint8_t *p = bytes_at(w, at);
	uint64_t skew = at % CON_LINE;
	size_t n = lines_of(at, size), left = 0;

	for (size_t i = 0; i < n; i++) {
		uint64_t from = i ? i * CON_LINE - skew : 0;
		uint64_t end = (i + 1) * CON_LINE - skew;

		if (end > size)
			end = size;
		open[i] = open[i] && memcmp(p + from, was + from, (size_t)(end - from));
		left += open[i];
	}
	return left;
}

static void doubt(struct work *w, uint64_t at, const uint8_t *open, size_t n)
{
	uint64_t skew = at % CON_LINE;

	for (size_t i = 0; i < n; i++)
		if (open[i])
			set_state(w, at + (i ? i * CON_LINE - skew : 0), 1,
				  SECTOR_DOUBTFUL);
}

/*
 * Without a checksum of its own: each line until two readings of it after each
 * other are the same. What never came is compared as well, and stays open.
 */
static int read_twice(struct work *w, uint64_t at, uint64_t size, struct err *e)
{
	size_t n = lines_of(at, size), left = n;
	uint8_t *was = xmalloc((size_t)size), *open = xmalloc(n), *want = xmalloc(n);
	int r = read_all(w, at, size, e);

	memset(open, 1, n);
	for (int i = 0; !r && left && i < TRIES; i++) {
		w->w.count->again += i > 0;
		memcpy(was, bytes_at(w, at), (size_t)size);
		memcpy(want, open, n);
		r = con_lines(&w->w, at, size, want, e);
		left = compare(w, at, size, was, open);
		for (size_t k = 0; k < n; k++)
			open[k] |= want[k];
		left += memchr(want, 1, n) != NULL;
	}
	if (!r) {
		set_state(w, at, size, SECTOR_PROVEN);
		doubt(w, at, open, n);
	}
	free(was);
	free(open);
	free(want);
	return r;
}

/* Whether the device itself finds both places equal. */
static bool compares_equal(struct work *w, uint64_t a, uint64_t b, uint64_t size)
{
	struct request q = { a, size, b, 1 };
	struct buf answer = { 0 };
	struct err ignored;
	bool same;

	same = !con_ask(&w->w, w->w.c->loader->cmp, &q, SLOW_MS, &answer, &ignored) &&
	       answer.len && memmem(answer.p, answer.len, "were the same", 13) &&
	       !memmem(answer.p, answer.len, "!=", 2);
	buf_free(&answer);
	return same;
}

/* The same as a block before, says its sum and the device's own compare. */
static bool is_repeat(struct work *w, uint64_t at, uint64_t size, uint32_t crc)
{
	for (size_t i = 0; w->w.c->loader->cmp && i < w->sums; i++) {
		if (w->sum[i].crc != crc || w->sum[i].size != size ||
		    !compares_equal(w, w->w.r->at + w->sum[i].at, at, size))
			continue;
		memcpy(bytes_at(w, at), w->w.mem + w->sum[i].at, (size_t)size);
		w->w.count->same++;
		return true;
	}
	return false;
}

/* Known without reading: of the journal, blank, as in the older dump, repeated. */
static bool is_known(struct work *w, uint64_t at, uint64_t size, uint32_t crc)
{
	uint8_t *p = bytes_at(w, at);
	struct view old = view_sub(w->w.r->base, at - w->w.r->at, size);

	if (w->p->state[(at - w->w.r->at) / PROOF_SECTOR] == SECTOR_PROVEN &&
	    crc_of(w, at, size) == crc) {
		w->w.count->kept++;
		return true;
	}
	if (w->w.r->no_skip)
		return false;
	memset(p, 0xff, (size_t)size);
	if (crc_of(w, at, size) == crc) {
		w->w.count->blank++;
		return true;
	}
	if (old.len && crc32_of(0, old) == crc) {
		memcpy(p, old.p, old.len);
		w->w.count->based++;
		return true;
	}
	return is_repeat(w, at, size, crc);
}

/* Whether the journal has all of a block. */
static bool is_kept(const struct work *w, uint64_t at, uint64_t size)
{
	uint64_t first = (at - w->w.r->at) / PROOF_SECTOR;

	for (uint64_t i = 0; i * PROOF_SECTOR < size; i++)
		if (w->p->state[first + i] != SECTOR_PROVEN)
			return false;
	return true;
}

static int read_block(struct work *w, uint64_t at, uint64_t size, struct err *e)
{
	uint32_t crc;
	int r = con_crc32(&w->w, at, size, &crc, e);

	if (r < 0)
		return -1;
	if (r && is_kept(w, at, size)) {
		w->w.count->kept++;
		return 0;
	}
	if (r)
		return read_twice(w, at, size, e);
	w->w.count->by_crc32 = true;
	if (!is_known(w, at, size, crc)) {
		if (read_proven(w, at, size, crc, e) < 0)
			return -1;
	} else {
		set_state(w, at, size, SECTOR_PROVEN);
	}
	if (crc_of(w, at, size) != crc)
		return 0;
	w->sum = xgrow(w->sum, &w->capsums, w->sums + 1, sizeof(*w->sum));
	w->sum[w->sums++] = (struct sum){ crc, (size_t)size, (size_t)(at - w->w.r->at) };
	return 0;
}

static int read_blocks(struct work *w, struct err *e)
{
	const struct console_read *r = w->w.r;

	for (uint64_t done = 0; done < r->size; ) {
		uint64_t n = r->size - done < BLOCK ? r->size - done : BLOCK;

		if (read_block(w, r->at + done, n, e) < 0 ||
		    journal_write(&w->journal, w->p, (size_t)(done / PROOF_SECTOR),
				  (size_t)((n + PROOF_SECTOR - 1) / PROOF_SECTOR), e) < 0)
			return -1;
		done += n;
		if (r->tick && r->tick(done, r->size, r->arg))
			return fail(e, ERR_DEVICE, "stopped; run again with --resume");
	}
	return 0;
}

static void count_doubtful(struct proven *p)
{
	for (size_t i = 0; i < p->sectors; i++)
		p->doubtful += p->state[i] == SECTOR_DOUBTFUL;
}

int console_read(struct console *c, const struct console_read *r,
		 struct proven *p, struct console_count *count, struct err *e)
{
	struct work w = { .w = { .c = c, .r = r, .count = count }, .p = p };
	struct proof_opts kept = { .journal = r->journal, .resume = r->resume };
	int result;

	*count = (struct console_count){ 0 };
	*p = (struct proven){ .sectors = (size_t)((r->size + PROOF_SECTOR - 1) /
						  PROOF_SECTOR) };
	if (!c->loader) {
		fail(e, ERR_DEVICE, "the boot loader is not recognised; give --loader, "
		     "see fwtool acquire --help");
		return err_about(e, c->wire->name);
	}
	p->state = xcalloc(p->sectors, 1);
	put_fill(&p->bytes, 0xff, (size_t)r->size);
	if (r->journal && journal_open(&w.journal, &kept, r->place, p, e) < 0)
		return -1;
	w.w.has_crc = c->loader->crc32 != NULL;
	w.w.mem = p->bytes.p;
	result = read_blocks(&w, e);
	count_doubtful(p);
	free(w.sum);
	if (r->journal && journal_close(&w.journal, true, e) < 0)
		result = -1;
	return result < 0 ? err_about(e, c->wire->name) : 0;
}

/* cover.c - every byte in exactly one span */
#include "core/maps.h"
#include "core/mem.h"
#include "scan/engine.h"

/* Looking at the borders of this many gaps touches few pages. */
enum { GAPS = 4 };

static void add_span(struct scan *s, enum span_kind kind, uint64_t at,
		     uint64_t end, int value)
{
	if (at >= end)
		return;
	s->span = xgrow(s->span, &s->capspan, s->nspan + 1, sizeof(*s->span));
	s->span[s->nspan++] = (struct span){ kind, at, end - at, (uint8_t)value, -1 };
	*(kind == SPAN_STRUCTURE ? &s->structure :
	  kind == SPAN_ERASED ? &s->erased : &s->unknown) += end - at;
}

/* What lay in an object was not read, but the object may have been cut. */
static enum sector_kind kind_at(const struct scan *s, struct view v, uint64_t at)
{
	enum sector_kind kind = (enum sector_kind)s->sector[at / SECTOR];
	struct view w;

	if (kind != SECTOR_UNSEEN)
		return kind;
	w = view_upto(v, at / SECTOR * SECTOR, SECTOR);
	kind = sector_kind(w.p, w.len);
	s->sector[at / SECTOR] = (uint8_t)kind;
	return kind;
}

uint64_t scan_run_at(const struct scan *s, struct view v, uint64_t at,
		     uint64_t end)
{
	uint8_t value;
	uint64_t i = at;

	if (at >= end || (v.p[at] != 0xff && v.p[at] != 0))
		return 0;
	value = v.p[at];
	while (i < end) {
		uint64_t border = (i / SECTOR + 1) * SECTOR, n;

		if (kind_at(s, v, i) == (value ? SECTOR_FF : SECTOR_00)) {
			i = border;
			continue;
		}
		n = view_run(view_upto(v, i, border - i), value);
		i += n;
		if (i < border)
			break;
	}
	return (i < end ? i : end) - at;
}

/* The first sector of one value that is wholly in [at, end), or end. */
static uint64_t next_uniform(const struct scan *s, struct view v, uint64_t at,
			     uint64_t end)
{
	uint64_t i = (at + SECTOR - 1) / SECTOR * SECTOR;

	for (; i < end && (i + SECTOR <= end || end == s->size); i += SECTOR)
		if (kind_at(s, v, i) != SECTOR_MIXED)
			return i;
	return end;
}

/* Padding before the object that begins at end. */
static uint64_t tail_padding(struct view v, uint64_t at, uint64_t end)
{
	uint64_t from = end - at < SECTOR ? at : end - SECTOR;
	struct view w = view_sub(v, from, end - from);
	uint8_t last = w.len ? w.p[w.len - 1] : 1;
	uint64_t n = last == 0xff || last == 0 ? view_tail_run(w, last) : 0;

	return n >= LEAST_PADDING ? n : 0;
}

/* Padding and erased runs one after the other; returns where they end. */
static uint64_t leading_runs(struct scan *s, struct view v, uint64_t at,
			     uint64_t end)
{
	uint64_t n;

	while ((n = scan_run_at(s, v, at, end))) {
		if (n < LEAST_PADDING && n < end - at)
			break;
		add_span(s, SPAN_ERASED, at, at + n, v.p[at]);
		at += n;
	}
	return at;
}

/* What lies between two objects. */
static void gap(struct scan *s, struct view v, uint64_t at, uint64_t end)
{
	while ((at = leading_runs(s, v, at, end)) < end) {
		uint64_t next = next_uniform(s, v, at, end);

		if (next == end) {
			next -= tail_padding(v, at, end);
			add_span(s, SPAN_UNKNOWN, at, next, 0);
			if (next < end)
				add_span(s, SPAN_ERASED, next, end, v.p[next]);
			return;
		}
		while (next > at && v.p[next - 1] == v.p[next])
			next--;
		add_span(s, SPAN_UNKNOWN, at, next, 0);
		at = next;
	}
}

static void choose_erased_value(struct scan *s)
{
	uint64_t ones = 0;

	for (size_t i = 0; i < s->nspan; i++)
		if (s->span[i].kind == SPAN_ERASED && s->span[i].value)
			ones += s->span[i].size;
	s->erased_value = ones >= s->erased - ones ? 0xff : 0x00;
}

void cover(struct scan *s, struct view v)
{
	uint64_t at = 0;

	s->nspan = 0;
	s->structure = s->erased = s->unknown = 0;
	for (size_t i = 0; i < s->nfound; i++) {
		const struct region *r = &s->found[i].r;

		if (s->found[i].parent >= 0 || r->proof < PROOF_PLAUSIBLE ||
		    r->at + r->size <= at)
			continue;
		if (r->at > at)
			gap(s, v, at, r->at);
		if (r->at > at)
			at = r->at;
		add_span(s, SPAN_STRUCTURE, at, r->at + r->size, 0);
		s->span[s->nspan - 1].found = (long)i;
		at = r->at + r->size;
		if (i % GAPS == 0)
			maps_give_back();
	}
	gap(s, v, at, s->size);
	maps_give_back();
	choose_erased_value(s);
}

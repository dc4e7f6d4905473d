/* vote.c - what more than half of several readings say */
#include "fixup/vote.h"

#include <stdlib.h>

#include "core/mem.h"

enum { LEAST_SPAN = 64, LEAST_DATA = 8 };

/* The value that more than half of those with a vote have at x; -1: none. */
static int majority(const struct view *read, const bool *has_vote, size_t n,
		    uint64_t x)
{
	size_t votes = 0;

	for (size_t i = 0; i < n; i++)
		votes += has_vote[i];
	for (size_t i = 0; i < n; i++) {
		size_t same = 0;

		for (size_t k = 0; k < n; k++)
			same += has_vote[k] && read[k].p[x] == read[i].p[x];
		if (has_vote[i] && same > votes / 2)
			return read[i].p[x];
	}
	return -1;
}

static void add(struct votes *v, uint64_t at, uint64_t size, bool is_open)
{
	struct spot *last = v->n ? &v->place[v->n - 1] : NULL;

	if (!last || at - (last->at + last->size) >= NEAR) {
		v->place = xgrow(v->place, &v->cap, v->n + 1, sizeof(*v->place));
		last = &v->place[v->n++];
		*last = (struct spot){ .at = at };
	}
	last->size = at + size - last->at;
	last->bytes += is_open;
}

static bool agree(const struct view *read, size_t n, uint64_t at, uint64_t len)
{
	for (size_t i = 1; i < n; i++)
		if (memcmp(read[0].p + at, read[i].p + at, len))
			return false;
	return true;
}

/* Where not all say the same. */
static void find_disputes(struct votes *v, const struct view *read, size_t n)
{
	enum { PIECE = 256 };
	uint64_t size = read[0].len;

	for (uint64_t i = 0; i < size; i += PIECE) {
		uint64_t end = size - i < PIECE ? size : i + PIECE;

		if (agree(read, n, i, end - i))
			continue;
		for (uint64_t x = i; x < end; x++)
			if (!agree(read, n, x, 1))
				add(v, x, 1, false);
	}
}

static bool are_near(struct view a, struct view b, const struct spot *s)
{
	uint64_t differ = 0;

	for (uint64_t x = s->at; x < s->at + s->size; x++)
		differ += a.p[x] != b.p[x];
	return differ * 4 < s->size;
}

/*
 * A reading that has little in common with the others, where those have much
 * with one another, lost its way: by chance its bytes would decide.
 */
static void find_voters(const struct view *read, size_t n, const struct spot *s,
			bool *has_vote)
{
	bool any = false;

	for (size_t i = 0; i < n; i++) {
		has_vote[i] = false;
		for (size_t k = 0; s->size >= LEAST_SPAN && k < n; k++)
			has_vote[i] |= k != i && are_near(read[i], read[k], s);
		any |= has_vote[i];
	}
	for (size_t i = 0; !any && i < n; i++)
		has_vote[i] = true;
}

/* Two readings have an erased byte at x, and a third has another. */
static bool is_doubtful(const struct view *read, const bool *has_vote, size_t n,
			uint64_t x)
{
	size_t ones = 0, zeros = 0, votes = 0;

	for (size_t i = 0; i < n; i++) {
		votes += has_vote[i];
		ones += has_vote[i] && read[i].p[x] == 0xff;
		zeros += has_vote[i] && !read[i].p[x];
	}
	return votes == 3 && (ones == 2 || zeros == 2);
}

/*
 * What is lost reads as erased, and two readings may both have lost it, by a
 * packet or by a shift: they do not outvote one that has data there.
 */
static void doubt(struct votes *v, const struct view *read, const bool *has_vote,
		  size_t n, const struct spot *s)
{
	uint64_t run = 0;

	for (uint64_t x = s->at; x < s->at + s->size; x++) {
		run = is_doubtful(read, has_vote, n, x) ? run + 1 : 0;
		if (run == LEAST_DATA)
			add(v, x + 1 - run, run, true);
		else if (run > LEAST_DATA)
			add(v, x, 1, true);
	}
}

static void settle(struct votes *v, const struct view *read, size_t n,
		   const struct spot *s, bool *has_vote, uint8_t *out)
{
	size_t open = v->n;

	find_voters(read, n, s, has_vote);
	for (size_t i = 0; i < n; i++)
		if (has_vote[i])
			memcpy(out + s->at, read[i].p + s->at, s->size);
	for (uint64_t x = s->at; x < s->at + s->size; x++) {
		int value = majority(read, has_vote, n, x);

		if (value >= 0)
			out[x] = (uint8_t)value;
		else
			add(v, x, 1, true);
	}
	if (v->n == open)
		doubt(v, read, has_vote, n, s);
	if (v->n == open)
		add(v, s->at, s->size, false);
}

void vote(struct votes *v, const struct view *read, size_t n, struct buf *out)
{
	struct votes disputed = { 0 };
	bool *has_vote = xcalloc(n, sizeof(*has_vote));
	size_t from = out->len;

	*v = (struct votes){ 0 };
	put_view(out, read[0]);
	find_disputes(&disputed, read, n);
	for (size_t i = 0; i < disputed.n; i++)
		settle(v, read, n, &disputed.place[i], has_vote, out->p + from);
	votes_free(&disputed);
	free(has_vote);
}

void votes_free(struct votes *v)
{
	free(v->place);
	*v = (struct votes){ 0 };
}

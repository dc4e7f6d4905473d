/* pastnumbers.c - which numbers of a log's records are all there */
#include <stdlib.h>

#include "fs/pastlog.h"

void past_number(struct past_numbers *s, uint64_t number, unsigned slack)
{
	s->v = xgrow(s->v, &s->cap, s->n + 1, sizeof(*s->v));
	s->v[s->n++] = (struct past_number){
		number, number - (slack < number ? slack : number)
	};
}

static int by_number(const void *pa, const void *pb)
{
	const struct past_number *a = pa, *b = pb;

	if (a->number != b->number)
		return a->number < b->number ? -1 : 1;
	return (a->since > b->since) - (a->since < b->since);
}

/* Runs without a gap: from since to number. */
void past_numbers_end(struct past_numbers *s)
{
	size_t kept = 0;

	if (s->n)
		qsort(s->v, s->n, sizeof(*s->v), by_number);
	for (size_t i = 0; i < s->n; i++) {
		if (kept && s->v[i].since <= s->v[kept - 1].number + 1)
			s->v[kept - 1].number = s->v[i].number;
		else
			s->v[kept++] = s->v[i];
	}
	s->n = kept;
}

/* The run that has the number, or would have it. */
static size_t run_of(const struct past_numbers *s, uint64_t number)
{
	size_t low = 0, high = s->n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (s->v[mid].number < number)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

bool past_is_whole(const struct past_numbers *s, uint64_t a, uint64_t b)
{
	return run_of(s, a) == run_of(s, b);
}

void past_numbers_free(struct past_numbers *s)
{
	free(s->v);
	*s = (struct past_numbers){ 0 };
}

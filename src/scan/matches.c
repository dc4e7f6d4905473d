/* matches.c - chains of places that begin with the same four bytes */
#include "scan/matches.h"

#include <stdlib.h>

#include "core/mem.h"

enum { HEADS = 1 << 16, MOST_TRIES = 64 };

static uint32_t hash_at(const struct matches *m, size_t at)
{
	return peek32(m->v, at, LITTLE) * UINT32_C(2654435761) >> 16;
}

struct matches matches_of(struct view v)
{
	return (struct matches){
		.v = v,
		.head = xcalloc(HEADS, sizeof(uint32_t)),
		.before = xcalloc(v.len + 1, sizeof(uint32_t)),
	};
}

void matches_free(struct matches *m)
{
	free(m->head);
	free(m->before);
	*m = (struct matches){ 0 };
}

size_t matches_longest(const struct matches *m, size_t at, size_t *far)
{
	size_t best = LEAST_MATCH - 1;
	uint32_t j = view_has(m->v, at, LEAST_MATCH) ? m->head[hash_at(m, at)] : 0;

	for (int tries = 0; j && tries < MOST_TRIES; tries++) {
		size_t away = at + 1 - j, most = m->v.len - at, n = 0;

		if (away > m->most_far)
			break;
		most = most < m->most_long ? most : m->most_long;
		if (m->apart && most > away)
			most = away;
		while (n < most && m->v.p[at + n] == m->v.p[at - away + n])
			n++;
		if (n > best) {
			best = n;
			*far = away;
		}
		j = m->before[j - 1];
	}
	return best < LEAST_MATCH ? 0 : best;
}

void matches_add(struct matches *m, size_t at, size_t n)
{
	for (; n && view_has(m->v, at, LEAST_MATCH); n--, at++) {
		uint32_t h = hash_at(m, at);

		m->before[at] = m->head[h];
		m->head[h] = (uint32_t)at + 1;
	}
}

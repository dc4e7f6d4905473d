/* test_find.c - many needles at once: every way finds what memmem finds */
#include "test.h"

#include <stdlib.h>

#include "core/mem.h"
#include "scan/find.h"

enum { ROOM = 9000 };

static uint32_t next(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 8;
}

/* Where needle i is, one place after the other. */
static size_t naive(struct view v, const struct needle *w, uint8_t *seen)
{
	size_t n = 0;

	memset(seen, 0, ROOM);
	for (size_t at = 0; at + w->len <= v.len; at++) {
		seen[at] = !memcmp(v.p + at, w->p, w->len);
		n += seen[at];
	}
	return n;
}

static void check(const struct finder *f, struct view v)
{
	static uint8_t seen[ROOM];
	struct hits hits = { 0 };

	finder_run(f, v, 0, v.len, &hits);
	for (size_t i = 0; i < f->n; i++) {
		size_t want = naive(v, &f->needle[i], seen), got = 0;

		for (size_t k = 0; k < hits.n; k++) {
			if (hits.v[k].needle != i)
				continue;
			assert_true(seen[hits.v[k].at]);
			seen[hits.v[k].at] = 0;
			got++;
		}
		assert_int_equal(got, want);
	}
	free(hits.v);
}

static void check_every_level(const struct needle *w, size_t n, struct view v)
{
	static struct finder f;

	finder_init(&f, w, n);
	for (int level = FIND_PLAIN; level <= (int)find_best(); level++) {
		f.level = (enum find_level)level;
		check(&f, v);
	}
}

/* Few letters, so that needles overlap, repeat and share fingerprints. */
static void needles_of_few_letters_are_all_found(void **state)
{
	static uint8_t pool[64 * 16], bytes[ROOM];
	struct needle w[64];
	uint32_t seed = 1;

	(void)state;
	for (unsigned round = 0; round < 60; round++) {
		unsigned letters = 2 + next(&seed) % 3;
		size_t n = 1 + next(&seed) % 64;

		for (size_t i = 0; i < sizeof(pool); i++)
			pool[i] = (uint8_t)(next(&seed) % letters * 0x55);
		for (size_t i = 0; i < n; i++)
			w[i] = (struct needle){ pool + 16 * i, 3 + next(&seed) % 12 };
		for (size_t i = 0; i < sizeof(bytes); i++)
			bytes[i] = (uint8_t)(next(&seed) % letters * 0x55);
		check_every_level(w, n, (struct view){ bytes,
				  next(&seed) % sizeof(bytes), 0 });
	}
}

/* Wherever a needle lies in a vector, and at both ends. */
static void a_needle_is_found_at_every_place(void **state)
{
	static const struct needle w[] = {
		{ (const uint8_t *)"hsqs", 4 }, { (const uint8_t *)"\x1f\x8b\x08", 3 },
		{ (const uint8_t *)"070701", 6 },
		{ (const uint8_t *)"\0\0\0\x80IMG", 7 },
	};
	uint8_t bytes[200];
	struct view v = { bytes, sizeof(bytes), 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(w) / sizeof(*w); i++) {
		for (size_t at = 0; at + w[i].len <= sizeof(bytes); at++) {
			memset(bytes, 0, sizeof(bytes));
			memcpy(bytes + at, w[i].p, w[i].len);
			check_every_level(w, 4, v);
			check_every_level(w, 4, view_sub(v, 0, at + w[i].len));
		}
	}
}

/* A range takes the fingerprints that begin in it, and no others. */
static void ranges_put_together_are_the_whole(void **state)
{
	static const struct needle w[] = { { (const uint8_t *)"abcabc", 6 },
					   { (const uint8_t *)"cab", 3 } };
	static struct finder f;
	uint8_t bytes[300];

	(void)state;
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)('a' + i % 3);
	finder_init(&f, w, 2);
	for (size_t cut = 0; cut <= sizeof(bytes); cut++) {
		struct view v = { bytes, sizeof(bytes), 0 };
		struct hits all = { 0 }, two = { 0 };

		finder_run(&f, v, 0, v.len, &all);
		finder_run(&f, v, 0, cut, &two);
		finder_run(&f, v, cut, v.len, &two);
		assert_int_equal(all.n, two.n);
		for (size_t i = 0; i < all.n; i++) {
			assert_int_equal(all.v[i].at, two.v[i].at);
			assert_int_equal(all.v[i].needle, two.v[i].needle);
		}
		free(all.v);
		free(two.v);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(needles_of_few_letters_are_all_found),
		cmocka_unit_test(a_needle_is_found_at_every_place),
		cmocka_unit_test(ranges_put_together_are_the_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

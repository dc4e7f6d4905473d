/* test_source.c - what is called proven was read so, whatever the cable does */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "acquire/source.h"
#include "core/mem.h"

enum { SIZE = 40 * PROOF_SECTOR + 100 };

/* A source that spoils a sector's reading by rule. */
struct spoiled {
	struct source s;
	uint8_t truth[SIZE];
	unsigned reads[SIZE / PROOF_SECTOR + 1];
	unsigned bad_once, bad_always;	/* sector numbers */
	uint64_t fail_after, passed;
};

static int read_spoiled(struct source *s, uint64_t at, uint8_t *dst, size_t len,
			struct err *e)
{
	struct spoiled *y = s->from;

	y->passed += len;
	if (y->fail_after && y->passed > y->fail_after)
		return fail(e, ERR_DEVICE, "gone; plug it in");
	memcpy(dst, y->truth + at, len);
	for (uint64_t p = at; p < at + len; p += PROOF_SECTOR) {
		unsigned i = (unsigned)(p / PROOF_SECTOR), n = y->reads[i]++;

		if (i == y->bad_always)
			dst[p - at + 5] = (uint8_t)n;
		if (i == y->bad_once && n == 1)
			dst[p - at + 9] ^= 0x40;
	}
	return 0;
}

static struct spoiled *make(void)
{
	struct spoiled *y = xcalloc(1, sizeof(*y));

	for (size_t i = 0; i < SIZE; i++)
		y->truth[i] = (uint8_t)(i * 31 + i / 999);
	y->bad_once = y->bad_always = 1000;
	y->s = (struct source){ .read = read_spoiled, .size = SIZE, .from = y };
	return y;
}

static const struct proof_opts twice = { .reads = 2, .reread = 5 };

static void two_equal_reads_are_proof(void **state)
{
	struct spoiled *y = make();
	struct proven p;
	struct err e;

	(void)state;
	assert_int_equal(source_prove(&y->s, 0, SIZE, &twice, &p, &e), 0);
	assert_memory_equal(p.bytes.p, y->truth, SIZE);
	for (size_t i = 0; i < p.sectors; i++)
		assert_int_equal(p.state[i], SECTOR_PROVEN);
	proven_free(&p);
	free(y);
}

static void a_sector_that_differs_once_is_voted_on(void **state)
{
	struct spoiled *y = make();
	struct proven p;
	struct err e;

	(void)state;
	y->bad_once = 7;
	assert_int_equal(source_prove(&y->s, 0, SIZE, &twice, &p, &e), 0);
	assert_memory_equal(p.bytes.p, y->truth, SIZE);
	assert_int_equal(p.state[7], SECTOR_VOTED);
	assert_int_equal(p.state[6], SECTOR_PROVEN);
	assert_int_equal(p.doubtful, 0);
	proven_free(&p);
	free(y);
}

static void a_sector_that_always_differs_is_said(void **state)
{
	struct spoiled *y = make();
	struct proven p;
	struct err e;

	(void)state;
	y->bad_always = 40;
	assert_int_equal(source_prove(&y->s, 0, SIZE, &twice, &p, &e), 0);
	assert_int_equal(p.doubtful, 1);
	assert_int_equal(p.state[40], SECTOR_DOUBTFUL);
	proven_free(&p);
	free(y);
}

static void an_interrupted_read_is_resumed(void **state)
{
	char path[] = "/tmp/fwtool-part-XXXXXX", map[64];
	struct proof_opts o = twice;
	struct spoiled *y = make();
	struct proven p;
	struct err e;

	(void)state;
	close(mkstemp(path));
	snprintf(map, sizeof(map), "%s.map", path);
	o.journal = path;
	y->fail_after = 30 * PROOF_SECTOR;
	assert_int_equal(source_prove(&y->s, 0, SIZE, &o, &p, &e), -1);
	proven_free(&p);
	y->fail_after = y->passed = 0;
	o.resume = true;
	memset(y->reads, 0, sizeof(y->reads));
	assert_int_equal(source_prove(&y->s, 0, SIZE, &o, &p, &e), 0);
	assert_memory_equal(p.bytes.p, y->truth, SIZE);
	assert_int_equal(y->reads[3], 1);	/* only the second pass */
	assert_int_equal(y->reads[39], 2);
	assert_int_equal(access(path, F_OK), -1);
	assert_int_equal(access(map, F_OK), -1);
	proven_free(&p);
	free(y);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_equal_reads_are_proof),
		cmocka_unit_test(a_sector_that_differs_once_is_voted_on),
		cmocka_unit_test(a_sector_that_always_differs_is_said),
		cmocka_unit_test(an_interrupted_read_is_resumed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* test_spool.c - bytes that do not stay in memory: sinks, spools, maps */
#include "test.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/hash.h"
#include "core/maps.h"
#include "core/mem.h"
#include "core/spool.h"

enum { MIB = 1 << 20 };

struct heap { struct sink to; uint8_t *p; size_t n, most; };

static bool take(struct sink *to, const void *p, size_t n)
{
	struct heap *h = (struct heap *)to;

	memcpy(h->p + h->n, p, n);
	h->n += n;
	h->most = n > h->most ? n : h->most;
	return true;
}

static void a_sink_gets_all_bytes_in_order_and_little_at_once(void **state)
{
	struct heap h = { .to = { take }, .p = xmalloc(MIB) };
	struct buf b = { .to = &h.to, .most = 1000 };
	uint8_t want[7000];

	(void)state;
	for (size_t i = 0; i < sizeof(want); i++)
		want[i] = (uint8_t)(i * 7);
	put(&b, want, sizeof(want));
	put_fill(&b, 0xaa, 12345);
	memcpy(buf_room(&b, 500), want, 500);
	b.len += 500;
	assert_int_equal(buf_total(&b), 7000 + 12345 + 500);
	buf_drain(&b);
	assert_int_equal(h.n, 7000 + 12345 + 500);
	assert_memory_equal(h.p, want, 7000);
	assert_int_equal(view_run((struct view){ h.p + 7000, 12845, 0 }, 0xaa), 12345);
	assert_memory_equal(h.p + 19345, want, 500);
	assert_true(h.most < 3000);
	buf_free(&b);
	free(h.p);
}

static void spooled(size_t n, bool in_file)
{
	struct image im = { 0 };
	struct spool s;
	struct err e = { 0 };
	uint8_t piece[4096];

	spool_begin(&s);
	for (size_t at = 0; at < n; at += sizeof(piece)) {
		memset(piece, (int)(at >> 12), sizeof(piece));
		put(&s.b, piece, sizeof(piece));
	}
	assert_int_equal(spool_end(&s, &im, "made", &e), 0);
	spool_drop(&s);
	assert_int_equal(im.fd != -1, in_file);
	assert_int_equal(im.v.len, n);
	for (size_t at = 0; at < n; at += sizeof(piece))
		assert_int_equal(im.v.p[at], (at >> 12) & 0xff);
	image_close(&im);
}

static void what_is_little_stays_in_memory_what_is_much_goes_to_a_file(void **state)
{
	(void)state;
	spooled(MIB, false);
	spooled(40 * MIB, true);
}

static void a_spool_that_was_dropped_leaves_nothing(void **state)
{
	struct spool s;

	(void)state;
	spool_begin(&s);
	put_fill(&s.b, 1, 40 * MIB);
	spool_drop(&s);
	assert_int_equal(s.fd, -1);
}

/* Pages of files that this process has in its memory. */
static size_t resident(void)
{
	size_t all, here, shared;
	FILE *f = fopen("/proc/self/statm", "r");

	assert_non_null(f);
	assert_int_equal(fscanf(f, "%zu %zu %zu", &all, &here, &shared), 3);
	fclose(f);
	return shared * (size_t)sysconf(_SC_PAGESIZE);
}

static void what_was_summed_of_a_map_is_given_back(void **state)
{
	char name[] = "/tmp/test_spool.XXXXXX";
	int fd = mkstemp(name);
	size_t before = resident();
	struct image im;
	struct err e;

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, 64 * MIB), 0);
	close(fd);
	assert_int_equal(image_open(&im, name, &e), 0);
	assert_int_equal(crc32_of(0, im.v), 0xb2eb30ed);
	assert_true(resident() < before + 24 * MIB);
	assert_int_equal(view_run(im.v, 0), im.v.len);
	assert_true(resident() < before + 24 * MIB);
	maps_give_back();
	assert_true(resident() < before + MIB);
	image_close(&im);
	unlink(name);
}

/* More than a room of that size is in memory, and all of it is still there. */
static void a_large_room_is_of_zeros_and_may_still_grow(void **state)
{
	size_t n = ((size_t)256 << 20) + 4096;
	struct buf b = { 0 };

	(void)state;
	spool_room(&b, n);
	assert_int_equal(b.len, n);
	assert_true(b.mapped == n || !b.mapped);
	assert_int_equal(b.p[n - 1], 0);
	b.p[n - 1] = 7;
	put_text(&b, "more");
	assert_int_equal(b.mapped, 0);
	assert_int_equal(b.len, n + 4);
	assert_int_equal(b.p[n - 1], 7);
	assert_memory_equal(b.p + n, "more", 4);
	buf_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_sink_gets_all_bytes_in_order_and_little_at_once),
		cmocka_unit_test(what_is_little_stays_in_memory_what_is_much_goes_to_a_file),
		cmocka_unit_test(a_spool_that_was_dropped_leaves_nothing),
		cmocka_unit_test(what_was_summed_of_a_map_is_given_back),
		cmocka_unit_test(a_large_room_is_of_zeros_and_may_still_grow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

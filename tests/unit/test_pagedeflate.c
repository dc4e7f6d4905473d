/* test_pagedeflate.c - pages come out as zlib's own deflate makes them */
#include "test.h"

#include <stdlib.h>
#include <zlib.h>

#include "core/pagedeflate.h"

static uint8_t page[PAGEDEFLATE_MOST];
static uint32_t state = 1;

static uint32_t next(uint32_t most)
{
	state = state * 1664525 + 1013904223;
	return (state >> 8) % most;
}

/* Of noise, runs, words of a few letters, and copies of what came before. */
static void make_page(size_t n)
{
	uint32_t letters = 1 + next(next(2) ? 4 : 256), kind;
	bool noise = !next(4);
	size_t at = 0;

	while (at < n) {
		size_t len = 1 + next(next(4) ? 12 : 400), from;

		kind = noise ? 3 : next(4);
		len = len < n - at ? len : n - at;
		from = at ? next((uint32_t)at) : 0;
		for (size_t i = 0; i < len; i++, at++)
			page[at] = kind < 2 && from < at ? page[from + i]
				   : kind == 2 ? (uint8_t)letters : (uint8_t)next(letters);
	}
}

static size_t by_zlib(z_stream *z, size_t n, uint8_t *out, size_t room)
{
	deflateReset(z);
	z->next_in = page;
	z->avail_in = (uInt)n;
	z->next_out = out;
	z->avail_out = (uInt)room;
	return deflate(z, Z_FINISH) == Z_STREAM_END ? z->total_out : 0;
}

static void same_for(int bits)
{
	struct pagedeflate *d = pagedeflate_new();
	uint8_t want[2 * PAGEDEFLATE_MOST], got[2 * PAGEDEFLATE_MOST];
	z_stream z = { 0 };

	assert_int_equal(deflateInit2(&z, Z_DEFAULT_COMPRESSION, Z_DEFLATED, bits, 8,
				      Z_DEFAULT_STRATEGY), Z_OK);
	for (int i = 0; i < 3000; i++) {
		size_t n = next(4) ? PAGEDEFLATE_MOST : 1 + next(PAGEDEFLATE_MOST);
		size_t a, b;

		make_page(n);
		a = by_zlib(&z, n, want, sizeof(want));
		b = bits < 0 ? pagedeflate(d, (struct view){ page, n, 0 },
					   (unsigned)-bits, got, sizeof(got))
			     : pagedeflate_zlib(d, (struct view){ page, n, 0 }, got,
						sizeof(got));
		assert_int_equal(b, a);
		assert_memory_equal(got, want, a);
	}
	deflateEnd(&z);
	pagedeflate_free(d);
}

static void a_page_is_what_zlib_makes_of_it(void **unused)
{
	(void)unused;
	same_for(15);
	same_for(-15);
}

static void so_it_is_for_a_window_of_half_a_page(void **unused)
{
	(void)unused;
	same_for(-11);
}

static void what_does_not_fit_is_none(void **unused)
{
	struct pagedeflate *d = pagedeflate_new();
	uint8_t out[64];

	(void)unused;
	make_page(PAGEDEFLATE_MOST);
	assert_int_equal(pagedeflate(d, (struct view){ page, sizeof(page), 0 }, 11, out, 3),
			 0);
	pagedeflate_free(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_page_is_what_zlib_makes_of_it),
		cmocka_unit_test(so_it_is_for_a_window_of_half_a_page),
		cmocka_unit_test(what_does_not_fit_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* test_lzmaroom.c - an encoder's memory is used again, and its bytes stay the same */
#include "test.h"

#include <stdlib.h>

#include "core/lzmaroom.h"

enum { PLAIN = 128 << 10, PACKED = 2 * PLAIN };

static void fill(uint8_t *plain, unsigned seed)
{
	for (size_t i = 0; i < PLAIN; i++) {
		seed = seed * 1664525 + 1013904223;
		plain[i] = (uint8_t)(seed >> 29);
	}
}

static size_t pack(const lzma_allocator *by, lzma_filter *f, const uint8_t *plain,
		   uint8_t *packed)
{
	size_t n = 0;

	assert_int_equal(lzma_stream_buffer_encode(f, LZMA_CHECK_CRC32, by, plain,
						   PLAIN, packed, &n, PACKED), LZMA_OK);
	return n;
}

static void one_room_serves_many_encoders(void **state)
{
	static uint8_t plain[PLAIN], usual[PACKED], ours[PACKED];
	struct lzma_room room = { 0 };
	lzma_options_lzma o;
	lzma_filter f[] = { { LZMA_FILTER_LZMA2, &o }, { LZMA_VLI_UNKNOWN, NULL } };

	(void)state;
	lzma_lzma_preset(&o, 6);
	for (unsigned i = 0; i < 6; i++) {
		const uint8_t *was = room.p;
		size_t n;

		o.dict_size = i < 3 ? PLAIN : 4 * PLAIN;	/* needs more */
		fill(plain, i);
		n = pack(NULL, f, plain, usual);
		assert_int_equal(pack(lzma_room_for(&room, f), f, plain, ours), n);
		assert_memory_equal(ours, usual, n);
		assert_int_equal(room.live, 0);
		assert_int_equal(room.used, 0);
		if (i % 3)
			assert_ptr_equal(room.p, was);
	}
	lzma_room_free(&room);
}

static void what_has_no_room_comes_from_malloc(void **state)
{
	struct lzma_room room = { 0 };
	lzma_options_lzma o;
	lzma_filter f[] = { { LZMA_FILTER_LZMA2, &o }, { LZMA_VLI_UNKNOWN, NULL } };
	const lzma_allocator *a;
	void *in, *out;

	(void)state;
	lzma_lzma_preset(&o, 6);
	o.dict_size = PLAIN;
	a = lzma_room_for(&room, f);
	in = a->alloc(a->opaque, 1, 100);
	out = a->alloc(a->opaque, 1, room.size);
	assert_ptr_equal(in, room.p);
	assert_non_null(out);
	memset(out, 1, room.size);
	assert_null(a->alloc(a->opaque, SIZE_MAX, 2));
	a->free(a->opaque, out);
	a->free(a->opaque, NULL);
	assert_int_equal(room.live, 1);
	a->free(a->opaque, in);
	assert_int_equal(room.used, 0);
	lzma_room_free(&room);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_room_serves_many_encoders),
		cmocka_unit_test(what_has_no_room_comes_from_malloc),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* test_probe_uimage.c - what mkimage makes is proven, opened and refitted */
#include "probe.h"

#define MKIMAGE "SOURCE_DATE_EPOCH=1000000000 mkimage "
#define KERNEL "seq 1 4000 > k && lzma -k k && " \
	MKIMAGE "-A arm -O linux -T kernel -C %s -a 0x8000 -e 0x8040 " \
	"-n Linux-3.18.30 -d %s out"

static void kernel(struct buf *b, const char *said, const char *file)
{
	char *c = xasprintf(KERNEL, said, file);

	made_by(b, c);
	free(c);
}

static void a_kernel_is_described_as_in_the_manual(void **state)
{
	struct buf b = { 0 };

	(void)state;
	kernel(&b, "lzma", "k.lzma");
	assert_proven("uimage", &b, b.len,
		      "crc32 ok twice, ARM, lzma, Linux-3.18.30");
	assert_flip_seen("uimage", &b, 100);
	assert_flip_seen("uimage", &b, 35);
	assert_int_equal(cut_to("uimage", &b, 90).says, b.len);
	buf_free(&b);
}

static void a_compression_that_lies_is_told(void **state)
{
	struct buf b = { 0 };

	(void)state;
	kernel(&b, "gzip", "k.lzma");
	assert_proven("uimage", &b, b.len, "crc32 ok twice, ARM, "
		      "gzip said, lzma inside, Linux-3.18.30");
	buf_free(&b);
}

static void refit_gives_the_same_bytes_for_the_same_payload(void **state)
{
	static const char *const made[] = {
		MKIMAGE "-A mips -T kernel -C none -n one -d a out",
		MKIMAGE "-A mips -T multi -C gzip -n many -d a:b:c out",
		MKIMAGE "-A mips -T script -C none -n words -d a out",
	};
	static const int parts[] = { 1, 3, 1 };

	(void)state;
	for (int k = 0; k < 3; k++) {
		struct buf b = { 0 }, again = { 0 };
		const struct wrap *w = format_named("uimage")->wrap;
		struct payload p[8];
		struct err e;
		char *c = xasprintf("seq 1 9 > a; seq 1 77 > b; printf 123 > c;"
				    " %s", made[k]);

		made_by(&b, c);
		free(c);
		assert_proven("uimage", &b, b.len, NULL);
		assert_int_equal(w->open(buf_view(&b), p, 8, &e), parts[k]);
		assert_int_equal(p[0].v.len, 18);
		for (int i = 0; i < parts[k]; i++) {
			buf_clear(&again);
			assert_int_equal(w->refit(buf_view(&b), i, p[i].v,
						  &again, &e), 0);
			assert_true(view_equal(buf_view(&b), buf_view(&again)));
		}
		buf_clear(&again);
		assert_int_equal(w->refit(buf_view(&b), 0, view_text("shorter"),
					  &again, &e), 0);
		assert_proven("uimage", &again, again.len, NULL);
		assert_int_equal(w->open(buf_view(&again), p, 8, &e), parts[k]);
		assert_true(view_equal(p[0].v, view_text("shorter")));
		buf_free(&again);
		buf_free(&b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_kernel_is_described_as_in_the_manual),
		cmocka_unit_test(a_compression_that_lies_is_told),
		cmocka_unit_test(refit_gives_the_same_bytes_for_the_same_payload),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* test_probe_stream.c - compressed streams by the tools they come from */
#include "probe.h"

#include "core/codec.h"

#define PLAIN "{ seq 1 20000; head -c 300000 /dev/zero; } > plain && "

struct tool { const char *codec, *format, *command; };

static const struct tool tools[] = {
	{ "gzip", "gzip", "gzip -n plain && mv plain.gz out" },
	{ "gzip", "gzip", "gzip -1 plain && mv plain.gz out" },
	{ "xz", "xz", "xz -T1 plain && mv plain.xz out" },
	{ "xz", "xz", "xz -9e -C crc64 plain && mv plain.xz out" },
	{ "xz", "xz", "xz -C sha256 plain && mv plain.xz out" },
	{ NULL }
};

static void the_exact_size_is_found_and_damage_seen(void **state)
{
	struct buf b = { 0 };

	(void)state;
	for (const struct tool *t = tools; t->codec; t++) {
		char *c = xasprintf(PLAIN "%s", t->command);

		made_by(&b, c);
		free(c);
		assert_proven(t->format, &b, b.len, NULL);
		assert_flip_seen(t->format, &b, b.len / 2);
		assert_flip_seen(t->format, &b, b.len - 5);
		cut_to(t->format, &b, b.len - 1);
		cut_to(t->format, &b, b.len / 3);
	}
	buf_free(&b);
}

static void codecs_give_back_what_went_in(void **state)
{
	struct buf b = { 0 }, plain = { 0 }, out = { 0 };
	struct decoded d;
	struct err e;

	(void)state;
	made_by(&plain, PLAIN "mv plain out");
	for (const struct tool *t = tools; t->codec; t++) {
		const struct codec *codec = codec_named(t->codec);
		char *c = xasprintf(PLAIN "%s", t->command);

		made_by(&b, c);
		free(c);
		buf_clear(&out);
		assert_int_equal(codec->decode(buf_view(&b), UINT64_MAX, &out,
					       &d, &e), 0);
		assert_true(d.ended);
		assert_int_equal(d.used, b.len);
		assert_int_equal(d.size, plain.len);
		assert_true(view_equal(buf_view(&out), buf_view(&plain)));
		assert_int_equal(codec->decode(buf_view(&b), plain.len, NULL,
					       &d, &e), 0);
		assert_true(d.ended);
		buf_clear(&out);
		assert_int_equal(codec->decode(buf_view(&b), 1000, &out, &d,
					       &e), 0);
		assert_false(d.ended);
		assert_int_equal(out.len, 1000);
		assert_int_equal(codec->decode(view_sub(buf_view(&b), 0,
					       b.len / 2), UINT64_MAX, NULL,
					       &d, &e), -1);
		assert_false(d.ended);
	}
	buf_free(&b);
	buf_free(&plain);
	buf_free(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_exact_size_is_found_and_damage_seen),
		cmocka_unit_test(codecs_give_back_what_went_in),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* test_probe_stream.c - compressed streams by the tools they come from */
#include <lzma.h>
#include <time.h>

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
	{ "lzma", "lzma", "xz --format=lzma plain && mv plain.lzma out" },
	{ "bzip2", "bzip2", "bzip2 plain && mv plain.bz2 out" },
	{ "bzip2", "bzip2", "bzip2 -1 plain && mv plain.bz2 out" },
	{ "lzop", "lzop", "lzop plain && mv plain.lzo out" },
	{ "lzop", "lzop", "lzop -9 -C plain && mv plain.lzo out" },
	{ "lzop", "lzop", "lzop --crc32 plain && mv plain.lzo out" },
	{ "lz4", "lz4", "lz4 -q plain out" },
	{ "lz4", "lz4", "lz4 -q -9 -B4 -BD plain out" },
	{ "zstd", "zstd", "zstd -q plain -o out" },
	{ "zstd", "zstd", "zstd -q -19 --ultra plain -o out" },
	{ NULL }
};

/* Nothing in these checks the content, so they are never proven. */
static const struct tool unsummed[] = {
	{ "lz4", "lz4", "lz4 -q --no-frame-crc plain out" },
	{ "lz4-legacy", "lz4-legacy", "lz4 -q -l plain out" },
	{ "zstd", "zstd", "zstd -q --no-check plain -o out" },
	{ "xz", "xz", "xz -C none plain && mv plain.xz out" },
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

static void gives_back(const struct tool *list)
{
	struct buf b = { 0 }, plain = { 0 }, out = { 0 };
	struct decoded d;
	struct err e;

	made_by(&plain, PLAIN "mv plain out");
	for (const struct tool *t = list; t->codec; t++) {
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

static void codecs_give_back_what_went_in(void **state)
{
	(void)state;
	gives_back(tools);
	gives_back(unsummed);
}

static void without_a_checksum_it_is_plausible(void **state)
{
	struct buf b = { 0 };
	struct region r;

	(void)state;
	for (const struct tool *t = unsummed; t->codec; t++) {
		char *c = xasprintf(PLAIN "%s", t->command);

		made_by(&b, c);
		free(c);
		r = probed(t->format, buf_view(&b), 0);
		assert_string_equal(proof_words[r.proof], "plausible");
		assert_int_equal(r.size, b.len);
		put_fill(&b, 0xff, 100);
		r = probed(t->format, buf_view(&b), 0);
		assert_string_equal(proof_words[r.proof], "plausible");
		assert_int_equal(r.size, b.len - 100);
	}
	buf_free(&b);
}

/* What mkimage users feed it: the size is stated, there is no end mark. */
static void lzma_with_a_stated_size_ends_there(void **state)
{
	struct buf plain = { 0 }, b = { .endian = LITTLE };
	lzma_options_lzma o;
	lzma_filter chain[] = {
		{ LZMA_FILTER_LZMA1EXT, &o }, { LZMA_VLI_UNKNOWN, NULL },
	};

	(void)state;
	made_by(&plain, PLAIN "mv plain out");
	lzma_lzma_preset(&o, 6);
	o.ext_flags = 0;
	lzma_set_ext_size(o, plain.len);
	put8(&b, 0x5d);
	put32(&b, o.dict_size);
	put64(&b, plain.len);
	buf_room(&b, plain.len);
	assert_int_equal(lzma_raw_buffer_encode(chain, NULL, plain.p, plain.len,
						b.p, &b.len, b.cap), LZMA_OK);
	assert_proven("lzma", &b, b.len, NULL);
	for (size_t at = 20; at < b.len - 5; at += 97)
		assert_flip_seen("lzma", &b, at);
	cut_to("lzma", &b, b.len - 1);
	buf_free(&plain);
	buf_free(&b);
}

static void a_stream_never_uses_more_than_there_is(void **state)
{
	const uint8_t bytes[] = { 0x02, 0x21, 0x4c, 0x18, 0, 0, 0, 0 };
	struct decoded d;
	struct err e;

	(void)state;
	for (size_t i = 0; codecs[i]; i++)
		for (size_t n = 0; n <= sizeof(bytes); n++) {
			struct view v = { bytes, n, 0 };

			codecs[i]->decode(v, 100, NULL, &d, &e);
			assert_true(d.used <= n);
		}
}

/* Those that begin with what is only theirs; logs of nodes have own tests. */
static const char *const probed_here[] = {
	"squashfs", "cramfs", "romfs", "ubi", "cpio", "uimage", "fit", "dtb",
	"trx", "zimage", "elf", "gzip", "xz", "lzma", "bzip2", "lzop", "lz4",
	"lz4-legacy", "zstd", NULL
};

/* xorshift: the same bytes everywhere, and no format in them. */
static void make_noise(struct buf *b, size_t n)
{
	uint64_t x = 88172645463325252u;

	b->endian = LITTLE;
	while (b->len < n) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		put64(b, x);
	}
}

static void random_bytes_behind_a_magic_fool_nobody(void **state)
{
	struct buf noise = { 0 };

	(void)state;
	make_noise(&noise, 1 << 19);
	for (size_t i = 0; probed_here[i]; i++) {
		const struct format *f = format_named(probed_here[i]);
		const struct magic *m = f->magic;

		for (; m && m->len; m++) {
			for (size_t at = 0; at + 4096 < noise.len; at += 512)
				memcpy(noise.p + at + m->off % 512, m->bytes,
				       m->len);
			assert_int_equal(count_in(f, m, buf_view(&noise),
						  PROOF_PLAUSIBLE), 0);
		}
	}
	buf_free(&noise);
}

static void zeros_behind_an_lzma_header_are_not_a_stream(void **state)
{
	struct buf b = { .endian = LITTLE };

	(void)state;
	put8(&b, 0x5d);
	put32(&b, 1 << 20);
	put64(&b, 4096);
	put_fill(&b, 0, 1 << 16);
	assert_int_equal(probed("lzma", buf_view(&b), 0).proof, PROOF_NONE);
	buf_free(&b);
}

/* PROBE_TIMES=1 shows what 16 MiB of each cost: less than 0.25 s. */
static void a_magic_repeated_is_nothing(void **state)
{
	size_t n = getenv("PROBE_TIMES") ? 16 << 20 : 1 << 20;
	struct buf b = { 0 };

	(void)state;
	for (size_t i = 0; probed_here[i]; i++) {
		const struct format *f = format_named(probed_here[i]);
		const struct magic *m = f->magic;

		for (; m && m->len; m++) {
			clock_t start = clock();

			buf_clear(&b);
			while (b.len < n)
				put(&b, m->bytes, m->len);
			assert_int_equal(count_in(f, m, buf_view(&b),
						  PROOF_PLAUSIBLE), 0);
			if (getenv("PROBE_TIMES"))
				printf("%-10s %.3f s\n", f->name,
				       (double)(clock() - start) / CLOCKS_PER_SEC);
		}
	}
	buf_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_exact_size_is_found_and_damage_seen),
		cmocka_unit_test(codecs_give_back_what_went_in),
		cmocka_unit_test(a_stream_never_uses_more_than_there_is),
		cmocka_unit_test(without_a_checksum_it_is_plausible),
		cmocka_unit_test(lzma_with_a_stated_size_ends_there),
		cmocka_unit_test(random_bytes_behind_a_magic_fool_nobody),
		cmocka_unit_test(zeros_behind_an_lzma_header_are_not_a_stream),
		cmocka_unit_test(a_magic_repeated_is_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

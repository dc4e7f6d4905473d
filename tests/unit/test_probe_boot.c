/* test_probe_boot.c - device trees, FITs, TRX, kernels and ELF files */
#include "probe.h"

#include "core/codec.h"
#include "core/hash.h"

#define TREE "echo '/dts-v1/; / { model = \"Test board\"; #size-cells = <1>; " \
	"chosen { bootargs = \"console=ttyS0\"; }; soc { uart@1 { reg = <1>; }; " \
	"}; };' > t.dts && dtc -q -p 64 -o t.dtb t.dts && "

#define FIT TREE "seq 1 3000 | gzip -n > k && cat > f.its <<'E' && " \
	"mkimage %s -f f.its out\n" \
	"/dts-v1/; / { description = \"Two in one\"; #address-cells = <1>; " \
	"images { kernel-1 { data = /incbin/(\"k\"); type = \"kernel\"; " \
	"arch = \"arm\"; os = \"linux\"; compression = \"gzip\"; load = <0>; " \
	"entry = <0>; hash-1 { algo = \"sha256\"; }; hash-2 { algo = " \
	"\"crc32\"; }; }; fdt-1 { data = /incbin/(\"t.dtb\"); type = " \
	"\"flat_dt\"; arch = \"arm\"; compression = \"none\"; hash-1 { algo = " \
	"\"sha1\"; }; hash-2 { algo = \"md5\"; }; }; }; configurations { " \
	"default = \"c\"; c { kernel = \"kernel-1\"; fdt = \"fdt-1\"; }; }; };\n" \
	"E\ntrue"

static void a_device_tree_is_walked_to_its_end(void **state)
{
	struct buf b = { 0 };
	uint32_t start;

	(void)state;
	made_by(&b, TREE "mv t.dtb out");
	assert_proven("dtb", &b, b.len, "4 nodes, Test board");
	assert_int_equal(probed("fit", buf_view(&b), 0).proof, PROOF_NONE);
	start = peek32(buf_view(&b), 8, BIG);
	assert_flip_seen("dtb", &b, start + 3);
	assert_flip_seen("dtb", &b, start + peek32(buf_view(&b), 36, BIG) - 1);
	assert_int_equal(cut_to("dtb", &b, b.len - 8).says, b.len);
	buf_free(&b);
}

static void fit(const char *options, const char *expect)
{
	struct buf b = { 0 };
	struct payload p[4];
	struct err e;
	char *c = xasprintf(FIT, options);

	made_by(&b, c);
	free(c);
	assert_proven("fit", &b, b.len, expect);
	assert_int_equal(probed("dtb", buf_view(&b), 0).proof, PROOF_NONE);
	assert_int_equal(format_named("fit")->wrap->open(buf_view(&b), p, 4,
							  &e), 2);
	assert_string_equal(p[0].name, "kernel-1");
	assert_string_equal(p[0].codec->name, "gzip");
	assert_flip_seen("fit", &b, (size_t)(p[0].v.p - b.p) + 100);
	assert_flip_seen("fit", &b, (size_t)(p[1].v.p - b.p) + 100);
	assert_true(cut_to("fit", &b, b.len - 300).says > b.len - 300);
	buf_free(&b);
}

/* The bytes that dumpimage takes out of b are those of want. */
static void assert_dumpimage(const struct buf *b, int i, struct view want)
{
	struct buf got = { 0 };
	char *c = xasprintf("cat /tmp/probe.%d.itb > f && dumpimage -T flat_dt "
			    "-p %d -o out f", getpid(), i);
	char *name = xasprintf("/tmp/probe.%d.itb", getpid());
	FILE *f = fopen(name, "wb");

	assert_non_null(f);
	assert_int_equal(fwrite(b->p, 1, b->len, f), b->len);
	fclose(f);
	made_by(&got, c);
	unlink(name);
	assert_true(view_equal(buf_view(&got), want));
	buf_free(&got);
	free(name);
	free(c);
}

static void refit_fit(const char *options, const char *first)
{
	const struct wrap *w = format_named("fit")->wrap;
	struct buf b = { 0 }, out = { 0 };
	struct payload p[4];
	struct view texts[] = { view_text("short"), { 0 }, { 0 } };
	struct err e;
	char *c = xasprintf(FIT, options);

	made_by(&b, c);
	free(c);
	assert_int_equal(w->open(buf_view(&b), p, 4, &e), 2);
	texts[1] = view_sub(buf_view(&b), 0, 1001);
	texts[2] = view_sub(buf_view(&b), 0, b.len);
	for (int i = 0; i < 2; i++) {
		buf_clear(&out);
		assert_int_equal(w->refit(buf_view(&b), i, p[i].v, &out, &e), 0);
		assert_true(view_equal(buf_view(&b), buf_view(&out)));
		for (int k = 0; k < 3; k++) {
			buf_clear(&out);
			assert_int_equal(w->refit(buf_view(&b), i, texts[k],
						  &out, &e), 0);
			assert_proven("fit", &out, out.len, first);
			assert_dumpimage(&out, i, texts[k]);
			assert_dumpimage(&out, !i, p[!i].v);
		}
	}
	buf_free(&out);
	buf_free(&b);
}

static void a_fit_is_refitted_and_dumpimage_agrees(void **state)
{
	const char *detail = "2 images, 4 hashes ok, kernel-1, fdt-1";

	(void)state;
	refit_fit("", detail);
	refit_fit("-E", detail);
	refit_fit("-E -p 0x1000", detail);
}

static void a_fit_is_proven_by_its_hashes(void **state)
{
	(void)state;
	fit("", "2 images, 4 hashes ok, kernel-1, fdt-1");
	fit("-E", "2 images, 4 hashes ok, kernel-1, fdt-1");
	fit("-E -p 0x1000", "2 images, 4 hashes ok, kernel-1, fdt-1");
}

/* As the vendors' tool lays it out; there is none in Debian. */
static void make_trx(struct buf *b, unsigned version)
{
	b->endian = LITTLE;
	put_text(b, "HDR0");
	put32(b, 0x3000);
	put32(b, 0);
	put16(b, 0);
	put16(b, (uint16_t)version);
	put32(b, version == 1 ? 28 : 32);
	put32(b, 0x1000);
	put_fill(b, 0, version == 1 ? 4 : 8);
	put_fill(b, 'k', 0x900);
	put_align(b, 0x1000, 0);
	put_fill(b, 'r', 0x2000);
	patch32(b, 8, crc32_plain(~0u, view_from(buf_view(b), 12)));
}

/* A longer first part moves the second to the next round address. */
static void refit_moves(const struct wrap *w, struct view v)
{
	struct buf longer = { 0 }, out = { 0 };
	struct payload p[4];
	struct err e;

	put_fill(&longer, 'n', 0x1100);
	assert_int_equal(w->refit(v, 0, buf_view(&longer), &out, &e), 0);
	assert_proven("trx", &out, 0x4000, NULL);
	assert_int_equal(w->open(buf_view(&out), p, 4, &e), 2);
	assert_int_equal(p[1].v.p - out.p, 0x2000);
	assert_int_equal(p[1].v.len, 0x2000);
	buf_free(&longer);
	buf_free(&out);
}

static void trx_is_proven_and_refitted(void **state)
{
	const struct wrap *w = format_named("trx")->wrap;

	(void)state;
	for (unsigned version = 1; version < 3; version++) {
		struct buf b = { 0 }, again = { 0 };
		struct payload p[4];
		struct err e;

		make_trx(&b, version);
		assert_proven("trx", &b, b.len, version == 1 ?
			      "crc32 ok, version 1, 2 parts" :
			      "crc32 ok, version 2, 2 parts");
		assert_flip_seen("trx", &b, 0x2fff);
		assert_int_equal(cut_to("trx", &b, 0x2000).says, b.len);
		assert_int_equal(w->open(buf_view(&b), p, 4, &e), 2);
		assert_int_equal(w->refit(buf_view(&b), 1, p[1].v, &again, &e), 0);
		assert_true(view_equal(buf_view(&b), buf_view(&again)));
		refit_moves(w, buf_view(&b));
		buf_free(&again);
		buf_free(&b);
	}
}

static void a_zimage_ends_where_it_says(void **state)
{
	struct buf b = { .endian = LITTLE };
	struct region r;

	(void)state;
	for (int i = 0; i < 9; i++)
		put32(&b, 0xe1a00000);
	put32(&b, 0x016f2818);
	put32(&b, 0);
	put32(&b, 0x8000);
	put32(&b, 0x04030201);
	put_fill(&b, 0x55, 0x8000);
	r = probed("zimage", buf_view(&b), 0);
	assert_int_equal(r.proof, PROOF_PLAUSIBLE);
	assert_int_equal(r.size, 0x8000);
	assert_int_equal(cut_to("zimage", &b, 0x1000).says, 0x8000);
	buf_free(&b);
}

static void an_elf_file_ends_where_its_last_part_does(void **state)
{
	static const char *const made[] = {
		"cp /bin/true out", "cp /bin/true a && strip -o out a",
		"echo 'int x(void) { return 3; }' > a.c && ${CC:-cc} -c a.c -o out",
	};
	struct buf b = { 0 };
	struct region r;

	(void)state;
	for (int i = 0; i < 3; i++) {
		made_by(&b, made[i]);
		r = probed("elf", buf_view(&b), 0);
		assert_string_equal(proof_words[r.proof], "plausible");
		assert_int_equal(r.size, b.len);
		put_fill(&b, 0xff, 999);
		r = probed("elf", buf_view(&b), 0);
		assert_int_equal(r.size, b.len - 999);
		assert_int_equal(cut_to("elf", &b, b.len / 2).says, b.len - 999);
	}
	buf_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_device_tree_is_walked_to_its_end),
		cmocka_unit_test(a_fit_is_proven_by_its_hashes),
		cmocka_unit_test(a_fit_is_refitted_and_dumpimage_agrees),
		cmocka_unit_test(trx_is_proven_and_refitted),
		cmocka_unit_test(a_zimage_ends_where_it_says),
		cmocka_unit_test(an_elf_file_ends_where_its_last_part_does),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

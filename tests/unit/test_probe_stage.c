/* test_probe_stage.c - first stages and partition tables of SoC makers */
#include "probe.h"

static void make_stage(struct buf *b, const char *name)
{
	const char *top = getenv("TOP");
	char *c = xasprintf("python3 %s/tests/make/boot.py %s out",
			    top ? top : getenv("PWD"), name);

	made_by(b, c);
	free(c);
}

static void a_first_stage_is_proven_by_its_sum(void **state)
{
	static const struct { const char *make, *format; uint64_t size, in;
			      const char *detail; } all[] = {
		{ "ingenic", "ingenic", 0x3100, 0x900, "crc7 ok, first stage in NOR" },
		{ "fullhan", "fullhan", 0x2000, 0x6fff, "2 of 2 crc32 ok, boot table" },
		{ "ipl", "ipl", 0x2000, 0x1fff, "sum ok, IPL" },
		{ "iplc", "ipl", 0x2000, 0x10, "sum ok, IPL_CUST" },
		{ "egon", "egon", 0x2000, 0x1fff, "sum ok" },
		{ "toc0", "toc0", 0x2000, 0x1fff, "sum ok, signed, 2 items" },
		{ "ambptb", "ambptb", 2048, 2000, "crc32 ok, 5 parts" },
		{ "nvram", "nvram", 74, 40, "crc8 ok, 3 variables" },
	};
	struct buf b = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		make_stage(&b, all[i].make);
		assert_proven(all[i].format, &b, all[i].size, all[i].detail);
		assert_flip_seen(all[i].format, &b, all[i].in);
		assert_true(cut_to(all[i].format, &b, all[i].in).size <= all[i].in);
	}
	buf_free(&b);
}

static void a_stage_without_a_sum_is_plausible(void **state)
{
	static const struct { const char *name; uint64_t size;
			      const char *detail; } all[] = {
		{ "anyka", 0x8000, "ANYKA_H3, 320 KiB flash, 3 parts" },
		{ "hisilicon", 0x40 + 61 * 16, "60 registers" },
		{ "goke", 0x1c + 24, "3 registers, to 0xc0800000" },
		{ "cfe", 0x600, "big-endian, version 1.0.37-106.24" },
		{ "gcis", 512, "pages of 2048 + 64, 64 in a block" },
	};
	struct buf b = { 0 };
	struct region r;

	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		make_stage(&b, all[i].name);
		put_fill(&b, 0xff, 0x50000 - b.len);
		r = probed(all[i].name, buf_view(&b), 0);
		assert_string_equal(proof_words[r.proof], "plausible");
		assert_int_equal(r.size, all[i].size);
		assert_string_equal(r.detail, all[i].detail);
		for (size_t n = 0; n < 0x800; n += 13)
			cut_to(all[i].name, &b, n);
	}
	buf_free(&b);
}

static void novateks_sum_counts_from_the_front_of_the_code(void **state)
{
	struct buf b = { 0 };
	struct region r;

	(void)state;
	make_stage(&b, "novatek");
	r = probed("novatek", buf_view(&b), 0x300);
	assert_string_equal(proof_words[r.proof], "proven");
	assert_int_equal(r.at, 0);
	assert_int_equal(r.size, 0x4000);
	b.p[0x1234] ^= 1;
	r = probed("novatek", buf_view(&b), 0x300);
	assert_string_equal(proof_words[r.proof], "plausible");
	buf_free(&b);
}

static void mkimages_boot_stages_are_proven(void **state)
{
	struct buf b = { 0 };
	struct region r;

	(void)state;
	made_by(&b, "seq 1 2000 > s && mkimage -A arm -T sunxi_egon -n board -d s out");
	assert_proven("egon", &b, b.len, "sum ok, SPL of U-Boot, board");
	assert_flip_seen("egon", &b, 5000);
	made_by(&b, "seq 1 2000 > s && mkimage -T mtk_image -a 0x201000 "
		"-n 'media=snand;nandinfo=2k+64' -d s out");
	r = probed("mediatek", buf_view(&b), 0);
	assert_string_equal(r.detail, "BOOTLOADER!, boot layout at 0x800");
	r = probed("mediatek", buf_view(&b), 0x1000);
	assert_string_equal(proof_words[r.proof], "proven");
	assert_int_equal(r.size, b.len - 0x1000);
	made_by(&b, "seq 1 2000 > s && mkimage -T mtk_image -a 0x201000 -n lk=1 "
		"-d s out");
	r = probed("lk", buf_view(&b), 0);
	assert_string_equal(r.detail, "U-Boot");
	assert_int_equal(r.size, b.len);
	buf_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_first_stage_is_proven_by_its_sum),
		cmocka_unit_test(a_stage_without_a_sum_is_plausible),
		cmocka_unit_test(novateks_sum_counts_from_the_front_of_the_code),
		cmocka_unit_test(mkimages_boot_stages_are_proven),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

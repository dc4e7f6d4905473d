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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_first_stage_is_proven_by_its_sum),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

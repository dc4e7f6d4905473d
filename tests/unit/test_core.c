/* test_core.c - the floor everything stands on */
#include "test.h"

#include "core/buf.h"
#include "core/hash.h"
#include "core/mem.h"
#include "core/opt.h"
#include "core/par.h"
#include "core/text.h"

static void a_short_read_is_zero_and_sticks(void **state)
{
	const uint8_t bytes[] = { 1, 2, 3 };
	struct cursor c = cursor((struct view){ bytes, 3, 0 }, LITTLE);

	(void)state;
	assert_int_equal(get16(&c), 0x0201);
	assert_int_equal(get16(&c), 0);
	assert_false(cursor_ok(&c));
	assert_int_equal(get8(&c), 0);
}

static void a_view_never_leaves_its_bytes(void **state)
{
	const uint8_t bytes[8] = { 0 };
	struct view v = { bytes, 8, 100 };

	(void)state;
	assert_true(view_has(v, 8, 0));
	assert_false(view_has(v, UINT64_MAX, 2));
	assert_false(view_has(v, 1, UINT64_MAX));
	assert_int_equal(view_sub(v, 4, 4).at, 104);
	assert_int_equal(view_sub(v, 4, 5).len, 0);
	assert_int_equal(view_upto(v, 6, 10).len, 2);
	assert_int_equal(view_from(v, 9).len, 0);
}

static void runs_are_counted_from_both_ends(void **state)
{
	uint8_t bytes[40];
	struct view v = { bytes, sizeof(bytes), 0 };

	(void)state;
	memset(bytes, 0xff, sizeof(bytes));
	assert_int_equal(view_run(v, 0xff), 40);
	bytes[21] = 0;
	assert_int_equal(view_run(v, 0xff), 21);
	assert_int_equal(view_tail_run(v, 0xff), 18);
}

/* The check values of the CRC catalogue: CRC-32/ISO-HDLC, and jffs2's. */
static void checksums_have_their_catalogue_values(void **state)
{
	struct view v = view_text("123456789");
	char text[SHA256_TEXT];

	(void)state;
	assert_int_equal(crc32_of(0, v), 0xcbf43926);
	assert_int_equal(crc32_plain(0, v), 0x2dfd2d88);
	assert_int_equal(crc32_plain(~0u, v), 0x340bc6d9);
	assert_int_equal(crc32c_of(~0u, v), ~0xe3069283u);
	assert_int_equal(crc16_of(0xffff, v), 0x4b37);
	sha256_text(view_text("abc"), text);
	assert_string_equal(text, "ba7816bf8f01cfea414140de5dae2223"
				  "b00361a396177a9cb410ff61f20015ad");
}

static void sizes_are_read_as_people_write_them(void **state)
{
	static const struct { const char *text; uint64_t size; } good[] = {
		{ "65536", 65536 }, { "0x10000", 65536 }, { "64K", 65536 },
		{ "64k", 65536 }, { "64KiB", 65536 }, { "16M", 16 << 20 },
		{ "16MiB", 16 << 20 }, { "1G", 1 << 30 }, { "16s", 8192 },
		{ "0x10s", 8192 }, { "0", 0 },
	};
	static const char *const bad[] = { "64KB", "64kB", "010", "1.5M", "10000h",
		"-1", "", "0x", "x", "18446744073709551616", "17179869184G" };
	struct err e;
	uint64_t n;

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
		assert_int_equal(parse_size(good[i].text, &n, &e), 0);
		assert_int_equal(n, good[i].size);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		assert_int_equal(parse_size(bad[i], &n, &e), -1);
		assert_non_null(strchr(e.text, ';'));
	}
}

static void ranges_have_an_end_that_is_not_included(void **state)
{
	struct range r;
	struct err e;

	(void)state;
	assert_int_equal(parse_range("0x10+0x20", 100, &r, &e), 0);
	assert_true(r.at == 0x10 && r.size == 0x20);
	assert_int_equal(parse_range("16..32", 100, &r, &e), 0);
	assert_true(r.at == 16 && r.size == 16);
	assert_int_equal(parse_range("16..", 100, &r, &e), 0);
	assert_int_equal(r.size, 84);
	assert_int_equal(parse_range("+10", 100, &r, &e), 0);
	assert_true(r.at == 0 && r.size == 10);
	assert_int_equal(parse_range("90+11", 100, &r, &e), -1);
	assert_int_equal(parse_range("5", 100, &r, &e), -1);
}

static void names_cannot_harm_a_terminal(void **state)
{
	struct buf b = { 0 };

	(void)state;
	put_name(&b, "bad\033[2Jname");
	assert_string_equal(buf_string(&b), "'bad\\x1b[2Jname'");
	buf_clear(&b);
	put_name(&b, "a\xe2\x80\xae" "b\xff");
	assert_string_equal(buf_string(&b), "'a\\u202eb\\xff'");
	buf_clear(&b);
	put_name(&b, "gr\xc3\xbc\xc3\x9f");
	assert_string_equal(buf_string(&b), "gr\xc3\xbc\xc3\x9f");
	buf_free(&b);
}

struct line { bool flag, off; uint64_t size; const char *text, *maybe;
	      struct texts list; unsigned count; };

static const struct option line_table[] = {
	{ OPT_FLAG, 'a', "all", offsetof(struct line, flag), 0, "", 0 },
	{ OPT_UINT, 'e', "erase", offsetof(struct line, size), "SIZE", "", 0 },
	{ OPT_TEXT, 'o', "output", offsetof(struct line, text), "FILE", "", 0 },
	{ OPT_MAYBE, 'p', "pad", offsetof(struct line, maybe), "SIZE", "", 0 },
	{ OPT_LIST, 0, "set", offsetof(struct line, list), "K=V", "", 0 },
	{ OPT_COUNT, 'v', "verbose", offsetof(struct line, count), 0, "", 0 },
	{ OPT_OFF, 0, "no-marks", offsetof(struct line, off), 0, "", 0 },
	{ 0 }
};

static void options_and_operands_come_in_any_order(void **state)
{
	char *argv[] = { "x", "in", "-ve", "64K", "--set=a=b", "-ofile", "--set",
			 "c", "--pad", "--all", "--", "-v", NULL };
	struct line l = { 0 };
	const struct optset sets[] = { { line_table, &l }, { 0 } };
	struct err e;

	(void)state;
	assert_int_equal(opt_parse(sets, 12, argv, &e), 2);
	assert_string_equal(argv[0], "in");
	assert_string_equal(argv[1], "-v");
	assert_true(l.flag && l.size == 65536 && l.count == 1 && l.list.n == 2);
	assert_string_equal(l.text, "file");
	assert_string_equal(l.list.v[0], "a=b");
	assert_string_equal(l.maybe, "");
	opt_free(sets);
}

static void flags_are_taken_back_by_their_opposites(void **state)
{
	char *argv[] = { "x", "--no-all", "--marks", NULL };
	char *no[] = { "x", "--no-erase", NULL }, *with[] = { "x", "--marks=1", NULL };
	struct line l = { .flag = true };
	const struct optset sets[] = { { line_table, &l }, { 0 } };
	struct err e;

	(void)state;
	assert_int_equal(opt_parse(sets, 3, argv, &e), 0);
	assert_true(!l.flag && l.off);
	assert_int_equal(opt_parse(sets, 2, no, &e), -1);
	assert_int_equal(opt_parse(sets, 2, with, &e), -1);
}

static void a_wrong_option_gets_a_suggestion(void **state)
{
	char *argv[] = { "x", "--erse", "1", NULL };
	struct line l = { 0 };
	const struct optset sets[] = { { line_table, &l }, { 0 } };
	struct err e;

	(void)state;
	assert_int_equal(opt_parse(sets, 3, argv, &e), -1);
	assert_non_null(strstr(e.text, "did you mean --erase?"));
}

static void square(size_t i, void *arg)
{
	((size_t *)arg)[i % 8] = i * i;
}

struct order { size_t ring[8], next; };

static int in_order(size_t i, void *arg, struct err *e)
{
	struct order *o = arg;

	(void)e;
	assert_int_equal(i, o->next++);
	assert_int_equal(o->ring[i % 8], i * i);
	return i == 900 ? -1 : 0;
}

static void results_of_workers_come_in_order(void **state)
{
	struct order o = { 0 };
	struct par p = { square, in_order, &o, 8 };
	struct err e;

	(void)state;
	par_use(4);
	assert_int_equal(par_run(&p, 900, &e), 0);
	o.next = 0;
	assert_int_equal(par_run(&p, 5000, &e), -1);
	assert_int_equal(o.next, 901);
	par_use(0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_short_read_is_zero_and_sticks),
		cmocka_unit_test(a_view_never_leaves_its_bytes),
		cmocka_unit_test(runs_are_counted_from_both_ends),
		cmocka_unit_test(checksums_have_their_catalogue_values),
		cmocka_unit_test(sizes_are_read_as_people_write_them),
		cmocka_unit_test(ranges_have_an_end_that_is_not_included),
		cmocka_unit_test(names_cannot_harm_a_terminal),
		cmocka_unit_test(options_and_operands_come_in_any_order),
		cmocka_unit_test(flags_are_taken_back_by_their_opposites),
		cmocka_unit_test(a_wrong_option_gets_a_suggestion),
		cmocka_unit_test(results_of_workers_come_in_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

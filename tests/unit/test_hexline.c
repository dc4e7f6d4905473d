/* test_hexline.c - one line of each loader and tool, good and damaged */
#include "test.h"

#include <stdlib.h>

#include "fixup/hexline.h"
#include "fixup/hexread.h"

static const uint8_t firm[16] = { 0x17, 0x08, 0x00, 0xea, 0x14, 0xf0, 0x9f, 0xe5,
				  0x20, 0x41, 0x42, 0x20, 0x00, 0x7f, 0x7e, 0x20 };

static bool parse(const char *text, struct hexline *h)
{
	*h = (struct hexline){ 0 };
	return get_hexline(view_text(text), h);
}

static void assert_line(const char *text, const char *name, uint64_t at, unsigned n)
{
	struct hexline h;

	if (!parse(text, &h))
		fail_msg("not understood: %s", text);
	assert_string_equal(h.dialect->name, name);
	assert_int_equal(h.at, at);
	assert_int_equal(h.n, n);
	if (h.width == 1)
		assert_memory_equal(h.byte, firm, n < 16 ? n : 16);
}

#define BYTES "17 08 00 ea 14 f0 9f e5 20 41 42 20 00 7f 7e 20"
#define BIG "17 08 00 EA 14 F0 9F E5"
#define TEXT "........ AB ..~ "

static void every_loader_is_known_by_its_line(void **state)
{
	(void)state;
	assert_line("82000000: " BYTES "    " TEXT, "U-Boot md", 0x82000000, 16);
	assert_line("82000000: " BYTES " " TEXT, "U-Boot md", 0x82000000, 16);
	assert_line("1080000000: " BYTES "     " TEXT, "U-Boot md", 0x1080000000, 16);
	assert_line("[7F000000] " BIG " - 20 41 42 20 00 7F 7E 20  " TEXT, "NetOS d",
		    0x7f000000, 16);
	assert_line("b0000000  17 08 00 ea.14 f0 9f e5.20 41 42 20.00 7f 7e 20  |" TEXT
		    "|       ", "tcboot dump", 0xb0000000, 16);
	assert_line("B0037C00: " BIG "-20 41 42 20 00 7F 7E 20   " TEXT, "ZyXEL ATDU",
		    0xb0037c00, 16);
	assert_line("00000010  17 08 00 ea 14 f0 9f e5  20 41 42 20 00 7f 7e 20  |"
		    TEXT "|", "hexdump -C", 0x10, 16);
	assert_line("000010 17 08 00 ea 14 f0", "od", 0x10, 6);
	assert_line("0xB0000000 " BYTES, "brnboot", 0xb0000000, 16);
	assert_line("80300000:\t60C34A37\t72783B1B", "Realtek D", 0x80300000, 8);
	assert_line("0000010 457f 464c", "hexdump", 0x10, 4);
}

static void text_may_be_short_padded_or_trimmed(void **state)
{
	(void)state;
	assert_line("80008000: 17 08    ..", "U-Boot md", 0x80008000, 2);
	assert_line("80008000: 17 08                                              ..",
		    "U-Boot md", 0x80008000, 2);
	assert_line("82000000: " BYTES "    ........ AB ..~", "U-Boot md", 0x82000000,
		    16);
}

static void text_that_looks_like_digits_stays_text(void **state)
{
	struct hexline h;

	(void)state;
	assert_true(parse("02000000: 61 62 ab", &h));
	assert_int_equal(h.n, 2);
	assert_true(parse("02000000: 61 62 20 63 64    ab cd", &h));
	assert_int_equal(h.n, 5);
}

static void what_stands_before_the_address_is_skipped(void **state)
{
	(void)state;
	assert_line("Dec 16 01:17:49 82000000: " BYTES "    " TEXT, "U-Boot md",
		    0x82000000, 16);
	assert_line("[   12.345678] 82000000: " BYTES "    " TEXT, "U-Boot md",
		    0x82000000, 16);
	assert_line(" 82000000: " BYTES "    " TEXT, "U-Boot md", 0x82000000, 16);
}

static void text_tells_the_order_of_words(void **state)
{
	struct hexline h;

	(void)state;
	assert_true(parse("820a0010: 00000000 696d6461 0000006e    ....admin...", &h));
	assert_int_equal(h.orders, ORDER_LITTLE);
	assert_int_equal(h.width, 4);
	assert_true(parse("820a0010: 00000000 61646d69 6e000000    ....admin...", &h));
	assert_int_equal(h.orders, ORDER_BIG);
	assert_true(parse("820a0010: 00000000 ffffffff    ........", &h));
	assert_int_equal(h.orders, ORDER_ANY);
	assert_true(parse("40000000: 00001000edfe0dd0  ........", &h));
	assert_int_equal(h.width, 8);
}

static void damage_is_no_line(void **state)
{
	static const char *const bad[] = {
		"82000000: 17 08 00 ea 14 f0 9f e5 20 41 42 20 00 7f 7e 20    ...",
		"82000000: 17 08 0 ea 14 f0 9f e5 20 41 42 20 00 7f 7e 20    " TEXT,
		"82000000: 1708 00 ea 14 f0 9f e5 20 41 42 20 00 7f 7e 20    " TEXT,
		"82000000: 17 08 00 ea 14 f0 9f e5 20 41 43 20 00 7f 7e 20    " TEXT,
		"82000000: 17 08 00 ea 14 f0 9f e5 20 41 42 20 00 7f 7e 20    .." TEXT,
		"8200z000: " BYTES "    " TEXT,
		"0x000000000000-0x000000020000 : \"u-boot\"",
		"Stack : 80370000 8037ab10 00000000 00000001",
		"r10: 00000000  r9 : 00000000  r8 : 80370000",
		"crc32 for 40000000 ... 40000fff ==> 489e815c",
		"",
	};
	struct hexline h;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		if (parse(bad[i], &h))
			fail_msg("taken as %s: %s", h.dialect->name, bad[i]);
}

static void damage_is_still_seen_as_a_line(void **state)
{
	uint64_t at;

	(void)state;
	assert_true(was_hexline(view_text("82000000: 17 0 00 ea 14 f0"), &at));
	assert_int_equal(at, 0x82000000);
	assert_true(was_hexline(view_text("8x000000: 17 08 00 ea 14 f0 9f"), &at));
	assert_int_equal(at, 0);
	assert_false(was_hexline(view_text("U-Boot 2023.01 (Jun 22 2026 - 08:38:07)"),
				 &at));
	assert_false(was_hexline(view_text("[Addr] 00 01 02 03 04 05 06 07 08"), &at));
}

static void commands_say_what_they_will_print(void **state)
{
	static const struct { const char *text; uint64_t at, size; } echo[] = {
		{ "MStar # md.b 0x82000000 0x1000", 0x82000000, 0x1000 },
		{ "=> md 40000000 12", 0x40000000, 0x48 },
		{ "=> md.q 40000000 5", 0x40000000, 0x28 },
		{ "CFE> dm b8020000 160     ", 0xb8020000, 160 },
		{ "bldr> dump b0000000 a0", 0xb0000000, 0xa0 },
		{ "<RealTek>DB 80000000 64", 0x80000000, 64 },
		{ "<RealTek>D 0x80300000 40", 0x80300000, 160 },
		{ "ATDUB0037C00,100", 0xb0037c00, 0x100 },
	};
	struct echo e;

	(void)state;
	for (size_t i = 0; i < sizeof(echo) / sizeof(*echo); i++) {
		if (!get_echo(view_text(echo[i].text), &e))
			fail_msg("no command: %s", echo[i].text);
		assert_int_equal(e.at, echo[i].at);
		assert_int_equal(e.size, echo[i].size);
	}
	assert_false(get_echo(view_text("md [.b, .w, .l] address [# of objects]"), &e));
	assert_false(get_echo(view_text("mmc read 0x82000000 0x10 0x8000"), &e));
	assert_true(is_load(view_text("=> sf read 0x82000000 0 0x1000")));
	assert_false(is_load(view_text("Hit any key to stop autoboot")));
}

/* The same log in one chunk, and line by line past the fast path. */
static void the_fast_path_reads_what_the_slow_one_reads(void **state)
{
	struct buf log = { 0 }, slow = { 0 };
	struct chunk c = { 0 };

	(void)state;
	for (unsigned i = 0; i < 600; i++) {
		struct hexline h;
		size_t from = log.len;

		put_text(&log, "%08x:", 0x81fffe00 + i * 16);
		for (unsigned k = 0; k < 16; k++)
			put_text(&log, " %02x", (i * 7 + k * 31) & 0xff);
		put_text(&log, "  ");
		for (unsigned k = 0; k < 16; k++) {
			unsigned b = (i * 7 + k * 31) & 0xff;

			put8(&log, b >= 0x20 && b < 0x7f ? (uint8_t)b : '.');
		}
		h = (struct hexline){ 0 };
		assert_true(get_hexline(view_from(buf_view(&log), from), &h));
		put(&slow, h.byte, h.n);
		put_text(&log, i % 50 ? "\r\n" : "\n");
	}
	c.log = buf_view(&log);
	chunk_read(&c);
	assert_int_equal(c.n, 1);
	assert_int_equal(c.good, 600);
	assert_true(view_equal(buf_view(&c.bytes), buf_view(&slow)));
	chunk_free(&c);
	buf_free(&log);
	buf_free(&slow);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_loader_is_known_by_its_line),
		cmocka_unit_test(text_may_be_short_padded_or_trimmed),
		cmocka_unit_test(text_that_looks_like_digits_stays_text),
		cmocka_unit_test(what_stands_before_the_address_is_skipped),
		cmocka_unit_test(text_tells_the_order_of_words),
		cmocka_unit_test(damage_is_no_line),
		cmocka_unit_test(damage_is_still_seen_as_a_line),
		cmocka_unit_test(commands_say_what_they_will_print),
		cmocka_unit_test(the_fast_path_reads_what_the_slow_one_reads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

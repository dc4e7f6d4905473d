/* test_nor.c - the SPI NOR engine against the model of a chip */
#include "test.h"

#include <stdlib.h>

#include "acquire/faulty.h"
#include "acquire/nor.h"
#include "acquire/norsim.h"
#include "acquire/sfdp.h"
#include "core/mem.h"

struct bench { struct spi spi; struct norsim *chip; uint8_t *mem; };

static int run(struct spi *s, const struct spi_op *op, size_t n, struct err *e)
{
	struct bench *b = (struct bench *)s;

	(void)e;
	for (size_t i = 0; i < n; i++) {
		norsim_select(b->chip);
		for (size_t k = 0; k < op[i].ntx; k++)
			norsim_clock(b->chip, op[i].tx[k]);
		for (size_t k = 0; k < op[i].nrx; k++)
			op[i].rx[k] = norsim_clock(b->chip, 0);
		norsim_deselect(b->chip);
	}
	return 0;
}

static void no_close(struct spi *s)
{
	(void)s;
}

static void setup(struct bench *b, const struct norsim_config *c)
{
	b->mem = xmalloc(c->size);
	for (uint64_t i = 0; i < c->size; i++)
		b->mem[i] = (uint8_t)(i * 7 + (i >> 8) * 13 + (i >> 16) * 29 + (i >> 24) * 3);
	b->chip = norsim_new(c, b->mem);
	b->spi = (struct spi){ .run = run, .close = no_close };
}

static void teardown(struct bench *b)
{
	norsim_free(b->chip);
	free(b->mem);
}

static const struct nor_opts no_opts;

/* The chip is found, its size is right, and the last bytes are read right. */
static void assert_reads_as(const struct norsim_config *config, uint64_t size,
			    bool unknown)
{
	struct nor n = { 0 };
	struct bench b;
	uint8_t got[512];
	struct err e;

	setup(&b, config);
	n.spi = &b.spi;
	assert_int_equal(nor_identify(&b.spi, &no_opts, &n.chip, &e), 0);
	assert_int_equal(n.chip.size, size);
	assert_int_equal(n.chip.size_unknown, unknown);
	for (uint64_t at = 0; at < size; at += size / 16) {
		assert_int_equal(nor_read(&n, at + 77, got, sizeof(got), &e), 0);
		assert_memory_equal(got, b.mem + at % config->size + 77, sizeof(got));
	}
	nor_release(&n);
	teardown(&b);
}

static void assert_reads(const struct norsim_config *config, uint64_t size)
{
	/* Of an id that says nothing at all the size stays unknown. */
	assert_reads_as(config, size, config->id[2] == 0x77);
}

static void chips_of_every_size_and_mode_are_read(void **state)
{
	static const struct norsim_config all[] = {
		{ { 0xef, 0x40, 0x13 }, 1 << 19, false, false, false, 0, 0, 2, false, false },
		{ { 0xc2, 0x20, 0x18 }, 1 << 24, true, false, false, 0, 0, 2, false, false },
		{ { 0xbf, 0x25, 0x4a }, 1 << 22, false, false, false, 0x1c, 0, 2, false, false },
		/* unknown id, SFDP only */
		{ { 0x7f, 0x12, 0x00 }, 1 << 23, true, false, false, 0, 0, 2, false, false },
		/* 32 MiB: with 13h; with b7 only; without SFDP; four bytes only */
		{ { 0xef, 0x40, 0x19 }, 1 << 25, true, false, true, 0, 0, 2, false, false },
		{ { 0xef, 0x40, 0x19 }, 1 << 25, true, false, false, 0, 0, 2, false, false },
		{ { 0xc2, 0x20, 0x19 }, 1 << 25, false, false, false, 0, 0, 2, false, false },
		{ { 0xc8, 0x40, 0x19 }, 1 << 25, true, true, false, 0, 0, 2, false, false },
		{ { 0x20, 0xba, 0x20 }, 1 << 26, true, false, true, 0, 0, 2, false, false },
		/* no SFDP, and b7 is not heard: 03 with four bytes reads nonsense */
		{ { 0xc2, 0x20, 0x19 }, 1 << 25, false, false, true, 0, 0, 2, false, true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
		assert_reads(&all[i], all[i].size);
}

/* What the board left behind, and chips that hear other commands than most. */
static void odd_ids_are_read_all_the_same(void **state)
{
	static const struct norsim_config all[] = {
		/* neither id nor SFDP says a size: all that three bytes reach */
		{ { 0x7f, 0x12, 0x77 }, 1 << 24, false, false, false, 0, 0, 2, false, false },
		/* protected, and with a status bit that others take for an error */
		{ { 0xef, 0x40, 0x16 }, 1 << 22, false, false, false, 0x3c, 0, 2, false, false },
		/* the id says 16 MiB, SFDP 32: the data settles it */
		{ { 0xef, 0x40, 0x18 }, 1 << 25, true, false, false, 0, 0, 2, false, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
		assert_reads(&all[i], all[i].size);
}

/* 4 MiB with an unknown id: 16 are read, and that it repeats is found later. */
static void a_chip_of_unknown_size_is_not_cut_short(void **state)
{
	const struct norsim_config c = { { 0x7f, 0x12, 0x77 }, 1 << 22, false,
					 false, false, 0, 0, 2, false, false };

	(void)state;
	assert_reads_as(&c, 1 << 24, true);
}

/* SFDP says 8 MiB, the id 16: the data tells that the chip wraps at 8. */
static void a_lying_id_is_settled_by_the_data(void **state)
{
	const struct norsim_config c = { { 0xef, 0x40, 0x18 }, 1 << 23, true,
					 false, false, 0, 0, 2, false, false };

	(void)state;
	assert_reads(&c, 1 << 23);
}

static void nobody_at_the_other_end_is_a_diagnosis(void **state)
{
	const struct norsim_config c = { { 0xef, 0x40, 0x18 }, 1 << 20, true,
					 false, false, 0, 0, 2, false, false };
	const struct faults silent = { .silent = true };
	struct nor_chip chip;
	struct bench b;
	struct spi *s;
	struct err e;

	(void)state;
	setup(&b, &c);
	s = faulty_spi(&b.spi, &silent);
	assert_int_equal(nor_identify(s, &no_opts, &chip, &e), -1);
	assert_int_equal(e.kind, ERR_DEVICE);
	assert_non_null(strstr(e.text, "id reads ff ff ff in 16 of 16 tries, nobody "
			       "answers; check pin 1"));
	s->close(s);
	teardown(&b);
}

static void erase_and_program_change_what_they_should(void **state)
{
	const struct norsim_config c = { { 0xef, 0x40, 0x14 }, 1 << 20, true,
					 false, false, 0, 0, 5, false, false };
	struct nor n = { 0 };
	uint8_t want[70000], *before = xmalloc(1 << 20);
	struct bench b;
	struct err e;

	(void)state;
	setup(&b, &c);
	memcpy(before, b.mem, 1 << 20);
	for (size_t i = 0; i < sizeof(want); i++)
		want[i] = (uint8_t)(i % 251);
	n.spi = &b.spi;
	assert_int_equal(nor_identify(&b.spi, &no_opts, &n.chip, &e), 0);
	assert_int_equal(nor_erase(&n, 0x1f000, 0x12000, &e), 0);
	assert_int_equal(view_run((struct view){ b.mem + 0x1f000, 0x12000, 0 }, 0xff),
			 0x12000);
	assert_memory_equal(b.mem, before, 0x1f000);
	assert_memory_equal(b.mem + 0x31000, before + 0x31000, (1 << 20) - 0x31000);
	assert_int_equal(nor_program(&n, 0x1f003, (struct view){ want, sizeof(want), 0 },
				     &e), 0);
	assert_memory_equal(b.mem + 0x1f003, want, sizeof(want));
	assert_int_equal(nor_erase(&n, 0x800, 0x1000, &e), -1);
	teardown(&b);
	free(before);
}

static void protection_is_told_and_lifted_only_when_asked(void **state)
{
	const struct norsim_config c = { { 0xef, 0x40, 0x17 }, 1 << 23, true, false,
					 false, 0x1c, 0, 2, false, false };
	struct nor n = { 0 };
	struct nor_lock lock;
	struct nor_range r;
	struct bench b;
	struct err e;

	(void)state;
	setup(&b, &c);
	n.spi = &b.spi;
	assert_int_equal(nor_identify(&b.spi, &no_opts, &n.chip, &e), 0);
	assert_int_equal(nor_protected(&n, &r, &e), 0);
	assert_int_equal(r.size, 1 << 23);
	assert_int_equal(nor_erase(&n, 0, 4096, &e), 0);
	assert_int_not_equal(b.mem[1], 0xff);
	assert_int_equal(nor_lock_read(&n, &lock, &e), 0);
	assert_int_equal(nor_unprotect(&n, &lock, &e), 0);
	assert_int_equal(nor_protected(&n, &r, &e), 0);
	assert_int_equal(r.size, 0);
	assert_int_equal(nor_erase(&n, 0, 4096, &e), 0);
	assert_int_equal(b.mem[1], 0xff);
	assert_int_equal(nor_protect(&n, &lock, &e), 0);
	assert_int_equal(nor_protected(&n, &r, &e), 0);
	assert_int_equal(r.size, 1 << 23);
	teardown(&b);
}

/* All by CMP alone, in a chip whose second register 01h does not reach. */
static void a_complement_is_protection_too(void **state)
{
	const struct norsim_config c = { .id = { 0xc8, 0x40, 0x17 }, .size = 1 << 23,
					 .sfdp = true, .sr2 = 0x40, .busy_polls = 2,
					 .one_byte_status = true };
	struct nor n = { 0 };
	struct nor_lock lock;
	struct nor_range r;
	struct bench b;
	struct err e;

	(void)state;
	setup(&b, &c);
	n.spi = &b.spi;
	assert_int_equal(nor_identify(&b.spi, &no_opts, &n.chip, &e), 0);
	assert_int_equal(nor_protected(&n, &r, &e), 0);
	assert_int_equal(r.size, 1 << 23);
	assert_int_equal(nor_lock_read(&n, &lock, &e), 0);
	assert_int_equal(nor_unprotect(&n, &lock, &e), 0);
	assert_int_equal(nor_erase(&n, 0, 4096, &e), 0);
	assert_int_equal(b.mem[1], 0xff);
	assert_int_equal(nor_protect(&n, &lock, &e), 0);
	assert_int_equal(nor_protected(&n, &r, &e), 0);
	assert_int_equal(r.size, 1 << 23);
	teardown(&b);
}

/* JESD216 words of a W25Q128JV as its datasheet prints them. */
static void sfdp_of_a_datasheet_is_understood(void **state)
{
	static const uint8_t image[] = {
		0x53, 0x46, 0x44, 0x50, 0x05, 0x01, 0x00, 0xff,
		0x00, 0x05, 0x01, 0x10, 0x10, 0x00, 0x00, 0xff,
		0xe5, 0x20, 0xf9, 0xff, 0xff, 0xff, 0xff, 0x07,
		0x44, 0xeb, 0x08, 0x6b, 0x08, 0x3b, 0x42, 0xbb,
		0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00, 0x00,
		0xff, 0xff, 0x40, 0xeb, 0x0c, 0x20, 0x0f, 0x52,
		0x10, 0xd8, 0x00, 0x00, 0x36, 0x02, 0xa6, 0x00,
		0x82, 0xea, 0x14, 0xc4, 0xe9, 0x63, 0x76, 0x33,
		0x7a, 0x75, 0x7a, 0x75, 0xf7, 0xa2, 0xd5, 0x5c,
		0x19, 0xf7, 0x4d, 0xff, 0xe9, 0x30, 0xf8, 0x80,
	};
	struct sfdp s;

	(void)state;
	assert_true(sfdp_parse((struct view){ image, sizeof(image), 0 }, &s));
	assert_int_equal(s.size, 1 << 24);
	assert_int_equal(s.address_bytes, 3);
	assert_int_equal(s.erase[0].size, 4096);
	assert_int_equal(s.erase[0].opcode, 0x20);
	assert_int_equal(s.erase[2].size, 65536);
	assert_int_equal(s.erase[2].opcode, 0xd8);
	assert_int_equal(s.erase[3].size, 0);
	assert_int_equal(s.page, 256);
}

static void put_word(uint8_t *p, uint32_t x)
{
	for (unsigned i = 0; i < 4; i++)
		p[i] = (uint8_t)(x >> 8 * i);
}

/* As an SST26VF064B says it: blocks of 8, 32 and 64 KiB by place, all by d8,
   4 KiB everywhere by 20. */
static void erase_types_that_are_not_good_everywhere_are_left_out(void **state)
{
	static const uint8_t head[] = {
		0x53, 0x46, 0x44, 0x50, 0x06, 0x01, 0x01, 0xff,
		0x00, 0x06, 0x01, 0x10, 0x30, 0x00, 0x00, 0xff,
		0x81, 0x00, 0x01, 0x04, 0x80, 0x00, 0x00, 0xff,
	};
	uint8_t image[0x90] = { 0 };
	struct sfdp s;

	(void)state;
	memcpy(image, head, sizeof(head));
	put_word(image + 0x30, 0xfff120e5);
	put_word(image + 0x34, (8 << 20) * 8 - 1);
	put_word(image + 0x30 + 7 * 4, 0xd80d200c);	/* 4 KiB, 8 KiB */
	put_word(image + 0x30 + 8 * 4, 0xd810d80f);	/* 32 KiB, 64 KiB */
	put_word(image + 0x80, 0xff0200ff);		/* a map of three regions */
	put_word(image + 0x84, 0x007ff3);
	put_word(image + 0x88, 0x00fff5);
	put_word(image + 0x8c, 0xffff09);
	assert_true(sfdp_parse((struct view){ image, sizeof(image), 0 }, &s));
	assert_int_equal(s.erase[0].size, 4096);
	assert_int_equal(s.erase[1].size, 0);
	assert_false(s.uneven);
	put_word(image + 0x84, 0x007ff2);		/* and none of them all over */
	assert_true(sfdp_parse((struct view){ image, sizeof(image), 0 }, &s));
	assert_true(s.uneven);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(chips_of_every_size_and_mode_are_read),
		cmocka_unit_test(odd_ids_are_read_all_the_same),
		cmocka_unit_test(a_chip_of_unknown_size_is_not_cut_short),
		cmocka_unit_test(a_lying_id_is_settled_by_the_data),
		cmocka_unit_test(nobody_at_the_other_end_is_a_diagnosis),
		cmocka_unit_test(erase_and_program_change_what_they_should),
		cmocka_unit_test(protection_is_told_and_lifted_only_when_asked),
		cmocka_unit_test(a_complement_is_protection_too),
		cmocka_unit_test(sfdp_of_a_datasheet_is_understood),
		cmocka_unit_test(erase_types_that_are_not_good_everywhere_are_left_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

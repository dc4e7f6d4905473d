/* noraddress.c - how a chip is addressed, and whether that reaches all of it */
#include <stdio.h>
#include <string.h>

#include "acquire/noraddress.h"

enum { PLACES = 64, TELLING = 8, SAMPLE = 64, SHIFT = 16, REACH = 1 << 24 };

static bool is_blank(const uint8_t *p)
{
	return view_run((struct view){ p, SAMPLE, 0 }, p[0]) == SAMPLE;
}

/* Places that are spread over [0, size), no two with the same low bits. */
static uint64_t place(uint64_t size, unsigned i)
{
	uint64_t x = size / PLACES * i + 0x140 * i;

	return x + SAMPLE + SHIFT <= size ? x : size - SAMPLE - SHIFT;
}

int nor_is_alias(struct spi *s, const struct nor_chip *chip, uint64_t from,
		 struct err *e)
{
	struct nor n = { .spi = s, .chip = *chip };
	uint8_t low[SAMPLE], high[SAMPLE];
	unsigned telling = 0;

	for (unsigned i = 0; i < PLACES && telling < TELLING * 2; i++) {
		uint64_t x = place(from, i);

		if (nor_read(&n, x, low, SAMPLE, e) < 0 ||
		    nor_read(&n, from + x, high, SAMPLE, e) < 0)
			return -1;
		if (memcmp(low, high, SAMPLE))
			return 0;
		telling += !is_blank(low);
	}
	return telling ? 1 : 2;
}

/*
 * Whether a read from a little further on continues the one before: it does
 * not where chip and we differ about how many bytes an address has. 1 it does,
 * 0 it does not, 2 nothing can be said (blank), -1 the cable failed.
 */
static int continues(struct spi *s, const struct nor_chip *chip, struct err *e)
{
	struct nor n = { .spi = s, .chip = *chip };
	uint8_t one[SAMPLE + SHIFT], two[SAMPLE];
	unsigned telling = 0, bad = 0;

	for (unsigned i = 0; i < PLACES && telling < TELLING; i++) {
		uint64_t x = place(chip->size, i);

		if (nor_read(&n, x, one, sizeof(one), e) < 0 ||
		    nor_read(&n, x + SHIFT, two, SAMPLE, e) < 0)
			return -1;
		bad += memcmp(one + SHIFT, two, SAMPLE) != 0;
		telling += !is_blank(two) || !is_blank(one);
	}
	/* One may be noise. */
	return !telling ? 2 : bad * 2 <= telling;
}

/* The opcodes of four-byte addresses are those of three with these names. */
static uint8_t four_byte_opcode(uint8_t op)
{
	static const uint8_t pairs[][2] = {
		{ 0x20, 0x21 }, { 0x52, 0x5c }, { 0xd8, 0xdc },
	};

	for (unsigned i = 0; i < sizeof(pairs) / sizeof(*pairs); i++)
		if (pairs[i][0] == op)
			return pairs[i][1];
	return 0;
}

static void use_four_opcodes(struct nor_chip *c, const struct sfdp *s)
{
	struct nor_erase all[NOR_ERASES] = { { 0 } };
	unsigned n = 0;

	for (unsigned i = 0; i < NOR_ERASES && c->erase[i].size; i++) {
		uint8_t op = s && s->has_4bait ? s->erase4[i]
					       : four_byte_opcode(c->erase[i].opcode);

		if (op && op != 0xff)
			all[n++] = (struct nor_erase){ c->erase[i].size, op };
	}
	memcpy(c->erase, all, sizeof(all));
	c->read_op = 0x13;
	c->program_op = 0x12;
}

static bool was_entered(enum nor_mode mode)
{
	return mode == NOR_4BYTE_ENTER || mode == NOR_4BYTE_WREN_ENTER;
}

static int set_mode(struct spi *s, struct nor_chip *c, enum nor_mode mode,
		    struct err *e)
{
	static const uint8_t wren[] = { 0x06 }, enter[] = { 0xb7 };
	const struct spi_op ops[] = { { wren, 1, NULL, 0 }, { enter, 1, NULL, 0 } };

	c->mode = mode;
	c->address_bytes = mode == NOR_3BYTE || mode == NOR_4BYTE_EXTENDED ? 3 : 4;
	if (mode == NOR_4BYTE_ENTER)
		return s->run(s, ops + 1, 1, e);
	if (mode == NOR_4BYTE_WREN_ENTER)
		return s->run(s, ops, 2, e);
	return 0;
}

/* 1 the mode reaches the chip, 0 it does not, 2 the chip looks blank by it. */
static int try_mode(struct spi *s, struct nor_chip *c, enum nor_mode mode,
		    const struct sfdp *sf, struct err *e)
{
	static const uint8_t leave[] = { 0xe9 };
	int r;

	if (mode == NOR_4BYTE_OPCODES)
		use_four_opcodes(c, sf);
	if (set_mode(s, c, mode, e) < 0)
		return -1;
	r = continues(s, c, e);
	if (r == 1 && c->size > REACH) {
		r = nor_is_alias(s, c, REACH, e);
		r = r == 1 ? 0 : r == 0 ? 1 : r;
	}
	if (!r && was_entered(mode) && spi_one(s, leave, 1, NULL, 0, e) < 0)
		return -1;
	return r;
}

/* In which order the ways are tried, by what the chip says of itself. */
static unsigned ways(const struct sfdp *sf, bool is_stacked, enum nor_mode order[4])
{
	static const enum nor_mode usual[] = { NOR_4BYTE_WREN_ENTER, NOR_4BYTE_OPCODES,
					       NOR_4BYTE_EXTENDED, NOR_4BYTE_ALWAYS };

	memcpy(order, usual, sizeof(usual));
	if (sf && (sf->always_four || sf->address_bytes == 4)) {
		order[0] = NOR_4BYTE_ALWAYS;
		order[3] = NOR_4BYTE_WREN_ENTER;
	} else if (is_stacked || (sf && sf->has_4bait && sf->read_13 && sf->program_12)) {
		order[0] = NOR_4BYTE_OPCODES;
		order[1] = NOR_4BYTE_WREN_ENTER;
	}
	return sizeof(usual) / sizeof(*usual);
}

int nor_choose_mode(struct spi *s, struct nor_chip *c, const struct sfdp *sf,
		    struct err *e)
{
	const struct nor_chip was = *c;
	enum nor_mode order[4];
	unsigned n = ways(sf, c->die > 0, order), blank = n;

	for (unsigned i = 0; i < n; i++) {
		int r;

		*c = was;
		r = try_mode(s, c, order[i], sf, e);
		if (r < 0 || r == 1)
			return r < 0 ? -1 : 0;
		if (r == 2 && blank == n)
			blank = i;
	}
	if (blank == n) {
		fail(e, ERR_DEVICE, "no way of addressing reaches all of its %llu MiB, or "
		     "the clip is loose; reseat it, or give --size 16M",
		     (unsigned long long)was.size >> 20);
		return err_about(e, "chip");
	}
	*c = was;
	if (order[blank] == NOR_4BYTE_OPCODES)
		use_four_opcodes(c, sf);
	return set_mode(s, c, order[blank], e);
}

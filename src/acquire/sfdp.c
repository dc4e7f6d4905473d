/* sfdp.c - what a chip says of itself (JEDEC JESD216) */
#include "acquire/sfdp.h"

enum { SPACE = 512, BASIC = 0xff00, FOUR_BYTE = 0xff84, SECTOR_MAP = 0xff81 };

/* One parameter header: where its table of 32-bit words lies. */
struct table { unsigned id; uint32_t at; unsigned words; };

static struct table get_table(struct cursor *c)
{
	struct table t;
	unsigned low = get8(c);

	get_skip(c, 2);
	t.words = get8(c);
	t.at = get8(c);
	t.at |= (uint32_t)get16(c) << 8;
	t.id = low | (unsigned)get8(c) << 8;
	return t;
}

static uint32_t word(struct view v, const struct table *t, unsigned number)
{
	return number <= t->words ? peek32(v, t->at + (number - 1) * 4, LITTLE) : 0;
}

static void set_erase(struct sfdp *s, unsigned i, unsigned half)
{
	unsigned power = half & 0xff, opcode = half >> 8;

	if (power && power < 32 && opcode)
		s->erase[i] = (struct nor_erase){ UINT32_C(1) << power,
						  (uint8_t)opcode };
}

static void get_basic(struct view v, const struct table *t, struct sfdp *s)
{
	uint32_t one = word(v, t, 1), two = word(v, t, 2), enter = word(v, t, 16);
	static const unsigned addresses[] = { 3, 34, 4, 3 };

	s->size = two >> 31 ? (two & 0x7fffffff) < 48
				? (UINT64_C(1) << (two & 0x7fffffff)) / 8 : 0
			    : ((uint64_t)two + 1) / 8;
	s->address_bytes = addresses[one >> 17 & 3];
	for (unsigned i = 0; i < NOR_ERASES; i++)
		set_erase(s, i, word(v, t, 8 + i / 2) >> 16 * (i & 1) & 0xffff);
	if (!s->erase[0].size && (one & 3) == 1)
		set_erase(s, 0, 12 | (one & 0xff00));
	s->page = t->words >= 11 ? UINT32_C(1) << (word(v, t, 11) >> 4 & 15) : NOR_PAGE;
	s->flag_status = word(v, t, 14) >> 3 & 1;
	s->enter_b7 = enter >> 24 & 1;
	s->enter_wren_b7 = enter >> 25 & 1;
	s->extended_register = enter >> 26 & 1;
	s->always_four = enter >> 30 & 1;
}

static void get_four_byte(struct view v, const struct table *t, struct sfdp *s)
{
	uint32_t one = word(v, t, 1), two = word(v, t, 2);

	s->has_4bait = true;
	s->read_13 = one & 1;
	s->program_12 = one >> 6 & 1;
	for (unsigned i = 0; i < NOR_ERASES; i++)
		if (one >> (9 + i) & 1)
			s->erase4[i] = (uint8_t)(two >> 8 * i);
}

/*
 * Which erase types are good everywhere, whatever way the chip is set up: of
 * each descriptor the low bits say last and (1) map, a map has its regions in
 * bits 23:16 and a word for each with its types in the low bits; a command that
 * asks for the set-up has two words.
 */
static unsigned common_types(struct view v, const struct table *t)
{
	unsigned all = (1u << NOR_ERASES) - 1;

	for (unsigned i = 1; i <= t->words; ) {
		uint32_t head = word(v, t, i);
		unsigned regions = (head >> 16 & 0xff) + 1;

		if (!(head & 2)) {
			i += 2;
			continue;
		}
		for (unsigned k = 1; k <= regions && i + k <= t->words; k++)
			all &= word(v, t, i + k);
		i += 1 + regions;
		if (head & 1)
			break;
	}
	return all;
}

static void drop_types(struct sfdp *s, unsigned good)
{
	for (unsigned i = 0; i < NOR_ERASES; i++)
		if (!(good >> i & 1))
			s->erase[i].size = 0;
}

static void sort_erases(struct sfdp *s)
{
	for (unsigned i = 1; i < NOR_ERASES; i++) {
		/* Those that are missing (size 0) go to the end. */
		for (unsigned k = i; k && s->erase[k].size &&
		     s->erase[k].size - 1 < s->erase[k - 1].size - 1; k--) {
			struct nor_erase x = s->erase[k];
			uint8_t four = s->erase4[k];

			s->erase[k] = s->erase[k - 1];
			s->erase4[k] = s->erase4[k - 1];
			s->erase[k - 1] = x;
			s->erase4[k - 1] = four;
		}
	}
}

bool sfdp_parse(struct view v, struct sfdp *s)
{
	struct cursor c = cursor(view_from(v, 4), LITTLE);
	unsigned headers, good = (1u << NOR_ERASES) - 1;
	bool basic = false;

	*s = (struct sfdp){ 0 };
	if (!view_is(v, 0, "SFDP", 4))
		return false;
	get_skip(&c, 2);
	headers = get8(&c) + 1u;
	get_skip(&c, 1);
	for (unsigned i = 0; i < headers && cursor_ok(&c); i++) {
		struct table t = get_table(&c);

		if (!cursor_ok(&c) || !view_has(v, t.at, (uint64_t)t.words * 4))
			continue;
		if (t.id == BASIC && t.words >= 9) {
			get_basic(v, &t, s);
			basic = true;
		}
		if (t.id == FOUR_BYTE && t.words >= 2)
			get_four_byte(v, &t, s);
		if (t.id == SECTOR_MAP)
			good &= common_types(v, &t);
	}
	drop_types(s, good);
	sort_erases(s);
	s->uneven = !s->erase[0].size;
	return basic && s->size;
}

int sfdp_read(struct spi *s, struct sfdp *out, struct err *e)
{
	uint8_t space[SPACE];
	const uint8_t head[] = { 0x5a, 0, 0, 0, 0 };
	size_t piece = s->most_rx && s->most_rx < SPACE ? s->most_rx : SPACE;

	if (spi_one(s, head, sizeof(head), space, 8 < piece ? 8 : piece, e) < 0)
		return -1;
	if (memcmp(space, "SFDP", 4))
		return 1;
	for (size_t at = 0; at < SPACE; at += piece) {
		const uint8_t tx[] = { 0x5a, 0, (uint8_t)(at >> 8), (uint8_t)at, 0 };
		size_t n = piece < SPACE - at ? piece : SPACE - at;

		if (spi_one(s, tx, sizeof(tx), space + at, n, e) < 0)
			return -1;
	}
	return sfdp_parse((struct view){ space, SPACE, 0 }, out) ? 0 : 1;
}

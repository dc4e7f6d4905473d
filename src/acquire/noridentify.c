/* noridentify.c - which chip is it, or which wire is loose */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "acquire/sfdp.h"
#include "core/log.h"
#include "core/text.h"

enum { TRIES = 16, SAMPLES = 8, SAMPLE = 64, ALIAS = 1 << 24 };

/* Makers by their first byte, and which of their types run at 1.8 V. */
static const struct maker { uint8_t id; const char *name; uint8_t low[4]; } makers[] = {
	{ 0x01, "Spansion", { 0 } }, { 0x0b, "XTX", { 0x60 } },
	{ 0x1c, "Eon", { 0x38 } }, { 0x1f, "Adesto", { 0 } },
	{ 0x20, "Micron", { 0xbb } }, { 0x25, "Dosilicon", { 0 } },
	{ 0x37, "AMIC", { 0 } }, { 0x52, "Alliance", { 0 } },
	{ 0x5e, "Zbit", { 0x50 } }, { 0x68, "Boya", { 0x60 } },
	{ 0x85, "Puya", { 0x60 } }, { 0x89, "Intel", { 0 } },
	{ 0x8c, "ESMT", { 0 } }, { 0x9d, "ISSI", { 0x70 } },
	{ 0xa1, "Fudan", { 0 } }, { 0xad, "Hynix", { 0 } },
	{ 0xbf, "SST", { 0 } }, { 0xc2, "Macronix", { 0x25 } },
	{ 0xc8, "GigaDevice", { 0x60, 0x61, 0x63 } }, { 0xe0, "Paragon", { 0 } },
	{ 0xef, "Winbond", { 0x50, 0x60, 0x61, 0x80 } }, { 0xf8, "Fidelix", { 0 } },
	{ 0, NULL, { 0 } }
};

static bool is_silent(const uint8_t *id)
{
	return (id[0] == 0xff && id[1] == 0xff && id[2] == 0xff) ||
	       (!id[0] && !id[1] && !id[2]);
}

static const struct nor_known *known(const uint8_t *id)
{
	for (const struct nor_known *k = nor_known; k->name; k++)
		if (!memcmp(k->id, id, sizeof(k->id)))
			return k;
	return NULL;
}

/* 0 where the low byte says nothing. */
static uint64_t size_by_rule(const uint8_t *id)
{
	const struct nor_known *k = known(id);
	unsigned c = id[2];

	if (k && k->size_kib)
		return (uint64_t)k->size_kib << 10;
	if (c >= 0x09 && c <= 0x1f)
		return UINT64_C(1) << c;
	if (c >= 0x20 && c <= 0x23)
		return UINT64_C(1) << (26 + c - 0x20);
	if (c >= 0x30 && c <= 0x3f)
		return UINT64_C(1) << (c - 0x20);
	return 0;
}

static void name_it(struct nor_chip *c)
{
	const struct nor_known *k = known(c->id);
	const struct maker *m = makers;

	while (m->name && m->id != c->id[0])
		m++;
	for (unsigned i = 0; m->name && i < sizeof(m->low); i++)
		c->low_voltage |= m->low[i] && m->low[i] == c->id[1];
	if (k) {
		snprintf(c->name, sizeof(c->name), "%s", k->name);
		c->low_voltage = k->low_voltage;
		return;
	}
	snprintf(c->name, sizeof(c->name), "%s %02x %02x %02x",
		 m->name ? m->name : "unknown", c->id[0], c->id[1], c->id[2]);
}

/* Out of deep sleep, out of whatever mode the board left it in. */
static int wake(struct spi *s, struct err *e)
{
	static const uint8_t release[] = { 0xab }, enable[] = { 0x66 },
			     reset[] = { 0x99 };
	const struct spi_op ops[] = {
		{ release, 1, NULL, 0 }, { enable, 1, NULL, 0 }, { reset, 1, NULL, 0 },
	};

	if (s->run(s, ops, 1, e) < 0)
		return -1;
	usleep(50);
	if (s->run(s, ops + 1, 2, e) < 0)
		return -1;
	usleep(100);
	return 0;
}

struct answers { uint8_t id[TRIES][3], rems[2], res; bool sfdp, same; };

static int ask(struct spi *s, struct answers *a, struct err *e)
{
	static const uint8_t rdid[] = { 0x9f }, rems[] = { 0x90, 0, 0, 0 },
			     res[] = { 0xab, 0, 0, 0 }, sfdp[] = { 0x5a, 0, 0, 0, 0 };
	struct spi_op ops[TRIES];
	uint8_t head[4];

	for (unsigned i = 0; i < TRIES; i++)
		ops[i] = (struct spi_op){ rdid, 1, a->id[i], 3 };
	if (s->run(s, ops, TRIES, e) < 0 ||
	    spi_one(s, rems, sizeof(rems), a->rems, 2, e) < 0 ||
	    spi_one(s, res, sizeof(res), &a->res, 1, e) < 0 ||
	    spi_one(s, sfdp, sizeof(sfdp), head, 4, e) < 0)
		return -1;
	a->sfdp = !memcmp(head, "SFDP", 4);
	a->same = true;
	for (unsigned i = 1; i < TRIES; i++)
		a->same &= !memcmp(a->id[i], a->id[0], 3);
	return 0;
}

/* The wiring as the answers show it. Only called when the id is no id. */
static int diagnose(const struct answers *a, struct err *e)
{
	const uint8_t *id = a->id[0];
	bool others = a->rems[0] != id[0] || a->res != id[0];

	e->kind = ERR_DEVICE;
	if (!a->same)
		fail(e, ERR_DEVICE, "id reads differently each time (%02x %02x %02x, "
		     "%02x %02x %02x); reseat the clip, use shorter wires, and hold "
		     "the board in reset", id[0], id[1], id[2], a->id[1][0],
		     a->id[1][1], a->id[1][2]);
	else if (others)
		fail(e, ERR_DEVICE, "id reads %02x %02x %02x, but 90h answers %02x %02x "
		     "and abh %02x: an old chip without an id; give --size", id[0],
		     id[1], id[2], a->rems[0], a->rems[1], a->res);
	else
		fail(e, ERR_DEVICE, "id reads %02x %02x %02x in %d of %d tries, nobody "
		     "answers; check pin 1, CS and 3.3 V, and hold the board in reset",
		     id[0], id[1], id[2], TRIES, TRIES);
	return err_about(e, "chip");
}

static void defaults(struct nor_chip *c)
{
	c->page = NOR_PAGE;
	c->read_op = 0x03;
	c->program_op = 0x02;
	c->address_bytes = 3;
	c->mode = NOR_3BYTE;
	c->erase[0] = (struct nor_erase){ 4096, 0x20 };
	c->erase[1] = (struct nor_erase){ 65536, 0xd8 };
}

static void take_sfdp(struct nor_chip *c, const struct sfdp *s)
{
	c->has_sfdp = true;
	/* A page size over 256 is not to be trusted: 256 is always right. */
	c->page = s->page && s->page < NOR_PAGE ? s->page : NOR_PAGE;
	c->flag_status = s->flag_status;
	if (s->erase[0].size && !s->has_sector_map)
		memcpy(c->erase, s->erase, sizeof(c->erase));
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

/*
 * Whether what is read at [from + x) equals what is at x for some places x
 * that hold more than one value: 1 yes (an alias), 0 no, -1 the cable failed,
 * 2 nothing can be said (blank).
 */
static int is_alias(struct spi *s, const struct nor_chip *chip, uint64_t from,
		    struct err *e)
{
	struct nor n = { .spi = s, .chip = *chip };
	uint8_t low[SAMPLE], high[SAMPLE];
	unsigned telling = 0;

	for (unsigned i = 0; i < SAMPLES; i++) {
		uint64_t x = from / SAMPLES * i + 0x40 * i;

		if (nor_read(&n, x, low, SAMPLE, e) < 0 ||
		    nor_read(&n, from + x, high, SAMPLE, e) < 0)
			return -1;
		if (memcmp(low, high, SAMPLE))
			return 0;
		telling += view_run((struct view){ low, SAMPLE, 0 }, low[0]) != SAMPLE;
	}
	return telling ? 1 : 2;
}

/* Over 16 MiB: try the ways to address it until the upper half is another. */
static int choose_mode(struct spi *s, struct nor_chip *c, const struct sfdp *sf,
		       struct err *e)
{
	enum nor_mode order[] = { NOR_4BYTE_WREN_ENTER, NOR_4BYTE_OPCODES,
				  NOR_4BYTE_EXTENDED };
	struct nor_chip was = *c;

	if (sf && (sf->always_four || sf->address_bytes == 4)) {
		return set_mode(s, c, NOR_4BYTE_ALWAYS, e);
	} else if (sf && sf->has_4bait && sf->read_13 && sf->program_12) {
		order[0] = NOR_4BYTE_OPCODES;
		order[1] = NOR_4BYTE_WREN_ENTER;
	}
	for (unsigned i = 0; i < 3; i++) {
		int alias;

		*c = was;
		if (order[i] == NOR_4BYTE_OPCODES)
			use_four_opcodes(c, sf);
		if (set_mode(s, c, order[i], e) < 0)
			return -1;
		alias = is_alias(s, c, ALIAS, e);
		if (alias != 1)
			return alias < 0 ? -1 : 0;
	}
	*c = was;
	return set_mode(s, c, order[0], e);
}

/* Two sizes: read whether the smaller one wraps. */
static int settle_size(struct spi *s, struct nor_chip *c, uint64_t by_id,
		       uint64_t by_sfdp, struct err *e)
{
	uint64_t small = by_id < by_sfdp ? by_id : by_sfdp;
	uint64_t large = by_id < by_sfdp ? by_sfdp : by_id;
	int alias = 2;

	if (small < ALIAS && large <= ALIAS)
		alias = is_alias(s, c, small, e);
	if (alias < 0)
		return -1;
	if (alias == 2) {
		fail(e, ERR_DEVICE, "id %02x %02x %02x means %s, SFDP says %s; give "
		     "--size %lluK or --size %lluK", c->id[0], c->id[1], c->id[2],
		     size_text(by_id).text, size_text(by_sfdp).text,
		     (unsigned long long)by_id >> 10,
		     (unsigned long long)by_sfdp >> 10);
		return err_about(e, "chip");
	}
	c->size = alias ? small : large;
	snprintf(c->sure, sizeof(c->sure), "id says %s, SFDP %s; the data settles it",
		 size_text(by_id).text, size_text(by_sfdp).text);
	return 0;
}

static int find_size(struct spi *s, const struct nor_opts *o, struct nor_chip *c,
		     const struct sfdp *sf, struct err *e)
{
	uint64_t by_id = size_by_rule(c->id), by_sfdp = sf ? sf->size : 0;

	if (o->size) {
		c->size = o->size;
		snprintf(c->sure, sizeof(c->sure), "size as given");
		return 0;
	}
	if (by_id && by_sfdp && by_id != by_sfdp)
		return settle_size(s, c, by_id, by_sfdp, e);
	c->size = by_sfdp ? by_sfdp : by_id;
	snprintf(c->sure, sizeof(c->sure), "%s", by_id && by_sfdp
		 ? "id and SFDP agree" : by_sfdp ? "SFDP only" : "id only");
	if (c->size)
		return 0;
	fail(e, ERR_DEVICE, "id %02x %02x %02x says no size and there is no SFDP; give "
	     "--size", c->id[0], c->id[1], c->id[2]);
	return err_about(e, "chip");
}

static int use_name(const struct nor_opts *o, struct nor_chip *c, struct err *e)
{
	for (const struct nor_known *k = nor_known; k->name; k++) {
		const char *part = strchr(k->name, ' ') + 1;

		if (strcasecmp(part, o->chip) && strcasecmp(k->name, o->chip))
			continue;
		memcpy(c->id, k->id, sizeof(c->id));
		return 0;
	}
	fail(e, ERR_USAGE, "--chip %s: not in the list; leave it out, or give --size",
	     o->chip);
	return -1;
}

int nor_identify(struct spi *s, const struct nor_opts *o, struct nor_chip *c,
		 struct err *e)
{
	struct answers a;
	struct sfdp sfdp;
	int has;

	*c = (struct nor_chip){ 0 };
	defaults(c);
	if (wake(s, e) < 0 || ask(s, &a, e) < 0)
		return -1;
	memcpy(c->id, a.id[0], sizeof(c->id));
	if (o->chip && use_name(o, c, e) < 0)
		return -1;
	has = sfdp_read(s, &sfdp, e);
	if (has < 0)
		return -1;
	if ((!a.same || is_silent(a.id[0])) && has != 0 && !o->size && !o->chip)
		return diagnose(&a, e);
	name_it(c);
	if (!has)
		take_sfdp(c, &sfdp);
	if (find_size(s, o, c, has ? NULL : &sfdp, e) < 0)
		return -1;
	if (c->low_voltage)
		warn("nor.low-voltage", "chip: %s is a 1.8 V part; at 3.3 V it may read "
		     "as ff or be damaged: use a 1.8 V adapter", c->name);
	return c->size > ALIAS || (!has && sfdp.address_bytes == 4)
		? choose_mode(s, c, has ? NULL : &sfdp, e) : 0;
}

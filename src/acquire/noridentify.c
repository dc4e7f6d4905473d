/* noridentify.c - which chip is it, or which wire is loose */
#include <stdio.h>
#include <string.h>

#include "acquire/noraddress.h"
#include "acquire/norask.h"
#include "core/log.h"
#include "core/text.h"

enum { ALIAS = 1 << 24, LEAST_PAGE = 16 };

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
	/* Neither a very small page nor one over 256 is to be trusted. */
	c->page = s->page >= LEAST_PAGE && s->page < NOR_PAGE ? s->page : NOR_PAGE;
	c->flag_status = s->flag_status;
	if (!s->uneven)
		memcpy(c->erase, s->erase, sizeof(c->erase));
}

/* Two sizes: read whether the smaller one wraps. */
static int settle_size(struct spi *s, struct nor_chip *c, uint64_t by_id,
		       const struct sfdp *sf, struct err *e)
{
	uint64_t by_sfdp = sf->size;
	struct nor trial = { .spi = s, .chip = *c };
	uint64_t small = by_id < by_sfdp ? by_id : by_sfdp;
	uint64_t large = by_id < by_sfdp ? by_sfdp : by_id;
	int alias;

	trial.chip.size = large;
	if (large > ALIAS && nor_choose_mode(s, &trial.chip, sf, e) < 0)
		return -1;
	alias = nor_is_alias(s, &trial.chip, small, e);
	nor_release(&trial);
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
	/* Of stacked dies SFDP describes one. */
	uint64_t by_id = size_by_rule(c->id), by_sfdp = sf && !c->die ? sf->size : 0;

	if (o->size) {
		c->size = o->size;
		snprintf(c->sure, sizeof(c->sure), "size as given");
		return 0;
	}
	if (by_id && by_sfdp && by_id != by_sfdp)
		return settle_size(s, c, by_id, sf, e);
	c->size = by_sfdp ? by_sfdp : by_id;
	snprintf(c->sure, sizeof(c->sure), "%s", by_id && by_sfdp
		 ? "id and SFDP agree" : by_sfdp ? "SFDP only" : "id only");
	if (c->size)
		return 0;
	/* Three address bytes reach no further; a smaller chip repeats itself. */
	c->size = ALIAS;
	c->size_unknown = true;
	snprintf(c->sure, sizeof(c->sure), "size unknown");
	warn("nor.no-size", "chip: id %02x %02x %02x says no size and there is no SFDP: "
	     "16 MiB are read, the chip ends where they repeat; or give --size",
	     c->id[0], c->id[1], c->id[2]);
	return 0;
}

/* Parts that are unlike what their SFDP or the rule would say (datasheets). */
static void know_better(struct nor_chip *c, const uint8_t *more)
{
	const uint8_t *id = c->id;

	/* Spansion FL-P and FL-S: 4D 00 has blocks of 256 KiB only, 01 of 64. */
	if (id[0] == 0x01 && (id[1] == 0x02 || (id[1] == 0x20 && id[2] == 0x18)) &&
	    (more[0] == 0x4d || more[0] == 0x03) && more[1] < 2) {
		memset(c->erase, 0, sizeof(c->erase));
		c->erase[0] = (struct nor_erase){ more[1] ? 65536 : 262144, 0xd8 };
	}
	/* SST25: 02h takes one byte. */
	if (id[0] == 0xbf && id[1] == 0x25)
		c->page = 1;
	/* Micron of 64 MiB and more are stacked, ready when 70h says so. */
	if (id[0] == 0x20 && (id[1] == 0xba || id[1] == 0xbb) && id[2] >= 0x20)
		c->flag_status = true;
	/* Winbond's two dies of 32 MiB. */
	if (id[0] == 0xef && id[1] == 0x71 && id[2] == 0x19)
		c->die = UINT64_C(1) << 25;
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
	struct nor_answers a;
	struct sfdp sfdp;
	int has;

	*c = (struct nor_chip){ 0 };
	defaults(c);
	if (nor_wake(s, e) < 0 || nor_ask(s, &a, e) < 0)
		return -1;
	memcpy(c->id, a.id[0], sizeof(c->id));
	if (o->chip && use_name(o, c, e) < 0)
		return -1;
	has = sfdp_read(s, &sfdp, e);
	if (has < 0)
		return -1;
	if ((a.same * 2 <= NOR_TRIES || is_silent(a.id[0])) && has != 0 && !o->size &&
	    !o->chip)
		return nor_diagnose(&a, e);
	if (a.same < NOR_TRIES)
		warn("nor.id-differs", "chip: the id reads as %02x %02x %02x in %u of %u "
		     "tries only: the clip is loose, or the board is running",
		     c->id[0], c->id[1], c->id[2], a.same, NOR_TRIES);
	name_it(c);
	if (!has)
		take_sfdp(c, &sfdp);
	know_better(c, a.id[0] + 3);
	if (find_size(s, o, c, has ? NULL : &sfdp, e) < 0)
		return -1;
	if (c->low_voltage)
		warn("nor.low-voltage", "chip: %s is a 1.8 V part; at 3.3 V it may read "
		     "as ff or be damaged: use a 1.8 V adapter", c->name);
	return c->size > ALIAS || (!has && sfdp.address_bytes == 4)
		? nor_choose_mode(s, c, has ? NULL : &sfdp, e) : 0;
}

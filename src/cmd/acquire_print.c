/* acquire_print.c - the lines that would be typed at a U-Boot prompt */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cmd/talk.h"

/* Stand for what is not known; what is printed instead, U-Boot fills in. */
#define NO_RAM UINT64_C(0xfeedfaceca000000)
#define NO_SIZE UINT64_C(0xfeedface5e000000)
enum { CARD_BLOCK = 0x10, BLOCK = 512 };

static void print_line(const char *text, const struct store *s, uint64_t ram,
		       struct range range)
{
	static const struct { uint64_t value; const char *name; } blanks[] = {
		{ NO_RAM, "${loadaddr}" }, { NO_SIZE, "${flashsize}" },
	};
	struct buf line = { 0 };
	char word[24];
	const char *p, *hit;

	store_command(&line, text, s, ram, range);
	p = buf_string(&line);
	while ((hit = strstr(p, "0x"))) {
		const char *name = NULL;

		printf("%.*s", (int)(hit - p), p);
		for (size_t i = 0; i < 2 && !name; i++) {
			snprintf(word, sizeof(word), "0x%" PRIx64, blanks[i].value);
			if (!strncmp(hit, word, strlen(word)))
				name = blanks[i].name;
		}
		printf("%s", name ? name : "0x");
		p = hit + (name ? strlen(word) : 2);
	}
	printf("%s\n", p);
	buf_free(&line);
}

static void print_way(struct talk *t, const struct store *s, struct range flash)
{
	const struct store *card = store_named("mmc");
	struct range to = { (uint64_t)CARD_BLOCK * BLOCK, flash.size };
	bool known = flash.size != NO_SIZE;

	if (t->o->via == VIA_SD) {
		print_line(card->write, card, t->ram, to);
		say(t->r, "then        fwtool acquire --file /dev/sdX --range 0x%xs+0x%" PRIx64
		    "s, where the card is", CARD_BLOCK, (flash.size + BLOCK - 1) / BLOCK);
	} else if (t->o->via == VIA_TFTP) {
		print_line("tftpput 0x%a 0x%b dump.bin", s, t->ram, flash);
	} else if (t->o->via == VIA_XMODEM) {
		print_line("uploadx 0x%a 0x%b", s, t->ram, flash);
	} else {
		print_line("crc32 0x%a 0x%b", s, t->ram, flash);
		print_line(known ? "md.l 0x%a 0x%n" : "md.b 0x%a 0x%b",
			   &(const struct store){ .unit = known ? 4 : 1 }, t->ram, flash);
	}
}

static int print_range(struct talk *t, struct range flash, const char *name,
		       const char *path, struct err *e)
{
	const struct store *s = t->store.store;

	(void)name;
	(void)path;
	if (flash.size == NO_SIZE && (t->o->via == VIA_SD || s->unit > 1))
		return fail(e, ERR_USAGE, "blocks are counted, and how many is not known; "
			    "give --size 16M, or --range");
	if (!s->read) {
		t->ram = t->o->ram ? t->o->ram : t->store.base;
		t->ram += t->ram == NO_RAM ? 0 : flash.at;
	} else {
		printf("%s\n", s->probe[0]);
		print_line(s->read, s, t->ram, flash);
	}
	print_way(t, s, flash);
	return STATUS_OK;
}

/* What can be learnt of a device that is there and at its prompt. */
static void look(struct talk *t)
{
	struct err e;

	t->store.store = stores;
	if (t->o->from)
		t->store.store = store_named(store_words[t->o->from]);
	t->store.base = NO_RAM;
	t->ram = t->o->ram;
	t->how.patience_s = 3;
	if (talk_open(t, t->o->uboot, &e) == 0) {
		struct store_found found;

		if (store_find(&t->c, t->o->from ? t->store.store : NULL, &found, &e) == 0)
			t->store = found;
		if (!t->ram && console_ram(&t->c, &t->ram, &e) < 0)
			t->ram = 0;
	} else {
		say(t->r, "nobody      %s: %s", t->o->uboot, e.text);
	}
	if (!t->ram)
		t->ram = NO_RAM;
}

int acquire_print(struct talk *t, struct err *e)
{
	uint64_t size;
	struct range range;
	int r;

	look(t);
	size = t->o->size ? t->o->size : t->store.size;
	range = (struct range){ 0, size ? size : NO_SIZE };
	if (t->o->part) {
		r = acquire_each_part(t, size, print_range, e);
	} else if (t->o->range && parse_range(t->o->range, size ? size : UINT64_C(1) << 40,
					      &range, e) < 0) {
		r = within(e, "--range");
	} else {
		r = print_range(t, range, "", "", e);
	}
	if (t->ram == NO_RAM || (!size && !t->o->range && !t->o->part))
		say(t->r, "fill in     loadaddr is memory that is free, flashsize what the "
		    "probe says; or give --ram and --size");
	talk_close(t);
	return r;
}

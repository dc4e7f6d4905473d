/* acquire_console.c - flash or memory through a boot loader's console */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cmd/talk.h"

enum { CARD_BLOCK = 0x10 };

static int read_upload(struct talk *t, const char *path, struct err *e)
{
	struct buf got = { 0 };
	int r = talk_tftp(t, &got, e);

	if (!r)
		r = acquire_save(t->r, path, buf_view(&got), e);
	buf_free(&got);
	if (r <= 0 || t->o->via == VIA_TFTP)
		return r ? -1 : 0;
	say(t->r, "instead     md, as %s", e->text);
	return talk_stage(t, e) < 0 ? -1 : 1;
}

/* The staged bytes to a card in the device, as the usual guides have it. */
static int write_card(struct talk *t, struct err *e)
{
	const struct store *card = store_named("mmc");
	struct range to = { CARD_BLOCK * 512, t->flash.size };
	struct buf text = { 0 };
	uint64_t blocks = (t->flash.size + 511) / 512;
	int r;

	if (!t->r->common->yes)
		return fail(e, ERR_USAGE, "--via sd overwrites 0x%" PRIx64 " blocks of the "
			    "card in the device, from 0x10 on; add -y", blocks);
	store_command(&text, card->write, card, t->ram, to);
	r = talk_command(t, buf_string(&text), "OK", e);
	buf_free(&text);
	if (r < 0)
		return -1;
	say(t->r, "on card     now: fwtool acquire --file /dev/sdX --range 0x10s+0x%" PRIx64
	    "s", blocks);
	return STATUS_OK;
}

/* Where a mapped flash can be printed, no copy is made. */
static int read_mapped(struct talk *t, struct range flash, const char *path,
		       struct err *e)
{
	uint64_t base = t->o->ram ? t->o->ram : t->store.base;

	return acquire_memory_at(t, (struct range){ base + flash.at, flash.size }, path, e);
}

static int check_room(struct talk *t, uint64_t size, struct err *e)
{
	uint64_t room;

	if (console_room(&t->c, t->ram, &room, e) < 0)
		return -1;
	if (size <= room)
		return 0;
	return fail(e, ERR_USAGE, "0x%" PRIx64 " bytes at 0x%" PRIx64 " would overwrite the "
		    "boot loader; read at most 0x%" PRIx64 " at once with --range, or give "
		    "a lower --ram", size, t->ram, room);
}

static int read_flash(struct talk *t, struct range flash, const char *name,
		      const char *path, struct err *e)
{
	snprintf(t->name, sizeof(t->name), "%.10s", name);
	t->flash = flash;
	if (talk_find_store(t, e) < 0)
		return -1;
	if (!t->store.store->read)
		return read_mapped(t, flash, path, e);
	if (talk_find_ram(t, e) < 0 || check_room(t, flash.size, e) < 0 ||
	    talk_stage(t, e) < 0)
		return -1;
	if (t->o->via == VIA_SD)
		return write_card(t, e);
	if (t->o->via == VIA_TFTP || t->o->via == VIA_AUTO) {
		int r = read_upload(t, path, e);

		if (r <= 0)
			return r;
	}
	return acquire_memory_at(t, (struct range){ t->ram, flash.size }, path, e);
}

int acquire_each_part(struct talk *t, uint64_t size, flash_fn *f, struct err *e)
{
	struct maps maps = { 0 };
	int worst = acquire_map(t->o->map ? t->o->map : "", size, &maps, e);

	for (const char *p = t->o->part; worst >= 0 && *p; p += strcspn(p, ","),
	     p += *p == ',') {
		size_t n = strcspn(p, ",");
		const struct map_part *part = acquire_part(&maps, size, p, n);
		char path[4096];
		int r;

		if (!part) {
			worst = fail(e, ERR_USAGE, "-p %.*s: no such partition in the map",
				     (int)n, p);
			break;
		}
		acquire_part_file(t->r->common->dir, part->name, path, sizeof(path));
		r = f(t, (struct range){ part->at, part->size }, part->name, path, e);
		worst = r < 0 || r > worst ? r : worst;
	}
	maps_free(&maps);
	return worst;
}

static const char *target(struct talk *t, const char *name, char *room, size_t n)
{
	char by_itself[256];

	acquire_name(name, by_itself, sizeof(by_itself));
	snprintf(room, n, "%s", cmd_output(t->r, by_itself));
	return room;
}

static int acquire_flash(struct talk *t, struct err *e)
{
	struct range range = { 0 };
	char path[4096];
	uint64_t size = 0;

	if ((!t->o->range || t->o->part) && talk_flash_size(t, &size, e) < 0)
		return -1;
	if (t->o->part)
		return acquire_each_part(t, size, read_flash, e);
	range.size = size;
	if (t->o->range && parse_range(t->o->range, size ? size : UINT64_C(1) << 40,
				       &range, e) < 0)
		return within(e, "--range");
	return read_flash(t, range, "flash", target(t, "flash", path, sizeof(path)), e);
}

static int acquire_memory(struct talk *t, struct err *e)
{
	struct range range;
	char path[4096];

	if (!t->o->range)
		return fail(e, ERR_USAGE, "--monitor needs the memory to read; give --range "
			    "0x7f0e0000+0xc3c00");
	if (parse_range(t->o->range, UINT64_MAX / 2, &range, e) < 0)
		return within(e, "--range");
	snprintf(t->name, sizeof(t->name), "memory");
	return acquire_memory_at(t, range, target(t, "memory", path, sizeof(path)), e);
}

/* The transcript stands beside the dump; without a name it has the time's. */
static int begin_log(struct talk *t, struct err *e)
{
	char base[4096], by_itself[256];

	target(t, "console", base, sizeof(base));
	acquire_name("console", by_itself, sizeof(by_itself));
	by_itself[strlen(by_itself) - strlen(".bin")] = 0;
	if (t->o->part && t->r->common->dir)
		snprintf(base, sizeof(base), "%s/%s", t->r->common->dir, by_itself);
	else if (!strcmp(base, "-"))
		snprintf(base, sizeof(base), "%s", by_itself);
	return talk_log(t, base, t->o->resume, e);
}

int acquire_console(struct run *r, const struct acquire_opts *o, struct err *e)
{
	struct talk t = { .r = r, .o = o };
	int result = -1;

	t.wire.fd = -1;
	if (o->width && o->width != 1 && o->width != 2 && o->width != 4 && o->width != 8)
		return fail(e, ERR_USAGE, "--width %" PRIu64 ": words have 1, 2, 4 or 8 "
			    "bytes; give one of these", o->width);
	if (r->common->dry_run && o->uboot)
		return acquire_print(&t, e);
	if (talk_open(&t, o->uboot ? o->uboot : o->monitor, e) == 0 &&
	    begin_log(&t, e) == 0)
		result = o->via == VIA_XMODEM ? acquire_xmodem(&t, e)
			 : o->uboot ? acquire_flash(&t, e) : acquire_memory(&t, e);
	talk_close(&t);
	return result;
}

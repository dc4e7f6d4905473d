/* acquire_console.c - flash or memory through a boot loader's console */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "acquire/journal.h"
#include "acquire/sidecar.h"
#include "cmd/talk.h"
#include "core/image.h"

enum { CARD_BLOCK = 0x10 };
#define MOST_MEMORY (UINT64_C(1) << 32)

static int tick(uint64_t done, uint64_t total, void *arg)
{
	struct talk *t = arg;

	progress(t->r, t->name, done, total);
	return 0;
}

static void say_count(struct talk *t, const struct console_count *n, uint64_t size)
{
	say(t->r, "%-11s %" PRIu64 " bytes, %" PRIu64 " ranges asked again, %s%s%s",
	    t->name, size, n->again, n->by_crc32 ? "device crc32 agrees"
	    : "each line read twice", n->order ? ", words " : "",
	    n->order ? n->order : "");
	if (n->blank + n->same + n->based)
		say(t->r, "not sent    %" PRIu64 " blank, %" PRIu64 " equal, %" PRIu64
		    " known blocks of 64 KiB", n->blank, n->same, n->based);
	if (n->kept)
		say(t->r, "resumed     %" PRIu64 " blocks of 64 KiB were there", n->kept);
	json_object_set_new(t->r->doc, "asked_again", json_integer((json_int_t)n->again));
}

/* What a machine wants to know of it: in --json, and in FILE.json. */
static json_t *facts(struct talk *t, const struct proven *p, struct range mem)
{
	json_t *side = sidecar_new(p, t->flash.size ? t->flash.at : mem.at);
	const struct loader *l = t->c.loader;

	json_object_set_new(side, "loader", json_string(t->c.version[0] ? t->c.version
							: l ? l->title : ""));
	json_object_set(t->r->doc, "unproven", json_object_get(side, "unproven"));
	return side;
}

/* What could not be proven is kept, and said. */
static int keep_part(struct talk *t, const struct proven *p, struct range mem,
		     const char *part, struct err *e)
{
	size_t i = 0;

	while (i < p->sectors && p->state[i] != SECTOR_DOUBTFUL)
		i++;
	fail_at(e, (t->flash.size ? t->flash.at : mem.at) + (uint64_t)i * PROOF_SECTOR,
		"%zu of %zu sectors never come twice alike; lower the baud rate or use a "
		"shorter cable, then add --resume", p->doubtful, p->sectors);
	e->kind = ERR_DEVICE;
	err_about(e, t->wire.name);
	if (!*part)
		return -1;
	say(t->r, "kept        %s, %zu of %zu sectors proven", part,
	    p->sectors - p->doubtful, p->sectors);
	acquire_sidecar(part, facts(t, p, mem), buf_view(&p->bytes));
	cmd_error(e);
	return STATUS_PARTIAL;
}

static int save(struct talk *t, const struct proven *p, struct range mem,
		const char *path, const char *part, struct err *e)
{
	int r = acquire_save(t->r, path, buf_view(&p->bytes), e);
	char side[4112];

	if (r < 0)
		return -1;
	acquire_sidecar(path, facts(t, p, mem), buf_view(&p->bytes));
	if (*part) {
		journal_remove(part);
		snprintf(side, sizeof(side), "%s.json", part);
		unlink(side);
	}
	return r;
}

static int read_proven(struct talk *t, const struct console_read *how, struct range mem,
		       const char *path, struct err *e)
{
	const char *part = how->journal ? how->journal : "";
	struct console_count n;
	struct proven p;
	int r = console_read(&t->c, how, &p, &n, e);

	progress_end(t->r);
	if (r < 0 && *part && e->kind == ERR_DEVICE)
		say(t->r, "kept        %s; add --resume to go on", part);
	if (!r)
		say_count(t, &n, mem.size);
	if (!r && p.doubtful) {
		r = keep_part(t, &p, mem, part, e);
	} else if (!r) {
		r = save(t, &p, mem, path, part, e);
	}
	proven_free(&p);
	return r;
}

/* Memory at ram+..., as it is now, into one file. */
static int read_memory(struct talk *t, struct range mem, const char *path,
		       struct err *e)
{
	struct console_read how = { .at = mem.at, .size = mem.size,
		.place = t->flash.size ? t->flash.at : mem.at, .restore = talk_restore,
		.tick = tick, .arg = t, .no_skip = t->o->no_skip,
		.width = (unsigned)t->o->width };
	struct image base = { 0 };
	char part[4104], map[4112];
	int r;

	if (mem.size > MOST_MEMORY)
		return fail(e, ERR_LIMIT, "0x%" PRIx64 " bytes are more than a console ever "
			    "sends; give a smaller --range", mem.size);
	snprintf(part, sizeof(part), "%s.part", path);
	how.journal = strcmp(path, "-") ? part : NULL;
	snprintf(map, sizeof(map), "%s.map", part);
	how.resume = how.journal && t->o->resume && !access(part, F_OK) &&
		     !access(map, F_OK);
	if (t->o->base && image_open(&base, t->o->base, e) < 0)
		return -1;
	how.base = view_sub(base.v, how.place, mem.size);
	r = read_proven(t, &how, mem, path, e);
	if (t->o->base)
		image_close(&base);
	return r;
}

/* 0: saved; 1: this device cannot, and --via auto goes on with md. */
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

	return read_memory(t, (struct range){ base + flash.at, flash.size }, path, e);
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
	return read_memory(t, (struct range){ t->ram, flash.size }, path, e);
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
	return read_memory(t, range, target(t, "memory", path, sizeof(path)), e);
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
	return talk_log(t, base, e);
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

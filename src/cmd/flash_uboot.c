/* flash_uboot.c - fwtool flash --uboot: a flash written through its loader */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/flash_loader.h"
#include "core/text.h"

enum { ROUNDS = 8, QUIET_MS = 10000, UNKNOWN_ROOM = 8 << 20, MOST_ROOM = 64 << 20 };

/* The number behind a word of an answer, with its unit; 0: it is not there. */
static uint64_t number_at(const char *text, const char *word)
{
	const char *hit = strstr(text, word);
	char *end;
	uint64_t n;

	if (!hit)
		return 0;
	n = strtoull(hit + strlen(word), &end, 10);
	if (n >= 1 << 30)
		return 0;
	return n << (strncmp(end, " MiB", 4) ? strncmp(end, " KiB", 4) ? 0 : 10 : 20);
}

/* "erase size 64 KiB" of sf probe, "sector size 128 KiB" of nand info; 64 KiB
   where it does not say. */
static int find_unit(struct loading *l, struct err *e)
{
	struct buf answer = { 0 };
	const char *probe = l->t.store.store->probe[0];
	int r = console_ask(&l->t.c, probe, QUIET_MS, &answer, e);

	l->unit = number_at(buf_string(&answer), "erase size ");
	if (!l->unit)
		l->unit = number_at(buf_string(&answer), "sector size ");
	if (!l->unit)
		l->unit = 64 << 10;
	buf_free(&answer);
	if (r)
		return r;
	if (l->unit >= 256 && !(l->unit & (l->unit - 1)) && l->unit <= 1 << 20)
		return 0;
	return fail(e, ERR_DEVICE, "%s tells an erase size of %llu bytes; that is none", probe,
		    (unsigned long long)l->unit);
}

/* sf unless --from says otherwise: nobody writes to what happens to answer. */
static int find_store(struct loading *l, struct err *e)
{
	const char *name = l->o->source.from ? store_words[l->o->source.from] : "sf";
	int r = store_find(&l->t.c, store_named(name), &l->t.store, e);

	if (!r && !l->t.store.store->write)
		return fail(e, ERR_USAGE, "--from %s: cannot be written; give sf, nand or "
			    "mmc", name);
	return r;
}

static int look_around(struct loading *l, struct err *e)
{
	int r = talk_find_ram(&l->t, e);

	if (!r)
		r = console_room(&l->t.c, l->t.ram, &l->room, e);
	/* Half of it takes what was written back. */
	if (l->room > MOST_ROOM)
		l->room = l->room == UINT64_MAX ? UNKNOWN_ROOM : MOST_ROOM;
	l->room -= l->room % (2 << 20);
	if (!r)
		r = find_store(l, e);
	if (!r)
		r = talk_flash_size(&l->t, &l->size, e);
	if (!r)
		r = find_unit(l, e);
	if (r > 0)
		return fail(e, ERR_DEVICE, "the device started anew; run again");
	if (!r && l->room < 2 * l->unit)
		return fail(e, ERR_USAGE, "there is no room in memory from 0x%llx on; give "
			    "another --ram", (unsigned long long)l->t.ram);
	return r;
}

/* The parts as the image, the old content, -m and the device itself name them. */
static int guard(struct loading *l, struct err *e)
{
	bool whole = l->range.size == l->size;
	struct maps maps = { 0 };
	char text[2048];
	int r;

	if (l->im.v.len == l->size &&
	    flash_guard(l->o, l->image, whole ? l->journal.backup : "", &l->plan, e) < 0)
		return -1;
	r = talk_mtdparts(&l->t, text, sizeof(text), e);
	if (!r && l->o->source.map)
		r = acquire_map(l->o->source.map, l->size, &maps, e);
	else if (!r && text[0])
		r = acquire_map(text, l->size, &maps, e);
	if (!r)
		r = flash_guard_maps(l->o, &maps, &l->plan, e);
	/* Nothing says where the loader is that runs: it begins the flash. */
	if (!r && !maps.n && l->plan.n && l->plan.step[0].at == 0 && !l->o->include &&
	    !l->o->source.part)
		r = fail(e, ERR_USAGE, "this would write the flash's first block, where the "
			 "boot loader is; add --include boot");
	maps_free(&maps);
	return r;
}

static void say_plan(const struct loading *l)
{
	const struct update_plan *p = &l->plan;
	bool slow = strcmp(loading_way(l), "loady") == 0;
	double seconds = (double)p->erase_bytes / (64 << 10) * 0.7 +
			 (double)p->erase_bytes / (slow ? 11000 : 1000000);

	say(l->r, "plan        %llu of %llu blocks of %s differ, in %zu places from 0x%06llx "
	    "on; by %s, about %.0f s", (unsigned long long)(p->erase_bytes / l->unit),
	    (unsigned long long)(l->range.size / l->unit), size_text(l->unit).text, p->n,
	    (unsigned long long)p->step[0].at, loading_way(l), seconds + 1);
	json_object_set_new(l->r->doc, "plan", json_pack("{s:I, s:I, s:I}",
		"steps", (json_int_t)p->n, "erase", (json_int_t)p->erase_bytes,
		"program", (json_int_t)p->program_bytes));
}

/* The chip's id is not known here: its size stands for it. */
static struct nor identity(const struct loading *l)
{
	return (struct nor){ .chip = { .size = l->size } };
}

/* What has to be agreed on before anything is written. 0, -1; 1: -n, done. */
static int prepare(struct loading *l, struct err *e)
{
	struct nor n = identity(l);

	if (!l->r->common->dry_run && loading_back_up(l, e) < 0)
		return -1;
	say_plan(l);
	if (guard(l, e) < 0)
		return -1;
	if (l->r->common->dry_run)
		return loading_print(l, e) < 0 ? -1 : 1;
	if (flash_confirm(l->r, &l->plan, "Write", "to the flash", e) < 0)
		return -1;
	return flash_journal_begin(&l->journal, l->im.v, &n, e);
}

static int come_back(struct loading *l, struct err *e)
{
	l->t.flash.size = 0;
	return talk_restore(&l->t.c, &l->t, e);
}

/*
 * Compare, write what differs, compare again: until nothing does. A device
 * that starts anew in the middle is one more reason to look.
 */
static int rounds(struct loading *l, struct err *e)
{
	bool agreed = false, wrote = false;
	int r;

	for (int i = 0; i < ROUNDS; i++) {
		r = loading_compare(l, e);
		if (!r && !l->plan.n) {
			say(l->r, wrote ? "verified    0x%llx+0x%llx read back, crc32 agrees"
			    : "nothing to do: 0x%llx+0x%llx holds it already",
			    (unsigned long long)l->range.at,
			    (unsigned long long)l->range.size);
			flash_journal_end(&l->journal);
			return STATUS_OK;
		}
		if (!r && !agreed) {
			r = prepare(l, e);
			if (r)
				return r < 0 ? -1 : STATUS_OK;
			agreed = true;
		}
		if (!r) {
			wrote = true;
			r = loading_write(l, e);
		}
		if (r > 0)
			r = come_back(l, e);
		if (r < 0)
			return -1;
	}
	return fail(e, ERR_DEVICE, "the device starts anew again and again; disable its "
		    "watchdog first, and run again to resume");
}

static int carry_out(struct loading *l, struct err *e)
{
	struct nor n;

	if (look_around(l, e) < 0 || loading_place(l, e) < 0)
		return -1;
	n = identity(l);
	if (flash_journal_find(&l->journal, l->image, l->im.v, &n, e) < 0)
		return -1;
	if (l->journal.found)
		say(l->r, "resume      an interrupted write; the old content is in %s",
		    l->journal.backup);
	return rounds(l, e);
}

/* The transcript; where nothing is written there is none. */
static int begin_log(struct loading *l, struct err *e)
{
	char base[256];

	if (l->r->common->dry_run)
		return 0;
	acquire_name("flash", base, sizeof(base));
	base[strlen(base) - strlen(".bin")] = 0;
	return talk_log(&l->t, base, true, e);
}

int flash_uboot(struct run *r, const struct flash_opts *o, struct err *e)
{
	struct loading l = { .r = r, .o = o, .image = r->argv[0] };
	int result = -1;

	l.t = (struct talk){ .r = r, .o = &o->source };
	l.t.wire.fd = -1;
	if (image_open(&l.im, l.image, e) < 0)
		return -1;
	if (talk_open(&l.t, o->source.uboot, e) == 0 && begin_log(&l, e) == 0)
		result = carry_out(&l, e);
	talk_close(&l.t);
	update_free(&l.plan);
	buf_free(&l.want);
	image_close(&l.im);
	return result;
}

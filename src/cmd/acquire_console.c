/* acquire_console.c - flash or memory through a boot loader's console */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/talk.h"
#include "core/image.h"

static int tick(uint64_t done, uint64_t total, void *arg)
{
	struct talk *t = arg;

	progress(t->r, t->name, done, total);
	return 0;
}

static void say_count(struct talk *t, const struct console_count *n, uint64_t size)
{
	say(t->r, "%-11s %llu bytes, %llu ranges asked again, %s", t->name,
	    (unsigned long long)size, (unsigned long long)n->again,
	    n->by_crc32 ? "device crc32 agrees" : "read twice, equal");
	if (n->blank + n->same + n->based)
		say(t->r, "not sent    %llu blank, %llu equal, %llu known blocks of 64 KiB",
		    (unsigned long long)n->blank, (unsigned long long)n->same,
		    (unsigned long long)n->based);
}

/* Memory at ram+..., as it is now, into one file. */
static int read_memory(struct talk *t, struct range mem, const char *path,
		       struct err *e)
{
	struct console_read how = { .at = mem.at, .size = mem.size, .restore = talk_restore,
				    .tick = tick, .arg = t,
				    .no_skip = t->o->no_skip };
	struct console_count n;
	struct image base = { 0 };
	struct buf got = { 0 };
	int r = -1;

	if (t->o->base && image_open(&base, t->o->base, e) < 0)
		return -1;
	how.base = view_sub(base.v, t->flash.at, mem.size);
	if (console_read(&t->c, &how, &got, &n, e) == 0) {
		progress_end(t->r);
		say_count(t, &n, mem.size);
		r = acquire_save(t->r, path, buf_view(&got), e);
	}
	buf_free(&got);
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

static void print_commands(struct talk *t, struct range flash)
{
	printf("sf probe 0\nsf read 0x%llx 0x%llx 0x%llx\ncrc32 0x%llx 0x%llx\n"
	       "md.l 0x%llx 0x%llx\n", (unsigned long long)t->ram,
	       (unsigned long long)flash.at, (unsigned long long)flash.size,
	       (unsigned long long)t->ram, (unsigned long long)flash.size,
	       (unsigned long long)t->ram, (unsigned long long)flash.size / 4);
}

static int read_flash(struct talk *t, struct range flash, const char *name,
		      const char *path, struct err *e)
{
	snprintf(t->name, sizeof(t->name), "%.10s", name);
	if (t->r->common->dry_run) {
		print_commands(t, flash);
		return STATUS_OK;
	}
	t->flash = flash;
	if (talk_stage(t, e) < 0)
		return -1;
	if (t->o->via == VIA_TFTP || t->o->via == VIA_AUTO) {
		int r = read_upload(t, path, e);

		if (r <= 0)
			return r;
	}
	return read_memory(t, (struct range){ t->ram, flash.size }, path, e);
}

static int each_part(struct talk *t, uint64_t size, struct err *e)
{
	struct maps maps = { 0 };
	int r = acquire_map(t->o->map ? t->o->map : "", size, &maps, e);

	for (const char *p = t->o->part; !r && *p; p += strcspn(p, ","), p += *p == ',') {
		size_t n = strcspn(p, ",");
		const struct map_part *part = acquire_part(&maps, size, p, n);
		char path[4096];

		if (!part) {
			r = fail(e, ERR_USAGE, "-p %.*s: no such partition in the map",
				 (int)n, p);
			break;
		}
		acquire_part_file(t->r->common->dir, part->name, path, sizeof(path));
		r = read_flash(t, (struct range){ part->at, part->size }, part->name,
			       path, e);
	}
	maps_free(&maps);
	return r;
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

	if (talk_find_ram(t, e) < 0)
		return -1;
	if ((!t->o->range || t->o->part) && talk_flash_size(t, &size, e) < 0)
		return -1;
	if (t->o->part)
		return each_part(t, size, e);
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

int acquire_console(struct run *r, const struct acquire_opts *o, struct err *e)
{
	struct talk t = { .r = r, .o = o };
	char path[4096];
	int result = -1;

	t.wire.fd = -1;
	if (talk_open(&t, o->uboot ? o->uboot : o->monitor, e) == 0) {
		target(&t, "console", path, sizeof(path));
		if (r->common->dry_run || talk_log(&t, strcmp(path, "-") ? path
						   : "console", e) == 0)
			result = o->uboot ? acquire_flash(&t, e) : acquire_memory(&t, e);
	}
	talk_close(&t);
	return result;
}

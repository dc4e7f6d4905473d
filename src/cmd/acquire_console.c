/* acquire_console.c - flash or memory through a boot loader's console */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "acquire/console.h"
#include "cmd/acquire.h"
#include "core/image.h"

enum { SLOW_MS = 120000, LEAST_FLASH = 64 * 1024 };

static const unsigned bauds[] = { 115200, 57600, 38400, 921600, 1500000, 19200, 9600 };

/* One dialogue. */
struct talk {
	struct run *r;
	const struct acquire_opts *o;
	struct wire wire;
	struct console c;
	struct console_opts how;
	uint64_t ram;
	struct range flash;		/* what is staged in memory now */
	char name[64];
	char log[4104];
};

static int set_baud(struct talk *t, struct err *e)
{
	char *end;
	unsigned long n = 115200;

	if (!t->o->baud || !strcmp(t->o->baud, "auto"))
		return 0;
	n = strtoul(t->o->baud, &end, 10);
	if (*end || !n)
		return fail(e, ERR_USAGE, "--baud %s: is no rate; give 115200 or auto",
			    t->o->baud);
	return wire_set_baud(&t->wire, (unsigned)n, e);
}

/* The rate at which a prompt is found, or the error of the first. */
static int attach(struct talk *t, struct err *e)
{
	struct err first;

	if (!t->o->baud || strcmp(t->o->baud, "auto") || !t->wire.is_tty)
		return console_attach(&t->c, &t->how, e);
	t->how.patience_s = 6;
	for (size_t i = 0; i < sizeof(bauds) / sizeof(*bauds); i++) {
		if (wire_set_baud(&t->wire, bauds[i], e) < 0)
			return -1;
		if (!console_attach(&t->c, &t->how, e))
			return 0;
		if (!i)
			first = *e;
	}
	*e = first;
	return -1;
}

static int open_log(struct talk *t, const char *base, struct err *e)
{
	snprintf(t->log, sizeof(t->log), "%s.log", base);
	t->wire.log = fopen(t->log, t->r->common->force ? "we" : "wxe");
	if (t->wire.log)
		return 0;
	fail_sys(e, "cannot write the transcript");
	return err_about(e, t->log);
}

static int open_talk(struct talk *t, const char *port, struct err *e)
{
	t->how = (struct console_opts){ t->o->prompt, t->o->loader, NULL,
					(unsigned)t->o->wait };
	t->c.wire = &t->wire;
	if (wire_open(&t->wire, port, 115200, e) < 0 || set_baud(t, e) < 0 ||
	    attach(t, e) < 0)
		return -1;
	if (!t->c.loader && t->o->uboot)
		t->c.loader = loader_named("u-boot");
	say(t->r, "console     %s, prompt \"%s\"", t->c.version[0] ? t->c.version
	    : t->c.loader ? t->c.loader->name : "not recognised", t->c.prompt);
	return 0;
}

static void close_talk(struct talk *t)
{
	if (t->wire.log)
		fclose(t->wire.log);
	console_free(&t->c);
	wire_close(&t->wire);
}

/* Type it, and see the word in its answer that means success. */
static int command(struct talk *t, const char *text, const char *good, struct err *e)
{
	struct buf answer = { 0 };
	int r = -1;

	for (int i = 0; i < 4 && r; i++) {
		buf_clear(&answer);
		r = console_ask(&t->c, text, SLOW_MS, &answer, e);
		if (r < 0)
			break;
		if (!r && good && (!answer.len ||
				   !memmem(answer.p, answer.len, good, strlen(good))))
			r = 2;
	}
	if (r > 0) {
		struct view v = view_upto(buf_view(&answer), 0, 80);

		fail(e, ERR_DEVICE, "\"%s\" answers \"%.*s\"; try it by hand", text,
		     (int)v.len, (const char *)v.p);
		err_about(e, t->wire.name);
		r = -1;
	}
	buf_free(&answer);
	return r;
}

/* The flash's bytes into memory, where md can print them. */
static int stage(struct talk *t, struct err *e)
{
	char text[128];

	if (command(t, "sf probe 0", NULL, e) < 0)
		return -1;
	snprintf(text, sizeof(text), "sf read 0x%llx 0x%llx 0x%llx",
		 (unsigned long long)t->ram, (unsigned long long)t->flash.at,
		 (unsigned long long)t->flash.size);
	return command(t, text, NULL, e);
}

static int restore(struct console *c, void *arg, struct err *e)
{
	struct talk *t = arg;

	(void)c;
	say(t->r, "reset       the device started anew; stopping it and going on");
	if (console_attach(&t->c, &t->how, e) < 0)
		return -1;
	return t->flash.size ? stage(t, e) : 0;
}

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
	struct console_read how = { .at = mem.at, .size = mem.size, .restore = restore,
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
	if (stage(t, e) < 0)
		return -1;
	return read_memory(t, (struct range){ t->ram, flash.size }, path, e);
}

/* "total 16 MiB" of sf probe. */
static int flash_size(struct talk *t, uint64_t *size, struct err *e)
{
	struct buf answer = { 0 };
	const char *total;
	int r;

	*size = t->o->size;
	if (*size)
		return 0;
	r = console_ask(&t->c, "sf probe 0", SLOW_MS, &answer, e);
	total = r ? NULL : strstr(buf_string(&answer), "total ");
	if (total)
		*size = strtoull(total + 6, NULL, 10) << (strstr(total, "MiB") ? 20 : 10);
	buf_free(&answer);
	if (r < 0)
		return -1;
	if (*size >= LEAST_FLASH)
		return 0;
	return fail(e, ERR_USAGE, "sf probe does not tell the flash's size; give --size "
		    "16M, or --range");
}

static int find_ram(struct talk *t, struct err *e)
{
	t->ram = t->o->ram;
	if (t->ram)
		return 0;
	if (console_ram(&t->c, &t->ram, e) < 0)
		return -1;
	return t->ram ? 0 : fail(e, ERR_USAGE, "the device does not say where its memory "
				 "is; give --ram 0x82000000");
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

	if (find_ram(t, e) < 0)
		return -1;
	if ((!t->o->range || t->o->part) && flash_size(t, &size, e) < 0)
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
	if (open_talk(&t, o->uboot ? o->uboot : o->monitor, e) == 0) {
		target(&t, "console", path, sizeof(path));
		if (r->common->dry_run || open_log(&t, strcmp(path, "-") ? path
						   : "console", e) == 0)
			result = o->uboot ? acquire_flash(&t, e) : acquire_memory(&t, e);
	}
	close_talk(&t);
	return result;
}

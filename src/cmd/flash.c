/* flash.c - fwtool flash: write a chip, only where it must be written */
#include "cmd/config.h"
#include "cmd/flash.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/hash.h"
#include "core/mem.h"
#include "core/out.h"

#define AT(field) offsetof(struct flash_opts, field)

enum { SAMPLES = 8, SAMPLE = 256 };

static const char *const via_words[] = { "auto", "loady", "tftp", "sd", NULL };

static const struct option options[] = {
	{ OPT_MAYBE, 0, "ch341a", AT(source.ch341a), "ID", "a CH341A", 0 },
	{ OPT_MAYBE, 0, "ch347", AT(source.ch347), "ID", "a CH347", 0 },
	{ OPT_MAYBE, 0, "ft232h", AT(source.ft232h), "ID", "an FT232H or its kin", 0 },
	{ OPT_TEXT, 0, "serprog", AT(source.serprog), "PORT",
	  "serprog at a tty or HOST:PORT", 0 },
	{ OPT_TEXT, 0, "spidev", AT(source.spidev), "DEV",
	  "a bus of this machine's kernel", 0 },
	{ OPT_TEXT, 0, "sim", AT(source.sim), "FILE", "a simulated chip", 0 },
	{ OPT_TEXT, 0, "uboot", AT(source.uboot), "PORT", "flash, at a U-Boot prompt", 0 },
	{ OPT_TEXT, 0, "chip", AT(source.chip), "NAME", "believe it is this chip", 0 },
	{ OPT_UINT, 0, "size", AT(source.size), "SIZE", "believe it is this large", 0 },
	{ OPT_TEXT, 0, "speed", AT(source.speed), "HZ", "clock: 12M, 500k", 0 },
	{ OPT_UINT, 0, "reads", AT(source.reads), "N", "reads of the backup (2)", 0 },
	{ OPT_UINT, 0, "reread", AT(source.reread), "N", "tries where they differ (5)",
	  0 },
	{ OPT_TEXT, 0, "range", AT(source.range), "R", "where the image goes", 0 },
	{ OPT_TEXT, 'p', "part", AT(source.part), "NAME", "write this partition only",
	  0 },
	{ OPT_TEXT, 'm', "map", AT(source.map), "SRC", "the map that has it", 0 },
	{ OPT_WORD, 0, "via", AT(via), "HOW", "loady, tftp, sd; auto: by size and network",
	  via_words },
	{ OPT_WORD, 0, "from", AT(source.from), "WHAT", "over a loader: sf (default), nand, mmc",
	  store_words },
	{ OPT_TEXT, 0, "baud", AT(source.baud), "N", "of the console: 115200, or auto", 0 },
	{ OPT_TEXT, 0, "prompt", AT(source.prompt), "TEXT",
	  "of the console (default: learnt)", 0 },
	{ OPT_UINT, 0, "ram", AT(source.ram), "ADDR", "memory to use (default: asked for)",
	  0 },
	{ OPT_TEXT, 0, "serverip", AT(source.serverip), "ADDR",
	  "this machine, as the device sees it", 0 },
	{ OPT_TEXT, 0, "ipaddr", AT(source.ipaddr), "ADDR",
	  "the device's own (default: its, or dhcp)", 0 },
	{ OPT_UINT, 0, "tftp-port", AT(source.tftp_port), "PORT", "instead of 69", 0 },
	{ OPT_UINT, 0, "wait", AT(source.wait), "S", "seconds to wait for a prompt", 0 },
	{ OPT_TEXT, 0, "base", AT(base), "OLD", "what the chip holds, as acquired", 0 },
	{ OPT_TEXT, 0, "backup", AT(backup), "FILE", "where the old content goes; none",
	  0 },
	{ OPT_TEXT, 0, "include", AT(include), "LIST", "boot parts that may be written",
	  0 },
	{ OPT_FLAG, 0, "no-verify", AT(no_verify), 0,
	  "read back what was written once only", 0 },
	{ OPT_FLAG, 0, "unprotect", AT(unprotect), 0, "lift write protection", 0 },
	{ OPT_FLAG, 0, "pad", AT(pad), 0, "image is shorter: leave the rest alone", 0 },
	{ 0 }
};

/* One write under way. */
struct job {
	struct run *r;
	const struct flash_opts *o;
	struct nor n;
	struct image im;
	struct view bytes;		/* of im: what goes to range */
	struct range range;		/* on the chip, whole small units */
	struct buf have, want;
	struct update_plan plan;
	struct flash_journal journal;
};

/* -p NAME: the partition's place, and its bytes in an image of the whole. */
static int place_part(struct job *j, struct err *e)
{
	const char *name = j->o->source.part;
	const struct map_part *part;
	struct maps maps = { 0 };

	if (!j->o->source.map)
		return fail(e, ERR_USAGE, "-p needs a map; give -m boot.log or -m "
			    "mtdparts=...");
	if (acquire_map(j->o->source.map, j->n.chip.size, &maps, e) < 0)
		return -1;
	part = maps.n ? acquire_part(&maps, j->n.chip.size,
						 name, strlen(name)) : NULL;
	if (part)
		j->range = (struct range){ part->at, part->size };
	maps_free(&maps);
	if (!part)
		return fail(e, ERR_USAGE, "-p %s: no such partition in the map", name);
	if (j->im.v.len == j->n.chip.size)
		j->bytes = view_sub(j->im.v, j->range.at, j->range.size);
	if (j->bytes.len > j->range.size)
		return fail(e, ERR_USAGE, "is %zu bytes, the partition %s %llu; it does "
			    "not fit", j->bytes.len, name,
			    (unsigned long long)j->range.size);
	j->range.size = j->bytes.len;
	return 0;
}

static int place(struct job *j, struct err *e)
{
	uint64_t size = j->n.chip.size, len = j->im.v.len;

	j->bytes = j->im.v;
	if (j->o->source.part)
		return place_part(j, e);

	j->range = (struct range){ 0, len };
	if (j->o->source.range) {
		if (parse_range(j->o->source.range, size, &j->range, e) < 0)
			return within(e, "--range");
		if (j->range.at + len == size || len <= j->range.size)
			j->range.size = len < j->range.size ? len : j->range.size;
		return 0;
	}
	if (len > size)
		return fail(e, ERR_USAGE, "is %llu bytes, the chip %llu; this is the "
			    "image of another chip", (unsigned long long)len,
			    (unsigned long long)size);
	if (len < size && !j->o->pad)
		return fail(e, ERR_USAGE, "is %llu bytes, the chip %llu; add --range 0+"
			    "%llu to write only the front, or --pad",
			    (unsigned long long)len, (unsigned long long)size,
			    (unsigned long long)len);
	return 0;
}

static int read_chip(struct source *s, uint64_t at, uint8_t *dst, size_t len,
		     struct err *e)
{
	return nor_read(s->from, at, dst, len, e);
}

static int tick(const char *stage, unsigned pass, uint64_t done, uint64_t total,
		void *arg)
{
	(void)pass;
	progress(arg, stage, done, total);
	return interrupted();
}

/* A name of the chip and the time that is not taken. */
static void name_backup(struct job *j, char *path, size_t n)
{
	const char *name = strchr(j->n.chip.name, ' ');
	char *end;

	acquire_name(name ? name + 1 : j->n.chip.name, path, n - 16);
	end = strrchr(path, '.');
	strcpy(end, "-before.bin");
	for (int i = 2; i < 100 && !access(path, F_OK); i++)
		sprintf(end, "-before%d.bin", i);
}

/* Where the old content goes: --backup, or a name of its own. */
static int save_backup(struct job *j, struct view bytes, struct err *e)
{
	char *path = j->journal.backup;

	name_backup(j, path, sizeof(j->journal.backup));
	if (j->o->backup)
		snprintf(path, sizeof(j->journal.backup), "%s", j->o->backup);
	if (!j->r->common->dry_run &&
	    out_save(path, bytes, j->r->common->force, e) < 0)
		return -1;
	say(j->r, "backup      %s (%llu reads, identical)", path,
	    (unsigned long long)j->o->source.reads);
	return 0;
}

/* The read that finds the differences is the backup. */
static int back_up(struct job *j, struct err *e)
{
	struct source s = { .read = read_chip, .size = j->n.chip.size, .from = &j->n };
	struct proof_opts how = { .reads = (unsigned)j->o->source.reads,
				  .reread = (unsigned)j->o->source.reread,
				  .tick = tick, .arg = j->r };
	struct proven p;
	int r = source_prove(&s, 0, s.size, &how, &p, e);

	progress_end(j->r);
	if (!r && p.doubtful) {
		fail(e, ERR_DEVICE, "%zu sectors read differently each time; nothing was "
		     "written: reseat the clip first", p.doubtful);
		r = err_about(e, "chip");
	}
	if (!r && !j->journal.found &&
	    !(j->o->backup && !strcmp(j->o->backup, "none")))
		r = save_backup(j, buf_view(&p.bytes), e);
	if (!r)
		put(&j->have, p.bytes.p + j->range.at, (size_t)j->range.size);
	proven_free(&p);
	return r;
}

/* A place where `old` says something, read from the chip: is it so? */
static int check_sample(struct job *j, struct view old, uint64_t at, struct err *e)
{
	uint8_t got[SAMPLE];

	if (nor_read(&j->n, at, got, SAMPLE, e) < 0)
		return -1;
	/* Written before, wholly or in part, is as good. */
	if (view_is(old, at, got, SAMPLE) || j->journal.found ||
	    (at >= j->range.at &&
	     view_is(buf_view(&j->want), at - j->range.at, got, SAMPLE)))
		return 0;
	fail_at(e, at, "the chip does not hold what %s says; leave out --base",
		j->o->base);
	e->kind = ERR_USAGE;
	return err_about(e, "chip");
}

/*
 * What the chip holds is known from an earlier read: only what will change,
 * and a few samples, are read again. What differs there is taken as it is,
 * where a write was interrupted; else the chip is another one.
 */
static int trust_base(struct job *j, struct err *e)
{
	uint64_t unit = j->n.chip.erase[0].size;
	struct image old;
	int r = 0;

	if (image_open(&old, j->o->base, e) < 0)
		return -1;
	if (old.v.len != j->n.chip.size) {
		image_close(&old);
		fail(e, ERR_USAGE, "is %zu bytes, the chip %llu; it is the dump of another "
		     "chip", old.v.len, (unsigned long long)j->n.chip.size);
		return err_about(e, j->o->base);
	}
	for (unsigned i = 0; !r && i < SAMPLES; i++)
		r = check_sample(j, old.v, j->n.chip.size / SAMPLES * i + 64 * i, e);
	put_view(&j->have, view_sub(old.v, j->range.at, j->range.size));
	for (uint64_t i = 0; !r && i < j->range.size; i += unit) {
		struct view w = view_upto(buf_view(&j->want), i, unit);
		struct view h = view_upto(buf_view(&j->have), i, unit);
		uint8_t *now;

		if (view_equal(w, h))
			continue;
		now = xmalloc(w.len);
		r = nor_read(&j->n, j->range.at + i, now, w.len, e);
		if (!r && memcmp(now, h.p, h.len) && !j->journal.found &&
		    memcmp(now, w.p, w.len)) {
			fail_at(e, j->range.at + i, "the chip does not hold what %s says; "
				"leave out --base", j->o->base);
			e->kind = ERR_USAGE;
			r = err_about(e, "chip");
		}
		memcpy(j->have.p + i, now, w.len);
		free(now);
	}
	snprintf(j->journal.backup, sizeof(j->journal.backup), "%s", j->o->base);
	image_close(&old);
	if (!r)
		say(j->r, "base        %s is what the chip holds, as far as it was read",
		    j->o->base);
	return r;
}

/* The image at its place, filled up to whole erase units from the chip. */
static void make_want(struct job *j)
{
	put_view(&j->want, view_upto(j->bytes, 0, j->range.size));
}

static int widen(struct job *j, struct err *e)
{
	uint64_t unit = j->n.chip.erase[0].size;

	if (j->range.at % unit == 0 && j->range.size % unit == 0)
		return 0;
	return fail(e, ERR_USAGE, "0x%llx+0x%llx are no whole erase blocks of 0x%llx "
		    "bytes; give --range on such borders",
		    (unsigned long long)j->range.at, (unsigned long long)j->range.size,
		    (unsigned long long)unit);
}

static int write_all(struct job *j, struct err *e)
{
	uint64_t done = 0, total = 0;

	for (size_t i = 0; i < j->plan.n; i++)
		total += j->plan.step[i].size;
	for (size_t i = 0; i < j->plan.n; i++) {
		progress(j->r, "program", done, total);
		if (interrupted())
			return fail(e, ERR_DEVICE, "stopped; run the same command again to "
				    "resume");
		if (update_step(&j->n, j->range.at, buf_view(&j->want),
				&j->plan.step[i], e) < 0)
			return -1;
		done += j->plan.step[i].size;
	}
	for (size_t i = 0; !j->o->no_verify && i < j->plan.n; i++)
		if (update_verify(&j->n, j->range.at, buf_view(&j->want),
				  &j->plan.step[i], e) < 0)
			return -1;
	progress_end(j->r);
	say(j->r, j->o->no_verify ? "written     %zu places read back identical, once"
	    : "verified    %zu places read back identical, twice", j->plan.n);
	return 0;
}

/* Whatever comes of it, the protection is put back. */
static int write_locked(struct job *j, struct err *e)
{
	struct err second;
	int r = flash_lift(j->r, &j->n, &j->journal, e);

	if (!r)
		r = write_all(j, e);
	if (flash_put_back(j->r, &j->n, &j->journal, r < 0 ? &second : e) < 0)
		return -1;
	if (!r)
		flash_journal_end(&j->journal);
	return r;
}

static void say_plan(struct job *j)
{
	say(j->r, "plan        %zu places differ; erase %s, program %s, about %.0f s",
	    j->plan.n, size_text(j->plan.erase_bytes).text,
	    size_text(j->plan.program_bytes).text, j->plan.seconds + 0.5);
	json_object_set_new(j->r->doc, "plan", json_pack("{s:I, s:I, s:I}",
		"steps", (json_int_t)j->plan.n, "erase", (json_int_t)j->plan.erase_bytes,
		"program", (json_int_t)j->plan.program_bytes));
}

static int carry_out(struct job *j, const char *image, struct err *e)
{
	bool locked = false;

	if (flash_same_chip(j->o, image, &j->n.chip, e) < 0)
		return -1;
	if (place(j, e) < 0 || widen(j, e) < 0)
		return err_about(e, image);
	make_want(j);
	if (flash_journal_find(&j->journal, image, j->im.v, &j->n, e) < 0)
		return -1;
	if (j->journal.found)
		say(j->r, "resume      an interrupted write; the old content is in %s",
		    j->journal.backup);
	if ((j->o->base ? trust_base(j, e) : back_up(j, e)) < 0)
		return -1;
	update_plan(&j->n, j->range.at, buf_view(&j->have), buf_view(&j->want),
		    &j->plan);
	if (!j->plan.n) {
		say(j->r, "nothing to do: the chip holds %s already", image);
		if (j->r->common->dry_run)
			return STATUS_OK;
		if (flash_put_back(j->r, &j->n, &j->journal, e) < 0)
			return -1;
		flash_journal_end(&j->journal);
		return STATUS_OK;
	}
	say_plan(j);
	if (flash_guard(j->o, image, j->journal.backup, &j->plan, e) < 0 ||
	    flash_may_write(j->o, &j->n, &locked, e) < 0)
		return -1;
	if (j->r->common->dry_run)
		return STATUS_OK;
	/* One that was interrupted knows what it lifted. */
	if (locked && !j->journal.locked) {
		j->journal.locked = true;
		if (nor_lock_read(&j->n, &j->journal.lock, e) < 0)
			return -1;
	}
	return flash_confirm(j->r, &j->plan, "chip", e) < 0 ||
	       flash_journal_begin(&j->journal, j->im.v, &j->n, e) < 0
		? -1 : write_locked(j, e);
}

static int run(struct run *r, struct err *e)
{
	struct flash_opts own = *(const struct flash_opts *)r->opts;
	struct job j = { .r = r, .o = &own };
	struct settings settings;
	int result = -1;

	if (r->argc != 1)
		return fail(e, ERR_USAGE, "flash takes one IMAGE; give the file to write");
	if (acquire_defaults(r, &own.source, &settings, e) < 0)
		return -1;
	if (j.o->source.uboot)
		return flash_uboot(r, j.o, e);
	if (image_open(&j.im, r->argv[0], e) < 0)
		return -1;
	if (acquire_open(r, &j.o->source, &j.n, e) == 0)
		result = carry_out(&j, r->argv[0], e);
	if (j.n.spi)
		json_object_set_new(r->doc, "wire", json_pack("{s:I, s:I, s:I}",
			"out", (json_int_t)j.n.spi->count.out,
			"in", (json_int_t)j.n.spi->count.in,
			"bytes", (json_int_t)j.n.spi->count.bytes));
	acquire_close(&j.n);
	update_free(&j.plan);
	buf_free(&j.have);
	buf_free(&j.want);
	image_close(&j.im);
	return result;
}

static const struct flash_opts defaults = { .source = { .reads = 2, .reread = 5 } };

const struct command command_flash = {
	.name = "flash",
	.group = "take apart, put together",
	.operands = "SOURCE [OPTIONS] IMAGE",
	.summary = "write a chip: back up, erase, program, verify",
	.about = "Write IMAGE to a chip: read it (that read is the backup), show what\n"
		 "differs, ask, erase and program only that, read it back. With --base OLD,\n"
		 "an earlier dump of this chip, only what changes is read.",
	.examples = "  fwtool flash --ch341a dump.new.bin\n"
		    "  fwtool flash --ch341a --base dump.bin dump.new.bin\n"
		    "  fwtool flash --uboot /dev/ttyUSB0 dump.new.bin -n\n",
	.exits = "0 done, 2 trouble, nothing written, 4 hardware",
	.opts = options,
	.defaults = &defaults,
	.optsize = sizeof(struct flash_opts),
	.run = run,
};

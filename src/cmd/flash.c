/* flash.c - fwtool flash: write a chip, only where it must be written */
#include "cmd/config.h"
#include "cmd/flash_job.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "core/mem.h"

#define AT(field) offsetof(struct flash_opts, field)

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
	{ OPT_UINT, 0, "reread", AT(source.reread), "N", "tries where they differ (5)", 0 },
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
	{ OPT_FLAG, 0, "erase", AT(erase), 0, "no IMAGE: leave range or all erased", 0 },
	{ 0 }
};

static int write_all(struct flash_job *j, struct err *e)
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
static int write_locked(struct flash_job *j, struct err *e)
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

static void say_plan(struct flash_job *j)
{
	say(j->r, "plan        %zu places differ; erase %s, program %s, about %.0f s",
	    j->plan.n, size_text(j->plan.erase_bytes).text,
	    size_text(j->plan.program_bytes).text, j->plan.seconds + 0.5);
	json_object_set_new(j->r->doc, "plan", json_pack("{s:I, s:I, s:I}",
		"steps", (json_int_t)j->plan.n, "erase", (json_int_t)j->plan.erase_bytes,
		"program", (json_int_t)j->plan.program_bytes));
}

/* A blank image has no map: the one that is given stands for it. */
static int guard(const struct flash_job *j, const char *image, struct err *e)
{
	struct maps maps = { 0 };
	int r = flash_guard(j->o, image, j->journal.backup, &j->plan, e);

	if (r < 0 || !j->o->erase || !j->o->source.map)
		return r;
	r = acquire_map(j->o->source.map, j->n.chip.size, &maps, e);
	if (!r)
		r = flash_guard_maps(j->o, &maps, &j->plan, e);
	maps_free(&maps);
	return r;
}

/* An interrupted write may have lifted the protection. */
static int nothing_to_do(struct flash_job *j, const char *image, struct err *e)
{
	say(j->r, j->o->erase ? "nothing to do: it is erased already" :
	    "nothing to do: the chip holds %s already", image);
	if (j->r->common->dry_run)
		return STATUS_OK;
	if (flash_put_back(j->r, &j->n, &j->journal, e) < 0)
		return -1;
	flash_journal_end(&j->journal);
	return STATUS_OK;
}

static int carry_out(struct flash_job *j, const char *image, struct err *e)
{
	const char *name = j->o->erase ? "erased" : image;
	bool locked = false;

	if (flash_same_chip(j->o, image, &j->n.chip, e) < 0)
		return -1;
	if (job_place(j, e) < 0)
		return err_about(e, name);
	if (flash_journal_find(&j->journal, name, j->im.v, &j->n, e) < 0)
		return -1;
	if (j->journal.found)
		say(j->r, "resume      an interrupted write; the old content is in %s",
		    j->journal.backup);
	if ((j->o->base ? job_trust_base(j, e) : job_back_up(j, e)) < 0)
		return -1;
	update_plan(&j->n, j->range.at, buf_view(&j->have), buf_view(&j->want),
		    &j->plan);
	if (!j->plan.n)
		return nothing_to_do(j, image, e);
	say_plan(j);
	if (guard(j, image, e) < 0 ||
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
	return flash_confirm(j->r, &j->plan, j->o->erase ? "Erase" : "Write",
			     j->o->erase ? "of the chip" : "to the chip", e) < 0 ||
	       flash_journal_begin(&j->journal, j->im.v, &j->n, e) < 0
		? -1 : write_locked(j, e);
}

/* What is to be erased is written like an image that is blank. */
static void blank_image(struct flash_job *j)
{
	size_t size = (size_t)j->n.chip.size;

	image_own(&j->im, memset(xmalloc(size), 0xff, size), size, "erased");
}

static int check_usage(const struct run *r, const struct flash_opts *o,
		       struct err *e)
{
	if (!o->erase && r->argc != 1)
		return fail(e, ERR_USAGE, "flash takes one IMAGE; give the file to write");
	if (o->erase && r->argc)
		return fail(e, ERR_USAGE, "--erase takes no IMAGE; leave one of them out");
	if (o->erase && o->source.uboot)
		return fail(e, ERR_UNSUPPORTED, "--erase is for chips at a programmer; at "
			    "the prompt type sf probe 0, then sf erase");
	return 0;
}

static int run(struct run *r, struct err *e)
{
	struct flash_opts own = *(const struct flash_opts *)r->opts;
	struct flash_job j = { .r = r, .o = &own };
	struct settings settings;
	int result = -1;

	if (acquire_defaults(r, &own.source, &settings, e) < 0 ||
	    check_usage(r, &own, e) < 0)
		return -1;
	if (j.o->source.uboot)
		return flash_uboot(r, j.o, e);
	if (!own.erase && image_open(&j.im, r->argv[0], e) < 0)
		return -1;
	result = acquire_open(r, &j.o->source, &j.n, e);
	if (!result && own.erase)
		blank_image(&j);
	if (!result)
		result = carry_out(&j, own.erase ? "" : r->argv[0], e);
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
	.operands = "SOURCE [OPTIONS] IMAGE|--erase",
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

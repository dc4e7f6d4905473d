/* unhex.c - fwtool unhex: console logs and hex dumps to bytes */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/unhex.h"
#include "core/image.h"
#include "core/log.h"
#include "core/out.h"

static const uint64_t most_size = 4ull << 30;

static int read_logs(struct run *r, struct hexdump *h, struct err *e)
{
	const char *input = cmd_input(r, e);

	if (!input)
		return -1;
	for (int i = 0; i < (r->argc ? r->argc : 1); i++) {
		const char *path = r->argc ? r->argv[i] : input;
		struct image im;
		int status;

		if (image_open(&im, path, e) < 0)
			return -1;
		if (!im.v.len)
			fail(e, ERR_FORMAT, !strcmp(path, "-") ? "standard input is "
			     "empty; the command before the pipe failed" :
			     "the file is empty; was the log written?");
		status = im.v.len ? hexdump_add(h, im.v, im.name, e) : -1;
		if (status < 0 && strcmp(path, "-"))
			err_about(e, im.name);
		image_close(&im);
		if (status < 0)
			return -1;
	}
	return 0;
}

static void tell_logs(struct run *r, struct hexdump *h, struct dump *d)
{
	for (size_t i = 0; i < h->nlog; i++) {
		const struct hexlog *l = &h->log[i];

		if (h->nlog > 1)
			continue;
		say(r, "%s: %s, %llu lines, base 0x%08llx, %llu other lines skipped",
		    l->name, dump_name(d).text, (unsigned long long)l->good,
		    (unsigned long long)d->from, (unsigned long long)l->other);
		if (l->spare)
			note("unhex.spare", "%u lines of the spare area are left out",
			     l->spare);
	}
	for (size_t i = 0; i < h->nlog; i++)
		if (h->log[i].guessed_order)
			note("unhex.order", "nothing in the log tells the order of bytes "
			     "in a word; taken as %s, see --endian",
			     h->log[i].order == ORDER_BIG ? "big" : "little");
}

static int take(struct view v, void *arg, struct err *e)
{
	return out_write(arg, v, e);
}

static int write_dump(struct run *r, const struct hexdump *h, struct dump *d,
		      const char *path, struct err *e)
{
	struct out out = { 0 };
	int status;

	if (d->to - d->from > most_size)
		return fail(e, ERR_LIMIT, "the dump would have %llu bytes; cut the log, or "
			    "choose with --base", (unsigned long long)(d->to - d->from));
	if (!strcmp(path, "-") && isatty(STDOUT_FILENO))
		return fail(e, ERR_USAGE, "binary is not written to a terminal; give "
			    "-o FILE");
	if (r->common->dry_run)
		return 0;
	status = out_open(&out, path, r->common->force, e);
	if (!status)
		status = dump_each(d, (uint8_t)h->opts.fill, take, &out, e);
	if (!status)
		status = out_commit(&out, e);
	out_abort(&out);
	return status;
}

/* What is not complete does not get the name it was to have. */
static const char *part_name(const char *path, bool whole, char *room)
{
	if (whole || !strcmp(path, "-"))
		return path;
	snprintf(room, 4096, "%.4000s.part", path);
	return room;
}

static int save(struct run *r, struct hexdump *h, struct dump *d, const char *path,
		struct err *e)
{
	struct faults f = { .list = json_array() };
	unsigned long long size = d->to - d->from;
	char room[4096];
	int status;
	bool whole;

	find_faults(h, d, &f);
	whole = !f.gaps && !f.conflicts && !f.sums;
	path = part_name(path, whole, room);
	status = write_dump(r, h, d, path, e);
	json_array_append_new(json_object_get(r->doc, "dumps"), describe_dump(d, &f));
	json_decref(f.list);
	if (status < 0)
		return -1;
	if (!strcmp(path, "-"))
		path = "standard output";
	if (whole)
		say(r, "%s: %llu bytes, complete%s%s", path, size, f.sums_good ?
		    "; the device's crc32 agrees" : "", r->common->dry_run ?
		    "; not written (dry run)" : "");
	else
		say(r, "kept %s, %llu of %llu bytes", path, size -
		    (unsigned long long)f.missing, size);
	return whole && !cmd_warnings() ? STATUS_OK : STATUS_PARTIAL;
}

/* With -d every dump of a log becomes a file of its own. */
static int save_all(struct run *r, struct hexdump *h, const char *input,
		    struct err *e)
{
	int worst = STATUS_OK, status;
	char room[4096], path[4096], suffix[48];
	const char *base;

	for (size_t i = 0; i < h->ndump; i++) {
		struct dump *d = &h->dump[i];

		snprintf(suffix, sizeof(suffix), "-%zu-%08llx.bin", i + 1,
			 (unsigned long long)d->from);
		cmd_renamed(input, "", suffix, room);
		base = strrchr(room, '/') ? strrchr(room, '/') + 1 : room;
		snprintf(path, sizeof(path), "%.2000s/%.2000s", r->common->dir, base);
		status = save(r, h, d, path, e);
		if (status < 0)
			return -1;
		worst = status > worst ? status : worst;
	}
	return worst;
}

static int run_unhex(struct run *r, struct err *e)
{
	struct hexdump h = { .opts = *(const struct hexopts *)r->opts };
	const char *input, *path;
	struct dump *d = NULL;
	char room[4096];
	int status = -1;

	json_object_set_new(r->doc, "dumps", json_array());
	if (read_logs(r, &h, e) < 0)
		goto out;
	input = r->argc ? r->argv[0] : "-";
	path = cmd_output(r, cmd_renamed(input, "", ".bin", room));
	if (!strcmp(path, "-") && r->common->json) {
		fail(e, ERR_USAGE, "the bytes and --json both want standard output; "
		     "give -o a file");
		goto out;
	}
	if (!r->common->dir || !h.ndump || h.opts.dump || h.opts.base)
		d = hexdump_choose(&h, e);
	if (!d && (!r->common->dir || !h.ndump))
		goto out;
	tell_logs(r, &h, d ? d : h.dump);
	status = d ? save(r, &h, d, path, e) : save_all(r, &h, input, e);
out:
	hexdump_free(&h);
	return status;
}

const struct command command_unhex = {
	.name = "unhex",
	.group = "get a dump",
	.operands = "[OPTIONS] [LOG...]",
	.summary = "turn a console log of md or hexdump into bytes",
	.about =
		"Turn a console log of md, hexdump, xxd, od, Intel HEX or S-records into\n"
		"the bytes it shows. Addresses and the text column are checked; what is\n"
		"lost is listed with the command that reads it again, and FILE.part is\n"
		"kept. Several logs are laid together: one fills the gaps of another.",
	.examples =
		"  fwtool unhex session.log\n"
		"  fwtool unhex session.log gaps.log -o firmware.bin\n"
		"  fwtool unhex putty.log --dump 2 -o home.bin",
	.exits = "0 complete, 2 trouble, 3 partial",
	.opts = hexdump_options,
	.defaults = &hexdump_defaults,
	.optsize = sizeof(struct hexopts),
	.run = run_unhex,
};

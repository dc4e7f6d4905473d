/* nand.c - fwtool nand: strip spare bytes, correct bits; and the reverse */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/cmd.h"
#include "cmd/nanddoc.h"
#include "core/image.h"
#include "core/mem.h"
#include "core/out.h"
#include "fixup/nand/nand.h"

enum bad { BAD_KEEP, BAD_SKIP };

struct opts { struct nand_opts nand; const char *oob, *like; int bad; bool raw; };

#define AT(f) offsetof(struct opts, f)
static const char *const bad_words[] = { "keep", "skip", NULL };

static const struct option options[] = {
	{ OPT_TEXT, 0, "page", AT(nand.page), "SIZES",
	  "bytes of a page and of its spare area: 2048+64", 0 },
	{ OPT_UINT, 0, "block", AT(nand.block), "PAGES", "pages of an erase block", 0 },
	{ OPT_TEXT, 0, "ecc", AT(nand.ecc), "CODE",
	  "auto, none, hamming, rs, bch, or bch8 and the like", 0 },
	{ OPT_TEXT, 0, "layout", AT(nand.layout), "LIST",
	  "look for these layouts only: kernel,gpmi", 0 },
	{ OPT_WORD, 0, "bad", AT(bad), "WHAT", "keep or skip blocks that are marked bad",
	  bad_words },
	{ OPT_TEXT, 0, "oob", AT(oob), "FILE", "write the spare bytes to FILE as well", 0 },
	{ OPT_FLAG, 0, "raw", AT(raw), NULL,
	  "the reverse: pages again from IN, and --oob FILE if any", 0 },
	{ OPT_TEXT, 0, "like", AT(like), "DUMP",
	  "with --raw: geometry and code as in this dump", 0 },
	{ 0 }
};

struct job {
	struct run *r;
	const struct opts *o;
	struct image in, like, oob;
	struct buf blank;
	struct nand_chip chip;
	struct nand_proof proof;
	struct nand_report report;
	struct out out, spare;
};

static int to_out(void *arg, struct view bytes, struct err *e)
{
	return out_write(&((struct job *)arg)->out, bytes, e);
}

static int to_spare(void *arg, struct view bytes, struct err *e)
{
	return out_write(&((struct job *)arg)->spare, bytes, e);
}

static void show_progress(void *arg, uint64_t done, uint64_t total)
{
	progress(((struct job *)arg)->r, "nand", done, total);
}

static void fill_document(struct job *j, const char *to)
{
	nand_document(j->r->doc, &j->chip, &j->proof, &j->report);
	json_object_set_new(j->r->doc, "output", json_pack("{s:s, s:I}", "name", to,
		"size", (json_int_t)j->out.written));
}

static int open_outs(struct job *j, const char *to, struct err *e)
{
	const struct common *common = j->r->common;

	if (out_open(&j->out, common->dry_run ? "/dev/null" : to, common->force, e) < 0)
		return -1;
	if (!j->o->oob || j->o->raw)
		return 0;
	return out_open(&j->spare, common->dry_run ? "/dev/null" : j->o->oob,
			common->force, e);
}

static int strip(struct job *j, const char *to, struct err *e)
{
	const struct nand_sink sink = {
		.data = to_out, .spare = j->o->oob ? to_spare : NULL, .arg = j,
		.progress = show_progress, .skip_bad = j->o->bad == BAD_SKIP };
	struct buf line = { 0 };
	struct nand_hint h;

	if (nand_hints(&j->o->nand, &h, e) < 0 ||
	    nand_choose(j->in.v, &h, &j->chip, &j->proof, e) < 0 ||
	    open_outs(j, to, e) < 0)
		return -1;
	nand_bad_blocks(&j->chip, j->in.v, &j->report);
	if (nand_strip(&j->chip, j->in.v, &sink, &j->report, e) < 0)
		return -1;
	progress_end(j->r);
	fill_document(j, to);
	if (out_commit(&j->out, e) < 0 || (j->o->oob && out_commit(&j->spare, e) < 0))
		return -1;
	nand_say(&j->chip, &j->report);
	nand_summary(&j->chip, &j->report, &line);
	say(j->r, "%s: %s%s", strcmp(to, "-") ? to : "standard output",
	    buf_string(&line), j->r->common->dry_run ? ", not written (dry run)" : "");
	buf_free(&line);
	return j->report.lost || j->report.tail ? STATUS_PARTIAL : STATUS_OK;
}

/* The chip as a dump of it shows, or plain pages where only their size is known. */
static int choose_like(struct job *j, struct err *e)
{
	struct nand_hint h;

	if (nand_hints(&j->o->nand, &h, e) < 0)
		return -1;
	if (!j->o->like) {
		if (!h.page || !h.no_code)
			return fail(e, ERR_USAGE, "--raw needs --like DUMP, a dump of the "
				    "same chip; or --page and --ecc none, to leave the "
				    "parity as it is");
		nand_plain(&j->chip, h.page, h.spare);
		return nand_ready(&j->chip, e);
	}
	if (image_open(&j->like, j->o->like, e) < 0 ||
	    nand_choose(j->like.v, &h, &j->chip, &j->proof, e) < 0)
		return err_about(e, j->o->like);
	if (j->o->bad == BAD_SKIP)
		nand_bad_blocks(&j->chip, j->like.v, &j->report);
	return 0;
}

/* The spare bytes that are given, or 0xff, into which parity goes. */
static int get_spare(struct job *j, struct view *spare, struct err *e)
{
	if (j->o->oob) {
		if (image_open(&j->oob, j->o->oob, e) < 0)
			return err_about(e, j->o->oob);
		*spare = j->oob.v;
		return 0;
	}
	if (j->in.v.len % j->chip.page)
		return fail(e, ERR_FORMAT, "%zu bytes are no whole pages of %u; fill them "
			    "up with 0xff", j->in.v.len, j->chip.page);
	put_fill(&j->blank, 0xff, j->in.v.len / j->chip.page * j->chip.spare);
	*spare = buf_view(&j->blank);
	return 0;
}

/* Blocks that are bad in the other dump are as they are there. */
static int to_good(void *arg, struct view bytes, struct err *e)
{
	struct job *j = arg;
	uint64_t size = (uint64_t)j->chip.block * nand_raw(&j->chip);

	while (bytes.len) {
		uint64_t at = j->out.written, in = at % size;
		struct view v = view_upto(bytes, 0, size - in);

		if (!in && nand_is_bad(&j->report, at / size))
			v = view_upto(j->like.v, at, size);
		else
			bytes = view_from(bytes, v.len);
		if (out_write(&j->out, v, e) < 0)
			return -1;
	}
	return 0;
}

static int join(struct job *j, const char *to, struct err *e)
{
	struct nand_source from = { .data = j->in.v };

	if (choose_like(j, e) < 0 || get_spare(j, &from.spare, e) < 0 ||
	    open_outs(j, to, e) < 0 || nand_join(&j->chip, &from, to_good, j, e) < 0)
		return -1;
	if (j->report.nbad && j->out.written > j->like.v.len)
		return fail(e, ERR_LIMIT, "%llu bytes around bad blocks do not fit into the "
			    "%zu of %s; make it smaller", (unsigned long long)
			    j->out.written, j->like.v.len, j->o->like);
	j->report.pages = j->out.written / nand_raw(&j->chip);
	fill_document(j, to);
	if (out_commit(&j->out, e) < 0)
		return -1;
	say(j->r, "%s: %llu pages of %u+%u bytes%s", strcmp(to, "-") ? to :
	    "standard output", (unsigned long long)j->report.pages, j->chip.page,
	    j->chip.spare, j->r->common->dry_run ? ", not written (dry run)" : "");
	return STATUS_OK;
}

static int check_usage(const struct run *r, const char *to, struct err *e)
{
	const char *why = NULL;

	if (r->argc > 1)
		why = "one input; give IN, and -o OUT";
	else if (!strcmp(to, "-") && r->common->json)
		why = "the bytes and --json both want standard output; give -o a file";
	else if (!strcmp(to, "-") && isatty(STDOUT_FILENO))
		why = "binary is not written to a terminal; give -o FILE";
	return why ? fail(e, ERR_USAGE, "%s", why) : 0;
}

static int run_nand(struct run *r, struct err *e)
{
	const struct opts *o = r->opts;
	const char *path = cmd_input(r, e), *to;
	char room[4096];
	struct job *j;
	int status = -1;

	if (!path)
		return -1;
	to = cmd_output(r, cmd_renamed(path, o->raw ? ".raw" : ".noob", NULL, room));
	if (check_usage(r, to, e) < 0)
		return -1;
	j = xcalloc(1, sizeof(*j));
	*j = (struct job){ .r = r, .o = o };
	if (!image_open(&j->in, path, e))
		status = !j->in.v.len ? fail(e, ERR_FORMAT, "is empty; was it copied whole?")
			 : o->raw ? join(j, to, e) : strip(j, to, e);
	out_abort(&j->out);
	out_abort(&j->spare);
	nand_report_free(&j->report);
	nand_release(&j->chip);
	image_close(&j->in);
	image_close(&j->like);
	image_close(&j->oob);
	buf_free(&j->blank);
	free(j);
	return status;
}

const struct command command_nand = {
	.name = "nand",
	.group = "repair it",
	.operands = "[OPTIONS] [IN]",
	.summary = "strip OOB and correct ECC of a raw NAND dump",
	.about =
		"Take the spare bytes (OOB) out of a raw NAND dump and correct its bits\n"
		"by the code in them. Size of pages, code and layout are found by proof:\n"
		"those under which nearly all pages hold their parity. What cannot be\n"
		"corrected is kept as it was read, and said by offset. The output is IN\n"
		"with noob in its name. --raw is the reverse.",
	.examples =
		"  fwtool nand dump.bin\n"
		"  fwtool nand dump.bin -o flash.bin --oob flash.oob\n"
		"  fwtool nand --raw flash.bin --oob flash.oob --like dump.bin -o new.bin",
	.exits = "0 done, 2 trouble, 3 some pages could not be corrected",
	.opts = options,
	.optsize = sizeof(struct opts),
	.run = run_nand,
};

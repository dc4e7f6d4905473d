/* verify.c - fwtool verify: every checksum, or byte for byte */
#include "cmd/verify.h"

#include <stddef.h>
#include <stdio.h>

#include "core/text.h"

struct opts {
	struct plan_opts plan;
	const char *against;
};

#define AT(field) offsetof(struct opts, field)

static const struct option options[] = {
	{ OPT_TEXT, 0, "against", AT(against), "WHAT", "a file, a sha256, or --ch341a and its kin", 0 },
	{ OPT_TEXT, 0, "range", AT(plan.input.range), "R", "only OFF+LEN or OFF..END",
	  0 },
	{ OPT_TEXT, 'm', "map", AT(plan.map), "SRC",
	  "mtdparts=..., or a file with a map (default: auto)", 0 },
	{ OPT_TEXT, 0, "fixup", AT(plan.input.fixup), "LIST",
	  "auto, none, or unhex,swap32 (default: auto)", 0 },
	{ 0 }
};

static int sums(struct run *r, const char *input, struct err *e)
{
	const struct opts *o = r->opts;
	struct plan_opts po = o->plan;
	struct plan p = { 0 };
	int status = -1;

	po.scan.all = true;
	if (!plan_make(&p, input, &po, e)) {
		verify_files(&p.scan, p.in.v);
		status = verify_sums(r, &p);
	}
	plan_free(&p);
	return status;
}

static int against(struct run *r, const char *input, struct err *e)
{
	const struct opts *o = r->opts;
	struct plan p = { 0 };
	int status = -1;

	if (!plan_open(&p, input, &o->plan, e))
		status = verify_against(r, &p.in, o->against, &o->plan, e);
	plan_free(&p);
	return status;
}

/* One after the other, with its name above; wrong is one that is. */
static int several(struct run *r, struct err *e)
{
	int worst = STATUS_OK;

	for (int i = 0; i < r->argc; i++) {
		struct buf name = { 0 };
		int status;

		put_escaped(&name, view_text(r->argv[i]));
		printf("%s%s:\n", i ? "\n" : "", buf_string(&name));
		buf_free(&name);
		status = sums(r, r->argv[i], e);
		if (status < 0)
			return -1;
		worst = status > worst ? status : worst;
	}
	return worst;
}

static int run(struct run *r, struct err *e)
{
	const struct opts *o = r->opts;
	const char *input = cmd_input(r, e);

	if (!input)
		return -1;
	if (o->against && r->argc > 1)
		return fail(e, ERR_USAGE, "verify --against takes one INPUT; leave out "
			    "one of them");
	if (r->common->json && r->argc > 1)
		return fail(e, ERR_USAGE, "verify --json takes one INPUT; for several "
			    "see fwtool batch");
	if (o->against)
		return against(r, input, e);
	return r->argc > 1 ? several(r, e) : sums(r, input, e);
}

const struct command command_verify = {
	.name = "verify",
	.group = "repair it",
	.operands = "[OPTIONS] [INPUT]...",
	.summary = "check every checksum; compare with a file or a chip",
	.about = "Check every checksum in a dump, or, with --against, compare it byte "
		"for byte\nwith a file, with the chip behind a programmer, or by its "
		"sha256. INPUT is a\ndump, a console log, a project or - (stdin); several are "
		"checked one by one.",
	.examples = "  fwtool verify dump.bin\n"
		"  fwtool verify linux.bin romfs.img\n"
		"  fwtool verify read1.bin --against read2.bin\n"
		"  fwtool verify dump.bin --against --ch341a\n",
	.exits = "0 right or the same, 1 wrong or different, 2 trouble, 4 hardware",
	.opts = options,
	.optsize = sizeof(struct opts),
	.run = run,
};

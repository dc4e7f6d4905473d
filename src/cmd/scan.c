/* scan.c - fwtool scan: find and prove what is in a dump */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "cmd/say.h"
#include "cmd/show.h"
#include "core/text.h"

struct scan_args {
	struct plan_opts plan;
	uint64_t depth;
	bool plain;
};

#define AT(field) offsetof(struct scan_args, field)

static const struct option options[] = {
	{ OPT_FLAG, 'a', "all", AT(plan.scan.all), 0,
	  "weak matches and interior streams too", 0 },
	{ OPT_TEXT, 0, "only", AT(plan.scan.only), "T,...", "only these formats", 0 },
	{ OPT_TEXT, 0, "skip", AT(plan.scan.skip), "T,...", "without these formats",
	  0 },
	{ OPT_UINT, 0, "depth", AT(depth), "N",
	  "look N levels deep, unpacking what is packed", 0 },
	{ OPT_FLAG, 0, "entropy", AT(plan.scan.entropy), 0, "entropy along the input",
	  0 },
	{ OPT_TEXT, 0, "range", AT(plan.input.range), "R", "only OFF+LEN or OFF..END",
	  0 },
	{ OPT_TEXT, 'm', "map", AT(plan.map), "SRC",
	  "mtdparts=..., or a file with a map (default: auto)", 0 },
	{ OPT_TEXT, 0, "fixup", AT(plan.input.fixup), "LIST",
	  "auto, none, or unhex,swap32 (default: auto)", 0 },
	{ OPT_FLAG, 0, "plain", AT(plain), 0, "tab-separated, exact bytes, no header",
	  0 },
	{ 0 }
};

static bool has_tree(const struct plan *p)
{
	for (size_t i = 0; i < p->scan.nfound; i++)
		if (p->scan.found[i].r.format->fs)
			return true;
	return false;
}

static void show(struct run *r, const struct plan *p, const char *input)
{
	const struct scan_args *a = r->opts;
	const char *name = !strcmp(input, "-") ? "standard input" : input;

	if (r->common->json) {
		show_json(p, input, r->doc);
		return;
	}
	if (a->plain) {
		show_plain(p, r->argc > 1 ? name : NULL);
		return;
	}
	if (show_any(p) || (a->plan.scan.all && p->scan.nfound))
		show_table(p, name);
	else
		show_nothing(r, p, name);
	if (a->plan.scan.entropy)
		show_entropy(p);
	if (show_any(p))
		hint(r, "fwtool %s %s", has_tree(p) ? "extract" : "carve", input);
}

static int scan_one(struct run *r, const char *input, struct err *e)
{
	const struct scan_args *a = r->opts;
	struct plan_opts o = a->plan;
	struct plan p = { 0 };
	int status = -1;

	o.scan.depth = (unsigned)a->depth;
	if (plan_make(&p, input, &o, e) < 0)
		goto out;
	if (o.scan.depth)
		scan_decode(&p.scan, p.in.v, &o.scan);
	show(r, &p, input);
	status = show_any(&p) ? STATUS_OK : STATUS_NO;
out:
	plan_free(&p);
	return status;
}

/* One of several: its trouble does not stop the others. */
static int scan_next(struct run *r, const char *input)
{
	struct err e = { 0 };
	int status;

	say_about(!strcmp(input, "-") ? "standard input" : input);
	status = scan_one(r, input, &e);
	if (status < 0) {
		log_err(LOG_ERROR, &e);
		status = STATUS_TROUBLE;
	}
	if (r->common->jsonl)
		cmd_emit(r, status != STATUS_TROUBLE);
	return status;
}

static int run(struct run *r, struct err *e)
{
	const struct scan_args *a = r->opts;
	const char *input;
	int status = 0;

	if (a->depth > 16)
		return fail(e, ERR_USAGE, "--depth %llu: is more than 16; give less",
			    (unsigned long long)a->depth);
	if (r->argc < 2) {
		input = cmd_input(r, e);
		return input ? scan_one(r, input, e) : -1;
	}
	if (r->common->json && !r->common->jsonl)
		return fail(e, ERR_USAGE, "several inputs are several documents; give "
			    "--jsonl instead of --json");
	for (int i = 0; i < r->argc; i++) {
		int s = scan_next(r, r->argv[i]);

		if (s > status)
			status = s;
		if (i + 1 < r->argc && !r->common->json && !a->plain)
			putchar('\n');
	}
	return status;
}

const struct command command_scan = {
	.name = "scan",
	.group = "look inside",
	.operands = "[OPTIONS] [INPUT]...",
	.summary = "find and prove what is in a dump",
	.about =
"Find every object in a dump, say how sure that is, and account for every\n"
"byte. INPUT is a dump, a console log or - (stdin). Proven: a checksum over\n"
"the content holds, or every pointer leads somewhere. Plausible: the header\n"
"is consistent and the size fits. Weak (with -a only): nothing but a magic.",
	.examples =
"  fwtool scan dump.bin\n"
"  fwtool scan putty.log -m boot.log\n"
"  fwtool scan --json dump.bin | jq '.found[] | .type'\n",
	.exits = "0 found, 1 nothing found, 2 trouble",
	.opts = options,
	.optsize = sizeof(struct scan_args),
	.run = run,
};

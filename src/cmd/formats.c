/* formats.c - fwtool formats: what the program knows */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "cmd/cmd.h"
#include "cmd/schemas.h"
#include "core/text.h"
#include "fs/fs.h"

struct formats_args { const char *schema; };

static const struct option options[] = {
	{ OPT_TEXT, 0, "schema", offsetof(struct formats_args, schema), "NAME",
	  "print the schema of a command's --json", 0 },
	{ 0 }
};

static bool can_extract(const struct format *f)
{
	return (f->fs && f->fs->read) || (f->wrap && f->wrap->open);
}

static bool can_repack(const struct format *f)
{
	return (f->fs && f->fs->write) || (f->wrap && f->wrap->refit);
}

static const char *yes(bool can)
{
	return can ? "yes" : "-";
}

static void print_head(void)
{
	puts("NAME       DETECT EXTRACT REPACK EXACT WHAT IT IS; WHAT PROVES IT");
}

/* Whether an untouched one comes back bit for bit: also without the original. */
static const char *exactness(const struct format *f)
{
	return !can_repack(f) ? "-" : f->exact ? "yes" : "kept";
}

static void print_format(const struct format *f)
{
	printf("%-10s yes    %-7s %-6s %-5s %s%s%s\n", f->name, yes(can_extract(f)),
	       yes(can_repack(f)), exactness(f), f->title, f->proves ? "; " : "",
	       f->proves ? f->proves : "");
}

static void add_json(json_t *list, const struct format *f)
{
	json_t *o = json_pack("{s:s, s:s, s:b, s:b, s:b}", "name", f->name, "title",
			      f->title, "detect", 1, "extract", can_extract(f),
			      "repack", can_repack(f));

	json_object_set_new(o, "exact", can_repack(f) && f->exact ?
			    json_string(f->exact) : json_null());
	json_object_set_new(o, "proves", f->proves ? json_string(f->proves)
						   : json_null());
	json_array_append_new(list, o);
}

static int no_schema(const char *name, struct err *e)
{
	const char *words[64], *best;
	size_t n = 0;

	for (; n < 63 && schema_name(n); n++)
		words[n] = schema_name(n);
	words[n] = NULL;
	best = nearest(name, words);
	if (best)
		return fail(e, ERR_USAGE, "--schema %s: there is none; did you mean "
			    "%s?", name, best);
	return fail(e, ERR_USAGE, "--schema %s: there is none; give the name of a "
		    "command that has --json", name);
}

static int print_schema(const char *name, struct err *e)
{
	struct view text = schema_text(name);

	if (!text.len)
		return no_schema(name, e);
	fwrite(text.p, 1, text.len, stdout);
	return STATUS_OK;
}

static int unknown(const char *name, struct err *e)
{
	const char *words[256], *best;
	size_t n = 0;

	for (; n < 255 && formats[n]; n++)
		words[n] = formats[n]->name;
	words[n] = NULL;
	best = nearest(name, words);
	return best ? fail(e, ERR_USAGE, "unknown format \"%s\"; did you mean \"%s\"?",
			   name, best)
		    : fail(e, ERR_USAGE, "unknown format \"%s\"; see fwtool formats",
			   name);
}

static int check_names(const struct run *r, struct err *e)
{
	for (int i = 0; i < r->argc; i++)
		if (!format_named(r->argv[i]))
			return unknown(r->argv[i], e);
	return 0;
}

static bool is_named(const struct run *r, const struct format *f)
{
	for (int i = 0; i < r->argc; i++)
		if (!strcmp(r->argv[i], f->name))
			return true;
	return !r->argc;
}

static int run(struct run *r, struct err *e)
{
	const struct formats_args *a = r->opts;
	json_t *list;

	if (a->schema)
		return print_schema(a->schema, e);
	if (check_names(r, e) < 0)
		return -1;
	list = json_array();
	if (!r->common->json)
		print_head();
	for (size_t i = 0; formats[i]; i++) {
		if (!is_named(r, formats[i]))
			continue;
		if (r->common->json)
			add_json(list, formats[i]);
		else
			print_format(formats[i]);
	}
	json_object_set_new(r->doc, "formats", list);
	return STATUS_OK;
}

const struct command command_formats = {
	.name = "formats",
	.group = "many at once",
	.operands = "[OPTIONS] [NAME]...",
	.summary = "list the formats fwtool knows",
	.about = "List the formats: whether they are detected, extracted and built\n"
		 "again, whether an untouched one comes back bit for bit (yes: also with\n"
		 "the original gone, --json says whose; kept: while it is at hand), and\n"
		 "what it takes to call one proven.",
	.examples = "  fwtool formats jffs2\n"
		    "  fwtool formats --schema scan > fwtool.scan.json\n",
	.opts = options,
	.optsize = sizeof(struct formats_args),
	.run = run,
};

/* help.c - what the program says about itself, out of the option tables */
#include "cmd/help.h"

#include <lz4.h>
#include <lzma.h>
#include <lzo/lzo1x.h>
#include <stddef.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>

#include "core/format.h"
#include "core/text.h"
#include "fs/archive.h"

#define AT(field) offsetof(struct common, field)

static const char *const when_words[] = { "auto", "always", "never", NULL };
static const char *const progress_words[] = { "auto", "always", "never", "json",
					      NULL };

const struct option common_options[] = {
	{ OPT_TEXT, 'o', "output", AT(output), "FILE", "output, - for stdout", 0 },
	{ OPT_TEXT, 'd', "dir", AT(dir), "DIR", "output directory", 0 },
	{ OPT_FLAG, 'f', "force", AT(force), 0, "replace existing output", 0 },
	{ OPT_FLAG, 'n', "dry-run", AT(dry_run), 0, "do everything but write", 0 },
	{ OPT_FLAG, 'y', "yes", AT(yes), 0, "answer confirmations", 0 },
	{ OPT_UINT, 'j', "jobs", AT(jobs), "N", "worker threads (default: CPUs)", 0 },
	{ OPT_COUNT, 'q', "quiet", AT(quiet), 0, "say less; twice: no warnings", 0 },
	{ OPT_COUNT, 'v', "verbose", AT(verbose), 0, "say more, with message codes",
	  0 },
	{ OPT_FLAG, 0, "json", AT(json), 0, "machine-readable result", 0 },
	{ OPT_FLAG, 0, "jsonl", AT(jsonl), 0, "one JSON document per line", 0 },
	{ OPT_WORD, 0, "color", AT(color), "WHEN", "auto, always or never",
	  when_words },
	{ OPT_WORD, 0, "progress", AT(progress), "WHEN",
	  "auto, always, never or json", progress_words },
	{ OPT_TEXT, 0, "config", AT(config), "FILE", "settings of FILE; none", 0 },
	{ OPT_FLAG, 'h', "help", AT(help), 0, "this help", 0 },
	{ 0 }
};

/* The groups in the order of the work; those of no command are not shown. */
static const char *const groups[] = {
	"get a dump", "repair it", "look inside", "take apart, put together",
	"many at once", NULL
};

static void print_group(const char *group, FILE *out)
{
	bool first = true;

	for (size_t i = 0; commands[i]; i++) {
		const struct command *c = commands[i];

		if (!c->group || strcmp(c->group, group))
			continue;
		if (first)
			fprintf(out, "\n%s\n", group);
		first = false;
		fprintf(out, "  %-9s %s\n", c->name, c->summary);
	}
}

void help_usage(FILE *out)
{
	fputs("usage: fwtool COMMAND [OPTIONS] [INPUT]...\n"
	      "see fwtool --help for the commands\n", out);
}

void help_all(FILE *out)
{
	fputs("fwtool " FWTOOL_VERSION " - take firmware dumps apart, repair them, put "
	      "them together again\n\n"
	      "usage: fwtool COMMAND [OPTIONS] [INPUT]...\n", out);
	for (size_t i = 0; groups[i]; i++)
		print_group(groups[i], out);
	fputs("\noptions of every command\n", out);
	opt_help(common_options, out);
	fputs("\nexamples\n"
	      "  fwtool scan putty.log\n"
	      "  fwtool extract dump.bin\n"
	      "  fwtool repack --jffs2 -e 0x10000 outdir\n\n"
	      "More: fwtool help COMMAND, man fwtool, fwtool help TOPIC:\n ", out);
	for (const struct topic *t = topics; t->name; t++)
		fprintf(out, " %s", t->name);
	fputc('\n', out);
}

const struct option *help_table(const struct command *c, size_t i)
{
	if (c->opts && !i--)
		return c->opts;
	for (size_t k = 0; c->fs_options && formats[k]; k++)
		if (c->fs_options(formats[k]) && !i--)
			return c->fs_options(formats[k]);
	return i ? NULL : common_options;
}

/* The format whose options table i is, or NULL. */
static const struct format *format_of_table(const struct command *c, size_t i)
{
	i -= c->opts && i ? 1 : 0;
	for (size_t k = 0; c->fs_options && formats[k]; k++)
		if (c->fs_options(formats[k]) && !i--)
			return formats[k];
	return NULL;
}

void help_command(const struct command *c, FILE *out)
{
	const struct option *table;

	fprintf(out, "usage: fwtool %s %s\n\n%s\n", c->name, c->operands,
		c->about ? c->about : c->summary);
	fputc('\n', out);
	for (size_t i = 0; (table = help_table(c, i)); i++) {
		const struct format *f = table == c->opts ? NULL
							  : format_of_table(c, i);

		if (f)
			fprintf(out, "\nof %s\n", f->name);
		else if (i && c->fs_options)
			fputs("\nof every command\n", out);
		opt_help(table, out);
	}
	if (c->examples)
		fprintf(out, "\nexamples\n%s", c->examples);
	fprintf(out, "\nexit: %s\n", c->exits ? c->exits : "0 done, 2 trouble");
}

int help_topic(int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : NULL;

	if (!name) {
		help_all(stdout);
		return STATUS_OK;
	}
	for (size_t i = 0; commands[i]; i++) {
		if (!strcmp(commands[i]->name, name)) {
			help_command(commands[i], stdout);
			return STATUS_OK;
		}
	}
	for (const struct topic *t = topics; t->name; t++) {
		if (!strcmp(t->name, name)) {
			fputs(t->text, stdout);
			return STATUS_OK;
		}
	}
	fprintf(stderr, "fwtool: error: no help on \"%s\"; see fwtool --help\n", name);
	return STATUS_TROUBLE;
}

static void list_formats(FILE *out)
{
	fputs("formats:", out);
	for (size_t i = 0; formats[i]; i++)
		fprintf(out, " %s", formats[i]->name);
	fputc('\n', out);
}

static const char *lzo_text(void) { return lzo_version_string(); }
static const char *zlib_text(void) { return zlibVersion(); }
static const char *archive_text(void)
{
	return libarchive() ? libarchive()->archive_version_string() +
			      strlen("libarchive ") : "missing";
}

static const struct library {
	const char *name;
	const char *(*version)(void);
} libraries[] = {
	{ "zlib", zlib_text }, { "liblzma", lzma_version_string },
	{ "libzstd", ZSTD_versionString }, { "lzo", lzo_text },
	{ "lz4", LZ4_versionString }, { "libarchive", archive_text }, { 0 }
};

static int version_json(void)
{
	json_t *doc = json_pack("{s:s, s:{s:s, s:s}, s:b}", "schema",
				"fwtool.version/1", "tool", "name", "fwtool",
				"version", FWTOOL_VERSION, "ok", 1);
	json_t *libs = json_object(), *names = json_array();
	struct buf b = { 0 };

	for (const struct library *l = libraries; l->name; l++)
		json_object_set_new(libs, l->name, json_string(l->version()));
	for (size_t i = 0; formats[i]; i++)
		json_array_append_new(names, json_string(formats[i]->name));
	json_object_set_new(doc, "libraries", libs);
	json_object_set_new(doc, "formats", names);
	json_object_set_new(doc, "messages", json_array());
	json_put(&b, doc);
	fwrite(b.p, 1, b.len, stdout);
	buf_free(&b);
	json_decref(doc);
	return STATUS_OK;
}

int help_version(bool json)
{
	if (json)
		return version_json();
	puts("fwtool " FWTOOL_VERSION);
	for (const struct library *l = libraries; l->name; l++)
		printf("%s%s %s", l == libraries ? "" : ", ", l->name, l->version());
	putchar('\n');
	list_formats(stdout);
	return STATUS_OK;
}

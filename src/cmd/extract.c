/* extract.c - fwtool extract: carve, and unpack the file systems */
#include "cmd/extract.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/text.h"

#define AT(field) offsetof(struct extract_cmd, field)

static const char *const link_words[] = { "keep", "relative", "skip", NULL };

static const struct option options[] = {
	{ OPT_TEXT, 'p', "part", AT(look.part), "SEL",
	  "only these: name, #2, @0x1d0000, jffs2, a,b", NULL },
	{ OPT_TEXT, 'm', "map", AT(look.map), "SRC",
	  "partition map (default: auto)", NULL },
	{ OPT_TEXT, 0, "fixup", AT(look.fixup), "LIST",
	  "auto, none, or unhex,swap32,... (default: auto)", NULL },
	{ OPT_FLAG, 0, "partial", AT(partial), NULL,
	  "keep what can be read of damaged file systems", NULL },
	{ OPT_FLAG, 0, "undelete", AT(undelete), NULL,
	  "deleted files and older versions too", NULL },
	{ OPT_WORD, 0, "symlinks", AT(symlinks), "keep|relative|skip",
	  "as stored, absolute ones rewritten, or none", link_words },
	{ OPT_FLAG, 0, "devices", AT(devices), NULL,
	  "make device nodes on disk too (needs root)", NULL },
	{ OPT_TEXT, 0, "tar", AT(tar), "FILE",
	  "one tar stream instead of directories; -: stdout", NULL },
	{ OPT_UINT, 0, "max-bytes", AT(max_bytes), "SIZE",
	  "most bytes in all files (default: 4G)", NULL },
	{ OPT_UINT, 0, "max-files", AT(max_files), "N",
	  "most files and directories (default: 500000)", NULL },
	{ OPT_UINT, 0, "depth", AT(look.depth), "N",
	  "how deep to look inside objects (default: 8)", NULL },
	{ 0 }
};

static const struct extract_cmd defaults = {
	.look = { .depth = 8 },
	.max_bytes = UINT64_C(4) << 30, .max_files = 500000,
};

static void show_progress(uint64_t done, uint64_t total, void *arg)
{
	progress(arg, "extract", done, total);
}

static void put_count(struct buf *b, size_t n, const char *one, const char *many)
{
	if (n)
		put_text(b, "%s%zu %s", b->len ? ", " : "", n, n == 1 ? one : many);
}

static void print_counts(const struct extracted *got)
{
	struct buf b = { 0 };

	put_count(&b, got->files, "file", "files");
	if (got->incomplete)
		put_text(&b, "%s%zu of them incomplete", b.len ? ", " : "",
			 got->incomplete);
	put_count(&b, got->dirs, "directory", "directories");
	put_count(&b, got->links, "link", "links");
	put_count(&b, got->devices, "device node", "device nodes");
	printf("%s\n", b.len ? buf_string(&b) : "empty");
	buf_free(&b);
}

int extract_width(const struct extraction *x)
{
	int width = 4;

	for (size_t i = 0; i < x->l.plan.n; i++)
		if (x->l.chosen[i] && (int)strlen(x->l.plan.part[i].dir) > width)
			width = (int)strlen(x->l.plan.part[i].dir);
	return width;
}

static json_t *as_json(const char *name, const struct source *s,
		       const struct extracted *got)
{
	return json_pack(
		"{s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}",
		"part", name, "type", got->format->name,
		"offset", (json_int_t)s->from.at,
		"size", (json_int_t)got->size, "files", (json_int_t)got->files,
		"directories", (json_int_t)got->dirs,
		"links", (json_int_t)got->links,
		"devices", (json_int_t)got->devices,
		"bytes", (json_int_t)got->bytes,
		"incomplete", (json_int_t)got->incomplete,
		"damages", (json_int_t)got->damages);
}

/* Whether people want no line about it. */
static bool silent(const struct extraction *x)
{
	progress_end(x->r);
	return x->r->common->json || x->r->common->quiet ||
	       (x->o->tar && !strcmp(x->o->tar, "-"));
}

void extract_say_past(struct extraction *x, const char *name,
		      const struct source *s, const struct extracted *got)
{
	json_t *o = as_json(name, s, got);
	struct buf b = { 0 };

	json_object_set_new(o, "deleted", json_integer((json_int_t)got->deleted));
	json_object_set_new(o, "older", json_integer((json_int_t)got->older));
	json_array_append_new(x->past, o);
	put_count(&b, got->deleted, "deleted file", "deleted files");
	put_count(&b, got->older, "older version", "older versions");
	if (got->incomplete)
		put_text(&b, ", %zu of them incomplete", got->incomplete);
	if (!silent(x))
		printf("%-*s  %-8s %9s  %s\n", extract_width(x), name,
		       got->format->name, size_text(got->size).text, b.len ?
		       buf_string(&b) : "no deleted files or older versions");
	buf_free(&b);
}

void extract_say(struct extraction *x, const char *name, const struct source *s,
		 const struct extracted *got)
{
	x->files += got->files;
	x->devices += got->devices;
	if (!x->lists++ || got->devices)
		snprintf(x->list, sizeof(x->list), "%s.fwmeta", name);
	json_array_append_new(x->parts, as_json(name, s, got));
	if (silent(x))
		return;
	printf("%-*s  %-8s %9s  ", extract_width(x), name, got->format->name,
	       size_text(got->size).text);
	print_counts(got);
}

/* The only part that is asked for, if it is only one and was asked for. */
static const struct part *the_only_one(struct extraction *x)
{
	const struct part *only = NULL;

	if (!x->l.alone && !x->o->look.part && x->r->argc < 2)
		return NULL;
	for (size_t i = 0; i < x->l.plan.n; i++) {
		if (!x->l.chosen[i] ||
		    !extract_wants(x, &x->l.plan.part[i], NULL))
			continue;
		if (only)
			return NULL;
		only = &x->l.plan.part[i];
	}
	return only;
}

static int work(struct extraction *x, struct err *e)
{
	const struct part *only;
	char dir[4096];

	if (look_open(&x->l, x->input, &x->o->look, e) < 0 ||
	    extract_check(x, e) < 0)
		return -1;
	if (x->o->tar && x->o->undelete)
		return fail(e, ERR_USAGE, "--undelete makes directories; leave out "
			    "--tar");
	if (x->o->tar)
		return extract_tar(x, x->o->tar, e);
	only = x->r->common->dir ? the_only_one(x) : NULL;
	if (only)
		return extract_single(x, only, x->r->common->dir, e);
	cmd_beside(x->input, ".fw", dir);
	return extract_project(x, x->r->common->dir ? x->r->common->dir : dir, e);
}

static int run(struct run *r, struct err *e)
{
	struct extraction x = { .r = r, .o = r->opts, .parts = json_array(),
				.past = json_array() };
	int status = -1;

	x.how = (struct extract_opts){
		.partial = x.o->partial, .lenient = x.o->undelete, .devices = x.o->devices,
		.links = x.o->symlinks, .max_bytes = x.o->max_bytes,
		.max_files = x.o->max_files, .progress = show_progress, .arg = r,
	};
	x.path = xcalloc((size_t)r->argc + 1, sizeof(*x.path));
	x.led = xcalloc((size_t)r->argc + 1, sizeof(*x.led));
	x.input = cmd_input(r, e);
	look_deep();
	if (x.input && !work(&x, e))
		status = cmd_warnings() ? STATUS_PARTIAL : STATUS_OK;
	json_object_set_new(r->doc, "parts", x.parts);
	if (x.o->undelete)
		json_object_set(r->doc, "undeleted", x.past);
	json_decref(x.past);
	free(x.path);
	free(x.led);
	look_close(&x.l);
	return status;
}

const struct command command_extract = {
	.name = "extract",
	.group = "take apart, put together",
	.operands = "[OPTIONS] [INPUT [PATH...]]",
	.summary = "carve, and unpack the file systems",
	.about = "Unpack the file systems of a dump, a console log or - (stdin), or\n"
		 "only PATHs in them. A dump becomes a project directory, INPUT.fw, with\n"
		 "the parts and the trees; a file system alone and -d OUT become OUT\n"
		 "with OUT.fwmeta beside it. Owners, modes, times and device nodes are\n"
		 "kept in the .fwmeta, so no root is needed. No link is ever followed.",
	.examples = "  fwtool extract dump.bin\n"
		    "  fwtool extract putty.log -d outdir\n"
		    "  fwtool extract --undelete dump.bin CONF/etc\n"
		    "  fwtool extract dump.bin -p ROOTFS --tar - | tar tvf -\n",
	.exits = "0 done, 2 trouble, 3 partial. See also: fwtool repack",
	.opts = options,
	.defaults = &defaults,
	.optsize = sizeof(defaults),
	.run = run,
};

/* carve.c - fwtool carve: cut a dump into its partitions */
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include "cmd/cmd.h"
#include "core/mem.h"
#include "core/out.h"
#include "core/text.h"
#include "project/carve.h"

struct opts {
	const char *part, *map, *fixup;
};

#define AT(field) offsetof(struct opts, field)

static const struct option options[] = {
	{ OPT_TEXT, 'p', "part", AT(part), "SEL",
	  "only these: name, #2, @0x1d0000, jffs2, OFF+LEN, a,b", 0 },
	{ OPT_TEXT, 'm', "map", AT(map), "SRC",
	  "mtdparts=..., boot log, printenv log, /proc/mtd (auto)", 0 },
	{ OPT_TEXT, 0, "fixup", AT(fixup), "LIST",
	  "auto, none, or unhex,swap32,... in order (auto)", 0 },
	{ 0 }
};

static int width_of(const struct plan *p, const bool *chosen)
{
	int width = 0;

	for (size_t i = 0; i < p->n; i++) {
		int n = (int)strlen(p->part[i].file);

		if (chosen[i] && n > width)
			width = n;
	}
	return width;
}

static void print_table(const char *dir, const struct plan *p,
			const bool *chosen)
{
	int width = width_of(p, chosen), digits;
	struct buf where = { 0 };

	digits = snprintf(NULL, 0, "%llx", p->in.v.len ? p->in.v.len - 1ull : 0ull);
	put_escaped(&where, view_text(dir));
	for (size_t i = 0; i < p->n; i++) {
		const struct part *part = &p->part[i];

		if (chosen[i])
			printf("%s/parts/%-*s  %s0x%0*llx%s  %10s  %s\n",
			       buf_string(&where), width, part->file,
			       paint(PAINT_OFFSET), digits < 6 ? 6 : digits,
			       (unsigned long long)part->at, paint(PAINT_NONE),
			       size_text(part->size).text, part->types);
	}
	buf_free(&where);
}

static void print_sum(const char *dir, const struct plan *p, const bool *chosen,
		      bool dry)
{
	struct buf where = { 0 };
	uint64_t bytes = 0;
	size_t n = 0;

	put_escaped(&where, view_text(dir));
	for (size_t i = 0; i < p->n; i++) {
		n += chosen[i];
		bytes += chosen[i] ? p->part[i].size : 0;
	}
	printf("%zu part%s, %llu of %llu bytes, %s %s\n", n, n == 1 ? "" : "s",
	       (unsigned long long)bytes, (unsigned long long)p->in.v.len,
	       dry ? "not written (dry run) to" : "in", buf_string(&where));
	buf_free(&where);
}

static void fill_document(struct run *r, const char *dir, const struct plan *p,
			  const bool *chosen)
{
	json_t *parts = json_array(), *part;

	for (size_t i = 0; i < p->n; i++) {
		part = json_of_part(p, &p->part[i]);
		json_object_set_new(part, "written",
				    json_boolean(chosen[i] && !r->common->dry_run));
		json_array_append_new(parts, part);
	}
	json_object_set_new(r->doc, "input", json_of_input(p, NULL));
	json_object_set_new(r->doc, "map", json_of_map(p));
	json_set_bytes(r->doc, "dir", view_text(dir));
	json_object_set_new(r->doc, "parts", parts);
}

static int write_project(const struct run *r, const char *dir,
			 const struct plan *p, const struct plan_opts *o,
			 const bool *chosen, struct err *e)
{
	struct outdir d = { 0 };
	json_t *doc = NULL;
	int done;

	if (outdir_open(&d, dir, r->common->force, MANIFEST_FILE, e) < 0)
		return -1;
	done = carve_parts(p, o, chosen, d.fd, &doc, e);
	if (!done)
		done = manifest_save(doc, d.fd, e);
	json_decref(doc);
	if (done < 0) {
		outdir_abort(&d);
		return -1;
	}
	return outdir_commit(&d, e);
}

static bool all(const struct plan *p, const bool *chosen)
{
	for (size_t i = 0; i < p->n; i++)
		if (!chosen[i])
			return false;
	return true;
}

static int finish(struct run *r, const char *dir, const struct plan *p,
		  const bool *chosen)
{
	bool piped = !r->argc || !strcmp(r->argv[0], "-");
	bool whole = all(p, chosen);

	if (r->common->json) {
		fill_document(r, dir, p, chosen);
	} else if (!r->common->quiet) {
		print_table(dir, p, chosen);
		print_sum(dir, p, chosen, r->common->dry_run);
	}
	if (!whole && !r->common->dry_run)
		say(r, "only the chosen parts are there: fwtool repack %s will need "
		    "%s beside it", dir, piped ? "the dump" : p->in.im.name);
	if (whole && !piped)
		hint(r, "fwtool extract %s", p->in.im.name);
	return cmd_warnings() ? STATUS_PARTIAL : STATUS_OK;
}

static int carve(struct run *r, const struct plan *p, const struct plan_opts *po,
		 const char *dir, struct err *e)
{
	const struct opts *o = r->opts;
	bool *chosen = xcalloc(p->n + 1, sizeof(*chosen));
	int status = -1;

	memset(chosen, true, p->n);
	if (o->part && plan_select(p, o->part, chosen, e) < 0)
		goto out;
	if (!r->common->dry_run && write_project(r, dir, p, po, chosen, e) < 0)
		goto out;
	status = finish(r, dir, p, chosen);
out:
	free(chosen);
	return status;
}

static int run(struct run *r, struct err *e)
{
	const struct opts *o = r->opts;
	struct plan_opts po = { .map = o->map, .input.fixup = o->fixup };
	const char *input = cmd_input(r, e), *dir = r->common->dir;
	struct plan p = { 0 };
	char room[4096];
	int status = -1;

	if (!input)
		return -1;
	if (r->argc > 1)
		return fail(e, ERR_USAGE, "carve takes one INPUT; run it once for each");
	if (!dir)
		dir = cmd_beside(input, ".fw", room);
	if (!plan_make(&p, input, &po, e))
		status = carve(r, &p, &po, dir, e);
	plan_free(&p);
	return status;
}

const struct command command_carve = {
	.name = "carve",
	.group = "take apart, put together",
	.operands = "[OPTIONS] [INPUT]",
	.summary = "cut the dump into its partitions",
	.about = "Cut a dump into its partitions. INPUT is a dump, a console log or "
		"- (stdin).\nParts and a manifest go to INPUT.fw (stdin: dump.fw), "
		"or to -d DIR; the parts\nput together are the input.",
	.examples = "  fwtool carve dump.bin\n"
		"  fwtool carve dump.bin -m boot.log -p ROOTFS,HOME\n"
		"  cat dump.bin | fwtool carve -m boot.log -d outdir\n",
	.exits = "0 done, 2 trouble, 3 partial. See also: fwtool help ranges, fwtool "
		"scan",
	.opts = options,
	.optsize = sizeof(struct opts),
	.run = run,
};

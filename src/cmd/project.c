/* project.c - fwtool repack PROJECT: the table of parts, and the image */
#include "cmd/project.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/mem.h"
#include "core/out.h"
#include "core/text.h"

/* "dir/dump.bin.fw" -> "dir/dump.new.bin", "x.fw" -> "x.new.bin". */
static char *default_name(const char *dir)
{
	char *base = xstrdup(dir), *slash, *dot, *name;
	size_t n = strlen(base);

	while (n > 1 && base[n - 1] == '/')
		base[--n] = 0;
	if (n > 3 && !strcmp(base + n - 3, ".fw"))
		base[n - 3] = 0;
	slash = strrchr(base, '/');
	dot = strrchr(slash ? slash : base, '.');
	if (dot && dot != base && dot[-1] != '/') {
		*dot = 0;
		name = xasprintf("%s.new.%s", base, dot + 1);
	} else {
		name = xasprintf("%s.new.bin", base);
	}
	free(base);
	return name;
}

/* A part that does not fit is over 100 %, never rounded down to it. */
static void used_text(const struct fitted *row, char *room, size_t n)
{
	uint64_t size = row->part->part.size;
	double percent = 100.0 * (double)row->is / (double)size;
	unsigned whole = (unsigned)(percent + 0.5);

	if (row->is > size && whole <= 100)
		whole = 101;
	if (row->part->part.erased && !is_changed(row))
		snprintf(room, n, "-  ");
	else
		snprintf(room, n, "%u %%", whole);
}

static int name_width(const struct assembled *a)
{
	int width = 4;

	for (size_t i = 0; i < a->rows; i++) {
		struct buf b = { 0 };

		put_name(&b, a->row[i].part->part.name);
		width = (int)b.len > width ? (int)b.len : width;
		buf_free(&b);
	}
	return width;
}

static void print_row(FILE *to, const struct fitted *row, int width, int digits)
{
	const struct part *part = &row->part->part;
	struct buf name = { 0 };
	char used[16];

	put_name(&name, part->name);
	used_text(row, used, sizeof(used));
	fprintf(to, "%-*s  %s0x%0*llx%s  %9s  %9s  %9s  %6s  %s%s%s\n", width,
		buf_string(&name), paint(PAINT_OFFSET), digits,
		(unsigned long long)part->at, paint(PAINT_NONE),
		size_text(part->size).text, size_text(row->was).text,
		size_text(row->is).text, used,
		paint(row->too_large ? PAINT_RED : PAINT_NONE), row->state,
		paint(PAINT_NONE));
	buf_free(&name);
}

static void print_table(FILE *to, const struct assembled *a)
{
	int width = name_width(a);
	int digits = snprintf(NULL, 0, "%llx", a->m.size ? a->m.size - 1ull : 0ull);

	digits = digits < 6 ? 6 : digits;
	fprintf(to, "%-*s  %-*s  %-9s  %-9s  %-9s  %-6s  STATE\n", width, "PART",
		digits + 2, "OFFSET", "ROOM", "WAS", "IS", "USED");
	for (size_t i = 0; i < a->rows; i++)
		print_row(to, &a->row[i], width, digits);
}

/* "ROOTFS", "KERNEL and ROOTFS", "3 parts". */
static void put_changed(struct buf *b, const struct assembled *a)
{
	const struct fitted *first = NULL, *second = NULL;
	size_t n = 0;

	for (size_t i = 0; i < a->m.n; i++) {
		const struct fitted *row = &a->row[i];

		if (!is_changed(row))
			continue;
		if (n++ == 0)
			first = row;
		else if (n == 2)
			second = row;
	}
	if (n > 2) {
		put_text(b, "in %zu parts", n);
	} else if (first) {
		put_text(b, n == 1 ? "all in " : "in ");
		put_name(b, first->part->part.name);
		if (second) {
			put_text(b, " and ");
			put_name(b, second->part->part.name);
		}
	}
}

static void print_sum(FILE *to, const char *path, const struct assembled *a,
		      bool as_dumped)
{
	struct buf line = { 0 };

	put_escaped(&line, view_text(!strcmp(path, "-") ? "standard output" : path));
	put_text(&line, ": %zu bytes, %s", a->image.len,
		 a->identical ? "identical to " : "differs from ");
	put_escaped(&line, view_text(a->m.input));
	if (as_dumped && a->m.napplied)
		put_text(&line, " as it was dumped");
	for (unsigned i = 0; !as_dumped && i < a->m.napplied; i++)
		put_text(&line, "%s%s", i ? "," : " after ", a->m.applied[i].name);
	if (!a->identical) {
		put_text(&line, " in %s%llu of %llu blocks, ",
			 a->exact ? "" : "at most ", (unsigned long long)a->differ,
			 (unsigned long long)a->blocks);
		put_changed(&line, a);
	}
	fprintf(to, "%s\n", buf_string(&line));
	buf_free(&line);
}

static json_t *json_of_row(const struct fitted *row)
{
	const struct part *part = &row->part->part;
	json_t *o = json_object();

	json_set_bytes(o, "name", view_text(part->name));
	json_object_set_new(o, "file", json_string(part->file));
	json_object_set_new(o, "offset", json_integer((json_int_t)part->at));
	json_object_set_new(o, "room", json_integer((json_int_t)part->size));
	json_object_set_new(o, "was", json_integer((json_int_t)row->was));
	json_object_set_new(o, "is", json_integer((json_int_t)row->is));
	json_object_set_new(o, "rebuilt", json_boolean(row->rebuilt));
	json_object_set_new(o, "edited", json_boolean(row->edited));
	json_object_set_new(o, "mended", json_boolean(row->mended));
	json_object_set_new(o, "inside", json_boolean(row->inside));
	json_object_set_new(o, "taken", json_boolean(row->taken));
	json_object_set_new(o, "too_large", json_boolean(row->too_large));
	json_object_set_new(o, "lost", json_boolean(row->lost));
	if (row->block)
		json_object_set_new(o, "free_blocks",
				    json_integer((json_int_t)row->free_blocks));
	json_object_set_new(o, "state", json_string(row->state));
	return o;
}

static void fill_document(struct run *r, const char *path,
			  const struct assembled *a, bool done)
{
	json_t *parts = json_array();

	for (size_t i = 0; i < a->rows; i++)
		json_array_append_new(parts, json_of_row(&a->row[i]));
	json_object_set_new(r->doc, "parts", parts);
	if (!done)
		return;
	json_set_bytes(r->doc, "output", view_text(path));
	json_object_set_new(r->doc, "size", json_integer((json_int_t)a->image.len));
	json_object_set_new(r->doc, "sha256", json_string(a->sha256));
	json_object_set_new(r->doc, "identical", json_boolean(a->identical));
	json_object_set_new(r->doc, "block", json_integer((json_int_t)a->block));
	json_object_set_new(r->doc, "blocks", json_integer((json_int_t)a->blocks));
	json_object_set_new(r->doc, "blocks_differ",
			    json_integer((json_int_t)a->differ));
}

/* The table goes to stdout, unless the image does: then it is talk. */
static void show(struct run *r, const char *path, const struct assembled *a,
		 bool done, bool as_dumped)
{
	bool is_result = strcmp(path, "-");
	FILE *to = is_result ? stdout : stderr;

	if (r->common->json) {
		fill_document(r, path, a, done);
		return;
	}
	if (r->common->quiet)
		return;
	progress_end(r);
	if (a->rows)
		print_table(to, a);
	if (done)
		print_sum(to, path, a, as_dumped);
	if (done && r->common->dry_run)
		say(r, "not written (dry run)");
}

/* Refuse before the work rather than after it. */
static int check(const struct run *r, const char *path, struct err *e)
{
	struct out probe;

	if (!strcmp(path, "-") && isatty(STDOUT_FILENO))
		return fail(e, ERR_USAGE, "binary is not written to a terminal; give "
			    "-o FILE");
	if (!strcmp(path, "-") && r->common->json)
		return fail(e, ERR_USAGE, "-o - and --json both want standard "
			    "output; give -o a file");
	if (r->common->dry_run || !strcmp(path, "-"))
		return 0;
	if (out_open(&probe, path, r->common->force, e) < 0)
		return -1;
	out_abort(&probe);
	return 0;
}

static int save(const struct run *r, const char *path, struct view image,
		struct err *e)
{
	return r->common->dry_run ? 0
				  : out_save(path, image, r->common->force, e);
}

int repack_project(struct run *r, const char *dir,
		   const struct assemble_opts *o, struct err *e)
{
	struct assembled a = { 0 };
	char *name = default_name(dir);
	const char *path = cmd_output(r, name);
	int status = -1;

	if (check(r, path, e) < 0)
		goto out;
	if (project_assemble(&a, dir, o, e) < 0) {
		show(r, path, &a, false, o->as_dumped);
		goto out;
	}
	if (save(r, path, buf_view(&a.image), e) < 0)
		goto out;
	show(r, path, &a, true, o->as_dumped);
	status = cmd_warnings() ? STATUS_PARTIAL : STATUS_OK;
out:
	assembled_free(&a);
	free(name);
	return status;
}

/* join.c - fwtool join: partition files to one image */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cmd/cmd.h"
#include "core/image.h"
#include "core/log.h"
#include "core/mem.h"
#include "core/out.h"
#include "core/text.h"
#include "fixup/join.h"
#include "scan/map.h"

enum { MOST_FILES = 4096, FILL = 1 << 16 };

struct join_opts { const char *map; uint64_t size; };

static const struct option options[] = {
	{ OPT_TEXT, 'm', "map", offsetof(struct join_opts, map), "SRC",
	  "check sizes against this map; fill what is missing", 0 },
	{ OPT_UINT, 0, "size", offsetof(struct join_opts, size), "SIZE",
	  "what the parts must have together", 0 },
	{ 0 }
};

struct job {
	struct run *r;
	struct image *im;
	struct join_file *file;
	size_t n;
	struct maps maps;
	uint64_t size, filled;
};

static int open_files(struct job *j, struct err *e)
{
	if (!j->r->argc)
		return fail(e, ERR_USAGE, "join needs files; give mtd0.bin, mtd1.bin and "
			    "so on");
	if (j->r->argc > MOST_FILES)
		return fail(e, ERR_LIMIT, "more than %d files; give those of one flash",
			    MOST_FILES);
	j->im = xcalloc((size_t)j->r->argc, sizeof(*j->im));
	j->file = xcalloc((size_t)j->r->argc, sizeof(*j->file));
	for (; j->n < (size_t)j->r->argc; j->n++) {
		const char *path = j->r->argv[j->n];

		if (image_open(&j->im[j->n], path, e) < 0)
			return -1;
		j->file[j->n] = (struct join_file){ .path = path, .v = j->im[j->n].v };
		if (!j->im[j->n].v.len) {
			fail(e, ERR_FORMAT, "the file is empty; was it copied whole?");
			return err_about(e, path);
		}
	}
	return 0;
}

static int read_map(struct job *j, const char *map, struct err *e)
{
	struct stat st;
	struct image im;
	int r;

	if (stat(map, &st) < 0 && strpbrk(map, "=:(")) {
		r = maps_from_text(&j->maps, view_text(map), 0, "--map", e);
		return r < 0 ? err_about(e, "--map") : 0;
	}
	if (image_open(&im, map, e) < 0)
		return -1;
	r = maps_from_text(&j->maps, im.v, 0, map, e);
	image_close(&im);
	return r < 0 ? err_about(e, map) : 0;
}

/* Without a map each file begins where the one before ends. */
static void place(struct job *j)
{
	for (size_t i = 0; i < j->n; i++) {
		if (j->file[i].left_out)
			continue;
		j->file[i].at = j->size;
		j->size += j->file[i].v.len;
	}
}

static struct join_file *file_of(struct job *j, uint64_t number)
{
	for (size_t i = 0; i < j->n; i++)
		if (j->file[i].number == number && !j->file[i].left_out)
			return &j->file[i];
	return NULL;
}

static int place_part(struct job *j, const struct map_part *p, uint64_t number,
		      struct err *e)
{
	struct join_file *f = file_of(j, number);
	char name[256];

	if (p->at < j->size)
		return fail(e, ERR_FORMAT, "%s at 0x%llx overlaps the one before; give a "
			    "map without overlaps", p->name, (unsigned long long)p->at);
	if (!f) {
		warn_at("join.missing", p->at, "%s is missing; %llu bytes of 0xff are in "
			"the place of %s", join_name(&j->file[0], number, name),
			(unsigned long long)p->size, p->name);
		j->filled += p->size;
	} else if (p->size && f->v.len != p->size) {
		return fail(e, ERR_FORMAT, "%s has %zu bytes, %s in the map %llu; is it "
			    "the map of this flash?", f->path, f->v.len, p->name,
			    (unsigned long long)p->size);
	} else {
		f->at = p->at;
	}
	j->size = p->at + (f ? f->v.len : p->size);
	return 0;
}

/* The map's parts in their order are mtd0, mtd1, ... but for those left out. */
static int place_by_map(struct job *j, struct err *e)
{
	const struct map *m = &j->maps.map[0];
	uint64_t number = j->file[0].number;

	for (size_t i = 0; i < j->n && j->file[i].left_out; i++)
		number = j->file[i].number + 1;
	if (number == 1 && !j->file[0].left_out)
		number = m->n && m->part[0].holds_others ? 1 : 0;
	else if (!j->file[0].left_out)
		number = 0;
	for (size_t i = 0; i < m->n; i++) {
		if (m->part[i].holds_others)
			continue;
		if (place_part(j, &m->part[i], number, e) < 0)
			return -1;
		number++;
	}
	for (size_t i = 0; i < j->n; i++)
		if (!j->file[i].left_out && j->file[i].number >= number)
			return fail(e, ERR_USAGE, "%s has no part in the map; is it the "
				    "map of this flash?", j->file[i].path);
	return 0;
}

static int check(struct job *j, struct err *e)
{
	const struct join_opts *o = j->r->opts;
	char name[256], subject[256];
	const char *star;

	if (join_sort(j->file, j->n, e) < 0)
		return -1;
	join_leave_out(j->file, j->n);
	for (size_t i = 0; i < j->n; i++)
		if (j->file[i].left_out)
			note("join.left-out", "%s %s; left out", j->file[i].path,
			     j->file[i].why);
	if (o->map)
		return place_by_map(j, e);
	if (join_check(j->file, j->n, e) < 0) {
		join_name(&j->file[0], 0, name);
		star = strchr(name, '0');
		snprintf(subject, sizeof(subject), "%.*s*%.100s",
			 (int)(star ? star - name : 0), name,
			 star ? star + strspn(star, "0") : "");
		return err_about(e, subject);
	}
	if (j->n > 1 && j->file[0].number == 1)
		note("join.first", "begins with %s; is there none before it?",
		     j->file[0].path);
	place(j);
	return 0;
}

static int fill_to(struct out *out, uint64_t at, struct err *e)
{
	uint8_t piece[FILL];

	memset(piece, 0xff, sizeof(piece));
	while (out->written < at) {
		uint64_t n = at - out->written;

		if (out_write(out, (struct view){ piece, n < FILL ? n : FILL, 0 }, e) < 0)
			return -1;
	}
	return 0;
}

static int write_all(struct job *j, const char *path, struct err *e)
{
	struct out out = { 0 };
	int r;

	r = out_open(&out, path, j->r->common->force, e);
	for (size_t i = 0; !r && i < j->n; i++) {
		if (j->file[i].left_out)
			continue;
		r = fill_to(&out, j->file[i].at, e);
		if (!r)
			r = out_write(&out, j->file[i].v, e);
	}
	if (!r)
		r = fill_to(&out, j->size, e);
	if (!r)
		r = out_commit(&out, e);
	out_abort(&out);
	return r;
}

static void describe(struct job *j, const char *path)
{
	json_t *parts = json_array();

	for (size_t i = 0; i < j->n; i++) {
		const struct join_file *f = &j->file[i];
		json_t *p = json_pack("{s:I, s:I, s:b}", "offset", (json_int_t)f->at,
				      "size", (json_int_t)f->v.len, "used",
				      !f->left_out);

		json_set_bytes(p, "name", view_text(f->path));
		json_array_append_new(parts, p);
	}
	json_object_set_new(j->r->doc, "parts", parts);
	json_object_set_new(j->r->doc, "output", json_pack(
		"{s:s, s:I, s:I}", "name", path, "size", (json_int_t)j->size,
		"filled", (json_int_t)j->filled));
}

static int finish(struct job *j, struct err *e)
{
	const struct join_opts *o = j->r->opts;
	const char *path = cmd_output(j->r, "flash.bin");
	size_t used = 0;

	for (size_t i = 0; i < j->n; i++)
		used += !j->file[i].left_out;
	if (o->size && j->size != o->size)
		return fail(e, ERR_FORMAT, "the parts have %llu bytes together, --size "
			    "says %llu; one is missing or cut off",
			    (unsigned long long)j->size, (unsigned long long)o->size);
	if (!strcmp(path, "-") && j->r->common->json)
		return fail(e, ERR_USAGE, "-o - and --json both want standard output; "
			    "give -o a file");
	if (!j->r->common->dry_run && write_all(j, path, e) < 0)
		return -1;
	describe(j, path);
	say(j->r, "%s: %llu bytes from %zu file%s%s", strcmp(path, "-") ? path :
	    "standard output", (unsigned long long)j->size, used, used == 1 ? "" : "s",
	    j->r->common->dry_run ? ", not written (dry run)" : "");
	return j->filled ? STATUS_PARTIAL : STATUS_OK;
}

static int run_join(struct run *r, struct err *e)
{
	const struct join_opts *o = r->opts;
	struct job j = { .r = r };
	int status = -1;

	if (open_files(&j, e) < 0)
		goto out;
	if (o->map && read_map(&j, o->map, e) < 0)
		goto out;
	if (check(&j, e) < 0)
		goto out;
	status = finish(&j, e);
out:
	for (size_t i = 0; j.im && i < (size_t)r->argc; i++)
		image_close(&j.im[i]);
	free(j.im);
	free(j.file);
	maps_free(&j.maps);
	return status;
}

const struct command command_join = {
	.name = "join",
	.group = "get a dump",
	.operands = "[OPTIONS] FILE...",
	.summary = "put mtd0.bin, mtd1.bin, ... together in the right order",
	.about =
		"Put the files of partitions together to the image of the whole flash,\n"
		"sorted by their numbers: mtd2 before mtd10. A missing one is an error.\n"
		"A file that holds others (ALL) is left out, which is said.",
	.examples =
		"  fwtool join mtd*.bin -o firmware.bin\n"
		"  fwtool join mtd*.bin -m proc_mtd.txt --size 16M -o firmware.bin",
	.exits = "0 done, 2 trouble, 3 a missing part was filled by the map",
	.opts = options,
	.optsize = sizeof(struct join_opts),
	.run = run_join,
};

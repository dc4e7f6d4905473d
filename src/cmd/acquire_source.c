/* acquire_source.c - all of a source, or ranges and parts of it; saving them */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "acquire/badread.h"
#include "acquire/sidecar.h"
#include "cmd/acquire.h"
#include "core/hash.h"
#include "core/image.h"
#include "core/log.h"
#include "core/out.h"
#include "core/text.h"
#include "scan/map.h"

void acquire_name(const char *name, char *path, size_t n)
{
	time_t now = time(NULL);
	struct tm tm;
	char stamp[32];
	size_t i;

	localtime_r(&now, &tm);
	strftime(stamp, sizeof(stamp), "-%Y%m%d-%H%M%S.bin", &tm);
	for (i = 0; name[i] && i + sizeof(stamp) < n; i++)
		path[i] = isalnum((unsigned char)name[i])
			? (char)tolower((unsigned char)name[i]) : '-';
	snprintf(path + i, n - i, "%s", stamp);
}

/* Beside the file, and not where that goes to a pipe. */
void acquire_sidecar(const char *path, json_t *side, struct view bytes)
{
	char name[4200], sum[SHA256_TEXT];
	struct err e;

	if (strcmp(path, "-")) {
		sha256_text(bytes, sum);
		json_object_set_new(side, "sha256", json_string(sum));
		snprintf(name, sizeof(name), "%s.json", path);
		if (sidecar_save(name, side, &e) < 0)
			warn("acquire.sidecar", "%s: %s", e.subject, e.text);
	}
	json_decref(side);
}

static const char *target(struct run *r, const char *name, char *room, size_t n)
{
	char by_itself[256];

	acquire_name(name, by_itself, sizeof(by_itself));
	snprintf(room, n, "%s", cmd_output(r, by_itself));
	return room;
}

int acquire_save(struct run *r, const char *path, struct view bytes, struct err *e)
{
	char sum[SHA256_TEXT], why[256];
	int result;

	if (bad_read(bytes, why, sizeof(why)))
		say(r, "suspicious  %s", why);
	sha256_text(bytes, sum);
	result = !strcmp(path, "-") ? out_save("-", bytes, false, e)
				    : out_save(path, bytes, r->common->force, e);
	if (result < 0)
		return -1;
	say(r, "saved       %s", path);
	say(r, "sha256      %s", sum);
	json_object_set_new(r->doc, "file", json_string(path));
	json_object_set_new(r->doc, "size", json_integer((json_int_t)bytes.len));
	json_object_set_new(r->doc, "sha256", json_string(sum));
	if (strcmp(path, "-"))
		hint(r, "fwtool carve %s", path);
	return STATUS_OK;
}

int acquire_stream(struct source *s, struct range range, struct err *e)
{
	uint8_t piece[PROOF_SECTOR];

	for (uint64_t done = 0; done < range.size; ) {
		uint64_t left = range.size - done;
		size_t n = left < PROOF_SECTOR ? (size_t)left : PROOF_SECTOR;

		if (s->read(s, range.at + done, piece, n, e) < 0 ||
		    write_view(STDOUT_FILENO, (struct view){ piece, n, 0 }, e) < 0)
			return -1;
		done += n;
	}
	return STATUS_OK;
}

int acquire_map(const char *text, uint64_t size, struct maps *m, struct err *e)
{
	struct image im;
	int r;

	if (strstr(text, "mtdparts=") || strchr(text, '('))
		return maps_from_text(m, view_text(text), size, "--map", e);
	if (image_open(&im, text, e) < 0)
		return -1;
	r = maps_from_text(m, im.v, size, text, e);
	image_close(&im);
	return r < 0 ? err_about(e, text) : 0;
}

/* Of several devices in one log, the one that is as large as the flash. */
static const struct map *map_of(const struct maps *m, uint64_t size)
{
	for (size_t i = 0; i < m->n; i++) {
		const struct map_part *last = &m->map[i].part[m->map[i].n - 1];

		if (m->map[i].n && last->at + last->size == size)
			return &m->map[i];
	}
	return &m->map[0];
}

const struct map_part *acquire_part(const struct maps *maps, uint64_t size,
				    const char *name, size_t n)
{
	const struct map *m = map_of(maps, size);

	for (size_t i = 0; i < m->n; i++)
		if (strlen(m->part[i].name) == n &&
		    !strncasecmp(m->part[i].name, name, n))
			return &m->part[i];
	return NULL;
}

void acquire_part_file(const char *dir, const char *name, char *path, size_t n)
{
	size_t at = (size_t)snprintf(path, n, "%s/", dir ? dir : ".");

	for (; *name && at + 8 < n; name++)
		path[at++] = isalnum((unsigned char)*name) || *name == '_' ||
			     *name == '-' ? *name : '_';
	snprintf(path + at, n - at, ".bin");
}

static int acquire_parts(struct run *r, const struct acquire_opts *o,
			 struct source *s, const struct maps *m, struct err *e)
{
	int worst = STATUS_OK;

	for (const char *p = o->part; *p; ) {
		size_t n = strcspn(p, ",");
		const struct map_part *part = acquire_part(m, s->size, p, n);
		char path[4096];
		int result;

		if (!part)
			return fail(e, ERR_USAGE, "-p %.*s: no such partition in the map; "
				    "see fwtool env --mtdparts", (int)n, p);
		acquire_part_file(r->common->dir, part->name, path, sizeof(path));
		result = acquire_range(r, o, s, (struct range){ part->at, part->size },
				       path, e);
		if (result < 0)
			return -1;
		worst = result > worst ? result : worst;
		p += n + (p[n] == ',');
	}
	return worst;
}

int acquire_source(struct run *r, const struct acquire_opts *o, struct source *s,
		   const char *name, struct err *e)
{
	struct range range = { 0, s->size };
	struct maps maps = { 0 };
	char path[4096];
	int result;

	if (!o->reads || o->reads > 64 || !o->reread || o->reread > 64)
		return fail(e, ERR_USAGE, "--reads and --reread take 1 to 64; give --reads "
			    "2");
	if (!o->part) {
		if (o->range && parse_range(o->range, s->size, &range, e) < 0)
			return within(e, "--range");
		if (o->stream && !strcmp(target(r, name, path, sizeof(path)), "-"))
			return acquire_stream(s, range, e);
		return acquire_range(r, o, s, range,
				     target(r, name, path, sizeof(path)), e);
	}
	if (!o->map)
		return fail(e, ERR_USAGE, "-p needs a map; give -m boot.log or -m "
			    "mtdparts=...");
	result = acquire_map(o->map, s->size, &maps, e);
	if (!result && maps.n)
		result = acquire_parts(r, o, s, &maps, e);
	maps_free(&maps);
	return result;
}

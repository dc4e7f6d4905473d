/* acquire_source.c - prove a range, say how it went, save it */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "acquire/badread.h"
#include "acquire/clock.h"
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

/* One reading of one range, as it is told to people. */
struct reading {
	struct run *r;
	const struct acquire_opts *o;
	int64_t began;
	unsigned pass;
	uint64_t size;
};

static void say_pass(struct reading *g)
{
	char text[80];

	say(g->r, "pass %-6u %llu bytes in %s", g->pass, (unsigned long long)g->size,
	    acquire_pace(now_ms() - g->began, g->size, text));
	g->began = now_ms();
}

static int tick(const char *stage, unsigned pass, uint64_t done, uint64_t total,
		void *arg)
{
	struct reading *g = arg;
	char text[32];

	if (pass)
		snprintf(text, sizeof(text), "pass %u of %llu", pass,
			 (unsigned long long)g->o->reads);
	else
		snprintf(text, sizeof(text), "%s", stage);
	progress(g->r, text, done, total);
	if (pass > g->pass) {
		if (g->pass)
			say_pass(g);
		g->pass = pass;
	}
	return interrupted();
}

static size_t count_of(const struct proven *p, enum sector_state state)
{
	size_t n = 0;

	for (size_t i = 0; i < p->sectors; i++)
		n += p->state[i] == state;
	return n;
}

static void say_outcome(struct reading *g, const struct proven *p)
{
	if (g->pass)
		say_pass(g);
	if (p->differed)
		say(g->r, "reread      %zu of %zu sectors differed: %zu settled by vote, "
		    "%zu not", p->differed, p->sectors, count_of(p, SECTOR_VOTED),
		    p->doubtful);
	else if (g->o->reads > 1)
		say(g->r, "identical   all %llu passes agree",
		    (unsigned long long)g->o->reads);
	if (p->signature)
		say(g->r, "diagnosis   %s", p->signature);
}

/* What a machine wants to know of it: in --json, and in FILE.json. */
static json_t *facts(struct reading *g, const struct proven *p, uint64_t at)
{
	json_t *side = sidecar_new(p, at);
	json_t *chip = json_object_get(g->r->doc, "chip");

	json_object_set_new(side, "reads", json_integer((json_int_t)g->o->reads));
	if (chip)
		json_object_set(side, "chip", chip);
	json_object_set(g->r->doc, "unproven", json_object_get(side, "unproven"));
	return side;
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

static int fail_doubtful(const struct proven *p, uint64_t at, struct err *e)
{
	for (size_t i = 0; i < p->sectors; i++) {
		if (p->state[i] != SECTOR_DOUBTFUL)
			continue;
		fail_at(e, at + (uint64_t)i * PROOF_SECTOR, "%zu of %zu sectors read "
			"differently each time; reseat the clip, use shorter wires or "
			"--speed, then add --resume", p->doubtful, p->sectors);
		break;
	}
	e->kind = ERR_DEVICE;
	return err_about(e, "chip");
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

/* Read one range into one file. */
static int acquire_range(struct run *r, const struct acquire_opts *o,
			 struct source *s, struct range range, const char *path,
			 struct err *e)
{
	struct reading g = { .r = r, .o = o, .began = now_ms(), .size = range.size };
	struct proof_opts how = { .reads = (unsigned)o->reads,
				  .reread = (unsigned)o->reread,
				  .resume = o->resume, .tick = tick, .arg = &g,
				  .of = json_string_value(json_object_get(
					json_object_get(r->doc, "chip"), "id")) };
	struct proven p;
	char part[4096 + 16];
	json_t *side;
	int result;

	if (r->common->dry_run) {
		say(r, "%s: would be 0x%llx bytes from 0x%06llx", path,
		    (unsigned long long)range.size, (unsigned long long)range.at);
		return STATUS_OK;
	}
	snprintf(part, sizeof(part) - 8, "%s.part", path);
	how.journal = strcmp(path, "-") ? part : NULL;
	if (o->resume && !how.journal)
		return fail(e, ERR_USAGE, "--resume needs the name of the file; give -o "
			    "FILE");
	result = source_prove(s, range.at, range.size, &how, &p, e);
	progress_end(r);
	if (result < 0 && how.journal && e->kind == ERR_DEVICE && p.bytes.len) {
		say(r, "kept        %s; add --resume to go on", part);
		acquire_sidecar(part, facts(&g, &p, range.at), buf_view(&p.bytes));
	}
	if (!result)
		say_outcome(&g, &p);
	if (!result && p.doubtful) {
		fail_doubtful(&p, range.at, e);
		if (how.journal) {
			say(r, "kept        %s, %zu of %zu sectors proven", part,
			    p.sectors - p.doubtful, p.sectors);
			acquire_sidecar(part, facts(&g, &p, range.at),
				      buf_view(&p.bytes));
			cmd_error(e);
			result = STATUS_PARTIAL;
		} else {
			result = -1;
		}
	} else if (!result) {
		side = facts(&g, &p, range.at);
		result = acquire_save(r, path, buf_view(&p.bytes), e);
		if (result < 0)
			json_decref(side);
		else
			acquire_sidecar(path, side, buf_view(&p.bytes));
		strcat(part, ".json");
		if (result >= 0 && how.journal && !access(part, F_OK))
			unlink(part);
	}
	proven_free(&p);
	return result;
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

/* maptext.c - partition maps that a person gives: text, logs, listings */
#include "core/json.h"
#include "core/text.h"
#include "scan/mapmake.h"

/* "mtdparts=..." wherever it stands in a line; all lines of a name=value. */
static void hunt_lines(struct maps *m, struct view text, uint64_t size,
		       const char *name)
{
	struct speaker who = { .rank = MAP_GIVEN };
	struct view line;
	char source[96];

	while (next_line(&text, &line) && m->n < MOST_MAPS) {
		who.line++;
		snprintf(source, sizeof(source), "%.60s, line %lu", name, who.line);
		who.source = source;
		maps_hunt(m, &who, line, size);
	}
}

static struct view trimmed(struct view line)
{
	while (line.len && line.p[line.len - 1] <= ' ')
		line = view_sub(line, 0, line.len - 1);
	while (line.len && line.p[0] <= ' ')
		line = view_from(line, 1);
	return line;
}

/* The variables of a printenv, as an environment holds them. */
static void hunt_printenv(struct maps *m, struct view text, uint64_t size,
			  const char *name)
{
	struct speaker who = { .rank = MAP_GIVEN };
	struct buf vars = { 0 };
	char source[96];

	vars_from_log(text, &vars);
	snprintf(source, sizeof(source), "%.60s", name);
	who.source = source;
	maps_vars(m, &who, buf_view(&vars), size);
	buf_free(&vars);
}

static int too_large(const struct maps *m, const struct map *map, uint64_t size,
		     struct err *e)
{
	const char *flash = m->flash ? m->flash : "the dump";
	struct name_text last = name_text(map->last);

	return fail_line(e, map->line, "partition \"%s\" ends at 0x%llx, %s at "
			 "0x%llx; is this the log of another device?", last.text,
			 (unsigned long long)map->end, flash,
			 (unsigned long long)size);
}

/*
 * A map that ends behind the flash is another's, except where only the last
 * partition of an mtdparts list is cut: the kernel allows that.
 */
static bool is_possible(const struct map *map, uint64_t size)
{
	const struct map_part *last = map->n ? &map->part[map->n - 1] : NULL;

	if (!size || map->end <= size)
		return true;
	return last && !strncmp(map->source, "mtdparts", 8) &&
	       !strcmp(last->name, map->last) && last->at < size;
}

static int check(const struct maps *m, size_t first, uint64_t size,
		 struct err *e)
{
	for (size_t i = first; i < m->n; i++)
		if (is_possible(&m->map[i], size))
			return 0;
	if (m->n > first)
		return too_large(m, &m->map[first], size, e);
	return fail(e, ERR_FORMAT, "no partition map in it; give mtdparts=..., a boot "
		    "log, /proc/mtd or a flashrom layout");
}

static void search_text(struct maps *m, struct view text, uint64_t size,
			const char *name)
{
	maps_tables(m, text, size, name);
	hunt_lines(m, text, size, name);
	hunt_printenv(m, text, size, name);
	maps_ubootlist(m, text, size, name);
	maps_procmtd(m, text, size, name);
	maps_layout(m, text, size, name);
}

int maps_from_text(struct maps *m, struct view text, uint64_t size,
		   const char *name, struct err *e)
{
	struct speaker who = { .rank = MAP_GIVEN, .source = name };
	struct view start = trimmed(text);
	size_t first = m->n;
	int r = 0;

	if (view_is(start, 0, "mtdparts=", 9))
		r = maps_mtdparts(m, &who, view_from(start, 9), size, e);
	else if (view_is(start, 0, "{", 1))
		r = maps_json(m, start, size, name, e);
	else
		search_text(m, text, size, name);
	if (r >= 0)
		r = check(m, first, size, e);
	return r < 0 ? err_about(e, name) : 0;
}

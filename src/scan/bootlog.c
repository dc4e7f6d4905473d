/* bootlog.c - the tables of partitions that kernels print */
#include "core/text.h"
#include "scan/loglines.h"
#include "scan/mapmake.h"

/*
 *	Creating 6 MTD partitions on "NOR_FLASH":
 *	0x000000000000-0x000000050000 : "BOOT"
 *
 * with anything before it on the line (time stamps, levels) and any other
 * lines between. The end is not included. Where the device is itself one of
 * the partitions ("firmware"), the offsets count from its start. After
 *
 *	1 squashfs-split partitions found on MTD device rootfs
 *
 * they count from there, from what holds it, or from the start of the flash,
 * as the kernel's version has it; a split partition ends where the whole does.
 */
enum { MOST_TABLES = 64 };

struct table {
	struct maps *m;
	uint64_t size;
	const char *name;		/* of the log */
	unsigned long line;
	struct map *map;		/* the open one */
	uint64_t base, left;		/* what is added; lines to come */
	uint64_t end;			/* the largest, on map->line */
	unsigned tables;		/* seen so far */
	bool split;
	struct map_part whole;		/* what is split */
};

static void close_table(struct table *t)
{
	if (t->map) {
		map_done(t->m, t->map, t->size);
		t->tables++;
	}
	t->map = NULL;
	t->split = false;
}

static void open_table(struct table *t, struct view device)
{
	close_table(t);
	t->base = t->end = 0;
	t->left = MOST_MAP_PARTS;
	t->map = map_new(t->m, MAP_GIVEN, 0);
	if (!t->map)
		return;
	map_device(t->map, device);
	map_source(t->map, "%s, line %lu", t->name, t->line);
}

/* Whether the device is a partition of the last map, which then goes on. */
static bool reopen_table(struct table *t, struct view device)
{
	struct map *last;

	close_table(t);
	if (!t->m->n)
		return false;
	last = &t->m->map[t->m->n - 1];
	for (size_t i = 0; i < last->n; i++) {
		struct map_part *p = &last->part[i];

		if (!view_equal(view_text(p->name), device))
			continue;
		t->map = last;
		t->whole = *p;
		return true;
	}
	return false;
}

static bool get_head(struct view line, uint64_t *n, struct view *device)
{
	struct lex x = { line };

	return lex_find(&x, "Creating ") && lex_decimal(&x, n) &&
	       lex_is(&x, " MTD partitions on ") && lex_quoted(&x, device);
}

struct row { uint64_t at, end; struct view name; };

static bool get_row(struct view line, struct row *r)
{
	struct lex x = { line };

	while (lex_find(&x, "0x")) {
		struct lex y = x;

		if (lex_hex(&y, &r->at) && lex_is(&y, "-0x") && lex_hex(&y, &r->end) &&
		    lex_is(&y, " : ") && lex_quoted(&y, &r->name) && r->end >= r->at)
			return true;
	}
	return false;
}

static bool get_split(struct view line, struct view *device)
{
	struct lex x = { line };

	return lex_find(&x, "-split partitions found on MTD device ") &&
	       lex_word(&x, device);
}

/* From where the rows of a split partition count. */
static uint64_t split_base(const struct table *t, const struct row *r)
{
	const uint64_t base[] = { t->whole.at, t->base, 0 };
	uint64_t end = t->whole.at + t->whole.size;

	for (unsigned i = 0; i < 3; i++)
		if (base[i] + r->end == end && base[i] + r->at >= t->whole.at)
			return base[i];
	return r->end <= t->whole.size ? t->whole.at : 0;
}

static void add_row(struct table *t, const struct row *r)
{
	uint64_t base;

	if (!t->map)
		open_table(t, view_text(""));
	if (!t->map || r->end > INT64_MAX / 2)
		return;
	base = t->split ? split_base(t, r) : t->base;
	if (base + r->end > t->end) {
		t->end = base + r->end;
		t->map->line = t->line;
	}
	map_part(t->map, r->name, base + r->at, r->end - r->at);
	if (!--t->left)
		close_table(t);
}

void maps_tables(struct maps *m, struct view text, uint64_t size,
		 const char *name)
{
	struct table t = { .m = m, .size = size, .name = name };
	struct view line, device;
	struct row row;
	uint64_t n;

	while (t.tables < MOST_TABLES && next_line(&text, &line)) {
		t.line++;
		if (get_head(line, &n, &device)) {
			if (reopen_table(&t, device))
				t.base = t.whole.at;
			else
				open_table(&t, device);
			t.left = n && n < MOST_MAP_PARTS ? n : MOST_MAP_PARTS;
		} else if (get_split(line, &device)) {
			t.split = reopen_table(&t, device);
			t.left = 1;
		} else if (get_row(line, &row)) {
			add_row(&t, &row);
		}
	}
	close_table(&t);
}

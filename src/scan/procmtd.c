/* procmtd.c - listings of partitions: /proc/mtd and flashrom's layout files */
#include "core/text.h"
#include "scan/loglines.h"
#include "scan/mapmake.h"

/*
 *	mtd0: 00050000 00010000 "BOOT"
 *
 * There are sizes only. Offsets are those sizes added up, in one of three
 * ways: the first that gives exactly the size of the flash is taken.
 */
enum { MOST_LISTINGS = 16 };

struct listing {
	struct { uint64_t size; struct view name; } row[MOST_MAP_PARTS];
	size_t n;
	unsigned long line;	/* of the first */
	unsigned tried;
};

enum way { WAY_FLAT, WAY_NESTED };

/* How many rows behind i are together as large as row i ("firmware"). */
static size_t children(const struct listing *l, size_t i)
{
	uint64_t sum = 0;

	for (size_t k = i + 1; k < l->n && sum < l->row[i].size; k++) {
		sum += l->row[k].size;
		if (sum == l->row[i].size && k > i + 1)
			return k - i;
	}
	return 0;
}

static bool is_tail(const struct listing *l, size_t i)
{
	return i && view_equal(l->row[i].name, view_text("rootfs_data")) &&
	       l->row[i].size <= l->row[i - 1].size;
}

/* Place rows from `first` on until the flash is full; returns the end. */
static uint64_t place_rows(const struct listing *l, size_t first, enum way way,
			   uint64_t size, struct map *map)
{
	uint64_t at = 0;

	for (size_t i = first; i < l->n; i++) {
		uint64_t n = l->row[i].size, where = at;

		if (size && n == size && l->n > 1 && (!i || i + 1 == l->n))
			where = 0;	/* "ALL" */
		else if (size && at == size)
			break;
		else if (way == WAY_NESTED && is_tail(l, i))
			where = at - n;
		else if (way != WAY_NESTED || !children(l, i))
			at += n;
		if (at > INT64_MAX)
			return at;
		if (map)
			map_part(map, l->row[i].name, where, n);
	}
	return at;
}

/*
 * Where and how to begin: the first that fills the flash, or the front. A
 * second device begins behind whole megabytes, and has more than one row.
 */
static enum way best_way(const struct listing *l, uint64_t size, size_t *first)
{
	uint64_t before = 0;

	for (*first = 0; size && *first < l->n; before += l->row[(*first)++].size) {
		if (*first && (before % (1 << 20) || l->row[*first].size == size))
			continue;
		for (enum way w = WAY_FLAT; w <= WAY_NESTED; w++)
			if (place_rows(l, *first, w, size, NULL) == size)
				return w;
	}
	*first = 0;
	if (size && place_rows(l, 0, WAY_FLAT, size, NULL) > size)
		return WAY_NESTED;
	return WAY_FLAT;
}

static void end_listing(struct listing *l, struct maps *m, uint64_t size,
			const char *name)
{
	bool wanted = l->n && l->tried++ < MOST_LISTINGS;
	struct map *map = wanted ? map_new(m, MAP_GIVEN, 0) : NULL;
	size_t first;
	enum way way;

	if (map) {
		way = best_way(l, size, &first);
		place_rows(l, first, way, size, map);
		map->line = l->line + l->n - 1;
		map_source(map, "%s, line %lu, sizes of /proc/mtd added up", name,
			   l->line);
		map_done(m, map, size);
	}
	l->n = 0;
}

static bool get_row(struct view line, uint64_t *index, uint64_t *size,
		    struct view *name)
{
	struct lex x = { line };
	uint64_t erase;

	return lex_find(&x, "mtd") && lex_decimal(&x, index) && lex_is(&x, ": ") &&
	       lex_hex(&x, size) && lex_is(&x, " ") && lex_hex(&x, &erase) &&
	       lex_is(&x, " ") && lex_quoted(&x, name);
}

void maps_procmtd(struct maps *m, struct view text, uint64_t size,
		  const char *name)
{
	struct listing l = { .n = 0 };
	unsigned long number = 0;
	uint64_t index, bytes;
	struct view line, part;

	while (next_line(&text, &line)) {
		number++;
		if (!get_row(line, &index, &bytes, &part))
			continue;
		if (!index || l.n == MOST_MAP_PARTS)
			end_listing(&l, m, size, name);
		if (!l.n)
			l.line = number;
		l.row[l.n].size = bytes;
		l.row[l.n++].name = part;
	}
	end_listing(&l, m, size, name);
}

/* 00000000:0003ffff name, where the end is included; # begins a remark. */
static bool get_layout(struct view line, uint64_t *at, uint64_t *last,
		       struct view *name)
{
	struct lex x = { line };

	lex_blank(&x);
	(void)lex_is(&x, "0x");
	if (!lex_hex(&x, at) || !lex_is(&x, ":"))
		return false;
	(void)lex_is(&x, "0x");
	return lex_hex(&x, last) && lex_blank(&x) && lex_word(&x, name) &&
	       lex_end(&x) && *last >= *at;
}

void maps_layout(struct maps *m, struct view text, uint64_t size,
		 const char *name)
{
	struct map *map = NULL;
	unsigned long number = 0;
	uint64_t at, last;
	struct view line, part;

	while (next_line(&text, &line)) {
		number++;
		if (!get_layout(line, &at, &last, &part))
			continue;
		if (!map && !(map = map_new(m, MAP_GIVEN, 0)))
			return;
		if (!map->n)
			map_source(map, "%s, line %lu", name, number);
		map->line = number;
		map_part(map, part, at, last - at + 1);
	}
	if (map)
		map_done(m, map, size);
}

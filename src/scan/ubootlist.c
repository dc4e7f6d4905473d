/* ubootlist.c - what U-Boot's mtdparts command prints */
#include "core/text.h"
#include "scan/loglines.h"
#include "scan/mapmake.h"

/*
 *	device nor0 <spi0.0>, # parts = 2
 *	 #: name                size            offset          mask_flags
 *	 0: BOOT                0x00050000      0x00000000      0
 *
 * with a net size, and perhaps "(!)", between size and offset where bad
 * blocks are counted.
 */
struct row { uint64_t index, at, size; struct view name; };

static bool get_hex(struct lex *x, uint64_t *n)
{
	return lex_blank(x) && lex_is(x, "0x") && lex_hex(x, n);
}

static bool get_row(struct view line, struct row *r)
{
	struct lex x = { line }, y;
	uint64_t third, flags;

	lex_blank(&x);
	if (!lex_decimal(&x, &r->index) || !lex_is(&x, ": ") ||
	    (lex_blank(&x), !lex_word(&x, &r->name)) || !get_hex(&x, &r->size) ||
	    !get_hex(&x, &r->at))
		return false;
	y = x;
	if (!lex_blank(&y) || !lex_is(&y, "(!)"))
		y = x;
	if (get_hex(&y, &third)) {
		r->at = third;
		x = y;
	}
	return lex_blank(&x) && lex_decimal(&x, &flags);
}

static bool get_device(struct view line, struct view *id)
{
	struct lex x = { line }, y = x;
	const uint8_t *end;

	if (!lex_find(&y, ", # parts = ") || !lex_find(&x, "device ") ||
	    !lex_find(&x, " <"))
		return false;
	end = x.v.len ? memchr(x.v.p, '>', x.v.len) : NULL;
	*id = view_sub(x.v, 0, end ? (uint64_t)(end - x.v.p) : 0);
	return end != NULL;
}

void maps_ubootlist(struct maps *m, struct view text, uint64_t size,
		    const char *name)
{
	struct map *map = NULL;
	unsigned long number = 0;
	struct view line, id;
	struct row r;

	while (next_line(&text, &line)) {
		number++;
		if (get_device(line, &id)) {
			if (map)
				map_done(m, map, size);
			map = map_new(m, MAP_GIVEN, 0);
			if (!map)
				return;
			map_device(map, id);
			map_source(map, "%s, line %lu", name, number);
		} else if (map && get_row(line, &r)) {
			map->line = number;
			map_part(map, r.name, r.at, r.size);
		}
	}
	if (map)
		map_done(m, map, size);
}

/* fuzz_mtdparts.c - a kernel's partition list, and what is cut by it */
#include <assert.h>

#include "scan/mapmake.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The parts to be cut rise, do not overlap and lie in the flash. */
static void check(const struct map *map, uint64_t flash)
{
	uint64_t end = 0;

	for (size_t i = 0; i < map->n; i++) {
		const struct map_part *p = &map->part[i];

		assert(memchr(p->name, 0, sizeof(p->name)));
		assert(p->at < flash && p->size && p->size <= flash - p->at);
		if (p->holds_others)
			continue;
		assert(p->at >= end);
		end = p->at + p->size;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct speaker who = { .rank = MAP_GIVEN, .source = "fuzz" };
	struct scan s = { .size = 0x800000 };
	struct maps m = { 0 };
	struct err e;

	maps_mtdparts(&m, &who, (struct view){ data, size, 0 }, s.size, &e);
	maps_hunt(&m, &who, (struct view){ data, size, 0 }, s.size);
	maps_vars(&m, &who, (struct view){ data, size, 0 }, s.size);
	for (size_t i = 0; i < m.n; i++)
		check(&m.map[i], s.size);
	maps_choose(&m, &s, s.size);
	maps_free(&m);
	return 0;
}

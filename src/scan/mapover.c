/* mapover.c - which partitions of a map lie over others */
#include "scan/mapmake.h"

/*
 * Maps name the same bytes more than once: "ALL" over the whole flash,
 * "firmware" over kernel and rootfs, "rootfs_data" in the tail of rootfs, an
 * alias of 4 KiB in the boot loader. Those that are left after holds_others
 * is set do not overlap, so they can be cut. A partition is over the smaller
 * ones when these tile it: they begin with it and fill at least half; else
 * the smaller ones are over it.
 */
struct over { uint64_t sum, first; bool crosses; unsigned n; };

static uint64_t part_end(const struct map_part *p) { return p->at + p->size; }

static bool touches(const struct map_part *a, const struct map_part *b)
{
	return a->at < part_end(b) && b->at < part_end(a);
}

static bool inside(const struct map_part *a, const struct map_part *b)
{
	return a->at >= b->at && part_end(a) <= part_end(b);
}

/* What of the parts that are to be cut so far lies in p. */
static struct over look(const struct map *map, const bool *cut,
			const struct map_part *p)
{
	struct over o = { .first = part_end(p) };

	for (size_t i = 0; i < map->n; i++) {
		const struct map_part *q = &map->part[i];

		if (!cut[i] || q == p || !touches(p, q))
			continue;
		o.n++;
		o.sum += q->size;
		o.crosses |= !inside(q, p);
		if (q->at < o.first)
			o.first = q->at;
	}
	return o;
}

static void place(struct map *map, bool *cut, size_t i)
{
	struct map_part *p = &map->part[i];
	struct over o = look(map, cut, p);
	bool tiled = o.sum >= p->size / 2 && o.first - p->at <= p->size / 16;

	p->holds_others = o.n && (o.crosses || tiled);
	cut[i] = !p->holds_others;
	for (size_t k = 0; cut[i] && k < map->n; k++) {
		if (k == i || !cut[k] || !touches(p, &map->part[k]))
			continue;
		cut[k] = false;
		map->part[k].holds_others = true;
	}
}

/* The smallest first; of equals the one that stands first. */
void map_mark_over(struct map *map)
{
	bool cut[MOST_MAP_PARTS] = { false }, seen[MOST_MAP_PARTS] = { false };

	for (size_t n = 0; n < map->n; n++) {
		size_t least = map->n;

		for (size_t i = 0; i < map->n; i++)
			if (!seen[i] && (least == map->n ||
					 map->part[i].size < map->part[least].size))
				least = i;
		seen[least] = true;
		if (map->part[least].size)
			place(map, cut, least);
	}
}

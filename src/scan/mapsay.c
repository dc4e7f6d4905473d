/* mapsay.c - what to tell people of the choice between maps */
#include "core/log.h"
#include "scan/mapmake.h"

/* The next partition that is to be cut. */
static const struct map_part *next_cut(const struct map *map, size_t *i)
{
	while (*i < map->n && map->part[*i].holds_others)
		++*i;
	return *i < map->n ? &map->part[(*i)++] : NULL;
}

/* Of a, the first that b has elsewhere, with what b has instead. */
static const struct map_part *first_difference(const struct map *a,
					       const struct map *b,
					       const struct map_part **other)
{
	size_t i = 0, k = 0;
	const struct map_part *p;

	while ((p = next_cut(a, &i))) {
		*other = next_cut(b, &k);
		if (!*other || (*other)->at != p->at || (*other)->size != p->size)
			return p;
	}
	return NULL;
}

/* As good as the best, and yet other borders: somebody must decide. */
static void say_rival(const struct map *best, const struct map *m)
{
	const struct map_part *q = NULL, *p = first_difference(best, m, &q);

	if (!p)
		return;
	note("map.disagree", "\"%s\" is 0x%llx+0x%llx in %s, but 0x%llx+0x%llx in %s; "
	     "%s", name_text(p->name).text, (unsigned long long)p->at,
	     (unsigned long long)p->size, best->source,
	     (unsigned long long)(q ? q->at : 0),
	     (unsigned long long)(q ? q->size : 0), m->source,
	     best->rank == MAP_GIVEN ? "the one given is used" : "choose with -m");
}

static bool is_rival(const struct map *best, const struct map *m)
{
	if (best->rank == MAP_GIVEN && m->rank > MAP_DEVICETREE)
		return false;
	return m->n && m->end <= best->end && !m->cuts && !m->inside &&
	       m->begins && m->begins >= best->begins;
}

/* Only a part of a flash was dumped, it seems. */
static void say_short(const struct maps *m)
{
	for (size_t i = 0; i < m->n; i++) {
		if (m->map[i].rank > MAP_TABLE || m->map[i].score < 1)
			continue;
		note("map.short", "%s: %s; is the dump cut off?", m->map[i].source,
		     m->map[i].verdict);
		return;
	}
}

void maps_say(const struct maps *m)
{
	const struct map *best = m->best < 0 ? NULL : &m->map[m->best];

	if (best && best->cuts)
		note("map.cuts", "%s: %s", best->source, best->verdict);
	for (size_t i = 0; i < m->n; i++) {
		const struct map *other = &m->map[i];

		if (other == best)
			continue;
		trace("map.other", "not used: %s; %s", other->source, other->verdict);
		if (best && is_rival(best, other))
			say_rival(best, other);
	}
	if (!best)
		say_short(m);
}

/* mapslots.c - partition maps in the tables of boot stages */
#include "scan/mapmake.h"

static void add_table(struct maps *m, struct view image, const struct region *r)
{
	struct table_part slot[MOST_TABLE];
	int n = r->format->table(image, r->at, slot, MOST_TABLE);
	enum map_rank rank = r->broken ? MAP_ENV_DEFAULT : MAP_TABLE;
	struct map *map = n > !r->format->leads ? map_new(m, rank, r->at) : NULL;

	if (!map)
		return;
	map->leads = r->format->leads;
	map_source(map, "%s at 0x%06llx", r->format->title,
		   (unsigned long long)(image.at + r->at));
	for (int i = 0; i < n; i++)
		map_part(map, view_text(slot[i].name), slot[i].at, slot[i].size);
	map_done(m, map, image.len);
}

void maps_slots(struct maps *m, struct view image, const struct scan *s)
{
	for (size_t i = 0; i < s->nfound; i++)
		if (s->found[i].r.format->table && !s->found[i].depth &&
		    s->found[i].r.proof >= PROOF_PLAUSIBLE)
			add_table(m, image, &s->found[i].r);
}

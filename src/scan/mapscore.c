/* mapscore.c - which partition map to believe */
#include <stdio.h>

#include "scan/mapmake.h"

/*
 * A flash often holds several maps, most of them of another size or board
 * (compiled-in defaults, stale copies). What is proven in the image decides:
 * objects begin where partitions begin, and none crosses a border.
 */
enum { FULL = 3, BEGINS = 4, INSIDE = -1, CUT = -8 };

struct fit {
	int score;
	unsigned begins, inside, cuts;
	const struct found *cut;	/* the first object that crosses */
	const struct map_part *border;	/* ... the end of this one */
};

/* The partition to be cut that holds `at`. */
static const struct map_part *part_at(const struct map *map, uint64_t at)
{
	for (size_t i = 0; i < map->n && map->part[i].at <= at; i++)
		if (!map->part[i].holds_others &&
		    at - map->part[i].at < map->part[i].size)
			return &map->part[i];
	return NULL;
}

static bool begins_a_part(const struct map *map, uint64_t at)
{
	for (size_t i = 0; i < map->n && map->part[i].at <= at; i++)
		if (map->part[i].at == at)
			return true;
	return false;
}

/*
 * Kernels and file systems lie at the front of a partition, others may lie
 * anywhere in one.
 */
static bool wants_a_part(const struct region *r)
{
	static const char *const names[] = {
		"uimage", "fit", "trx", "squashfs", "cramfs", "romfs", "jffs2",
		"ubi", "ubifs", "yaffs2",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (!strcmp(r->format->name, names[i]))
			return r->proof == PROOF_PROVEN || r->format->fs;
	return r->format->fs;
}

static void fit_one(struct fit *fit, const struct map *map,
		    const struct found *f)
{
	const struct map_part *p = part_at(map, f->r.at);
	bool sure = f->r.proof == PROOF_PROVEN;

	if (!p)
		return;
	if (!f->r.at) {
		/* Every map begins there. */
	} else if (begins_a_part(map, f->r.at)) {
		fit->score += sure ? BEGINS : 1;
		fit->begins++;
	} else if (wants_a_part(&f->r)) {
		fit->score += INSIDE;
		fit->inside++;
	}
	if (f->r.size > p->size - (f->r.at - p->at) && !f->r.format->borderless) {
		fit->score += sure ? CUT : -1;
		if (sure && !fit->cuts++) {
			fit->cut = f;
			fit->border = p;
		}
	}
}

static struct fit fit_map(const struct map *map, const struct scan *s,
			  uint64_t size)
{
	struct fit fit = { .score = map->end == size ? FULL : 0 };

	for (size_t i = 0; i < s->nfound; i++)
		if (!s->found[i].depth && s->found[i].r.proof >= PROOF_PLAUSIBLE)
			fit_one(&fit, map, &s->found[i]);
	return fit;
}

static void judge(struct map *map, const struct fit *fit, uint64_t size)
{
	struct name_text last = name_text(map->last);

	map->score = fit->score;
	map->begins = fit->begins;
	map->inside = fit->inside;
	map->cuts = fit->cuts;
	if (map->end > size)
		snprintf(map->verdict, sizeof(map->verdict), "\"%.20s\" ends at "
			 "0x%llx, the dump at 0x%llx", last.text,
			 (unsigned long long)map->end, (unsigned long long)size);
	else if (fit->cuts)
		snprintf(map->verdict, sizeof(map->verdict), "the end of \"%.20s\" "
			 "cuts the %s at 0x%06llx in two", name_text(fit->border->name).text,
			 fit->cut->r.format->name,
			 (unsigned long long)fit->cut->r.at);
	else if (fit->begins && fit->inside)
		snprintf(map->verdict, sizeof(map->verdict), "agrees with %u of %u "
			 "structures", fit->begins, fit->begins + fit->inside);
	else
		snprintf(map->verdict, sizeof(map->verdict), "%s", fit->begins
			 ? "agrees with the structures"
			 : "no structure begins where a partition does");
}

/*
 * Given by a person: anything that is possible. From a source with a
 * checksum: what does not contradict. Else: what something speaks for.
 */
static bool is_acceptable(const struct map *map, const struct fit *fit)
{
	if (!map->n)
		return false;
	if (map->rank == MAP_GIVEN)
		return true;
	if (map->rank <= MAP_TABLE)
		return map->score >= 0;
	return fit->begins > fit->inside && map->score > 0;
}

/* A map that is larger than the flash is the last resort, if it was given. */
static bool is_better(const struct map *a, const struct map *b, uint64_t size)
{
	bool given = a->rank == MAP_GIVEN, fits = a->end <= size;

	if (given != (b->rank == MAP_GIVEN))
		return given;
	if (fits != (b->end <= size))
		return fits;
	if (a->score != b->score)
		return a->score > b->score;
	return a->rank < b->rank;
}

void maps_choose(struct maps *m, const struct scan *s, uint64_t size)
{
	m->best = -1;
	for (size_t i = 0; i < m->n; i++) {
		struct map *map = &m->map[i];
		struct fit fit = fit_map(map, s, size);

		judge(map, &fit, size);
		if (map->end > size && map->rank != MAP_GIVEN && !map->leads)
			continue;
		if (is_acceptable(map, &fit) &&
		    (m->best < 0 || is_better(map, &m->map[m->best], size)))
			m->best = (long)i;
	}
}

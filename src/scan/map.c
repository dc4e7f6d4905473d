/* map.c - partition maps being made */
#include "scan/map.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/mem.h"
#include "core/text.h"
#include "scan/mapmake.h"

struct map *map_new(struct maps *m, enum map_rank rank, uint64_t from)
{
	struct map *map;

	if (m->n == MOST_MAPS)
		return NULL;
	m->map = xgrow(m->map, &m->cap, m->n + 1, sizeof(*m->map));
	map = &m->map[m->n++];
	*map = (struct map){ .rank = rank, .from = from };
	return map;
}

static void copy_name(char *out, size_t room, struct view name)
{
	const uint8_t *nul = name.len ? memchr(name.p, 0, name.len) : NULL;
	size_t n = nul ? (size_t)(nul - name.p) : name.len;

	if (n >= room)
		n = room - 1;
	if (n)
		memcpy(out, name.p, n);
	out[n] = 0;
}

void map_part(struct map *map, struct view name, uint64_t at, uint64_t size)
{
	struct map_part *p;

	if (map->n == MOST_MAP_PARTS || at > INT64_MAX || size > INT64_MAX)
		return;
	map->part = xgrow(map->part, &map->cap, map->n + 1, sizeof(*map->part));
	p = &map->part[map->n++];
	*p = (struct map_part){ .at = at, .size = size };
	copy_name(p->name, sizeof(p->name), name);
}

void map_source(struct map *map, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(map->source, sizeof(map->source), fmt, ap);
	va_end(ap);
}

void map_device(struct map *map, struct view device)
{
	copy_name(map->device, sizeof(map->device), device);
}

struct name_text name_text(const char *name)
{
	struct name_text t;
	struct buf b = { 0 };

	put_escaped(&b, view_text(name));
	snprintf(t.text, sizeof(t.text), "%s", buf_string(&b));
	buf_free(&b);
	return t;
}

static int by_place(const void *a, const void *b)
{
	const struct map_part *x = a, *y = b;

	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	return x->size > y->size ? -1 : x->size < y->size;
}

/* qsort() is not stable; those of one place stay in the order they came. */
static void sort_parts(struct map *map)
{
	for (size_t i = 1; i < map->n; i++) {
		struct map_part p = map->part[i];
		size_t j = i;

		for (; j && by_place(&map->part[j - 1], &p) > 0; j--)
			map->part[j] = map->part[j - 1];
		map->part[j] = p;
	}
}

static bool same_parts(const struct map *a, const struct map *b)
{
	if (a->n != b->n || a->end != b->end)
		return false;
	for (size_t i = 0; i < a->n; i++)
		if (by_place(&a->part[i], &b->part[i]) ||
		    strcmp(a->part[i].name, b->part[i].name))
			return false;
	return true;
}

void map_drop(struct maps *m)
{
	free(m->map[--m->n].part);
}

/* As the kernel does: what lies behind the flash is cut, or left out. */
static void cut_parts(struct map *map, uint64_t size)
{
	size_t n = 0;

	for (size_t i = 0; i < map->n; i++) {
		struct map_part *p = &map->part[i];
		uint64_t end = p->at + p->size;

		if (end > map->end) {
			map->end = end;
			memcpy(map->last, p->name, sizeof(map->last));
		}
		if (size && (p->at >= size || !p->size))
			continue;
		if (size && end > size)
			p->size = size - p->at;
		map->part[n++] = *p;
	}
	map->n = n;
}

void map_done(struct maps *m, struct map *map, uint64_t size)
{
	cut_parts(map, size);
	sort_parts(map);
	map_mark_over(map);
	for (struct map *other = m->map; other < map; other++) {
		if (same_parts(other, map)) {
			map_drop(m);
			return;
		}
	}
	if (!map->n && map->end <= size)
		map_drop(m);
}

void maps_free(struct maps *m)
{
	for (size_t i = 0; i < m->n; i++)
		free(m->map[i].part);
	free(m->map);
	*m = (struct maps){ 0 };
}

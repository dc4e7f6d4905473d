/* mapjson.c - partition maps in documents of ours: manifests, scan --json */
#include "core/json.h"
#include "scan/mapmake.h"

static int add_part(struct map *map, const json_t *part, struct err *e)
{
	struct buf name = { 0 };
	uint64_t at, size;

	if (json_is_true(json_object_get(part, "gap")))
		return 0;
	if (json_get_u64(part, "offset", &at, e) < 0 ||
	    json_get_u64(part, "size", &size, e) < 0)
		return -1;
	json_get_bytes(part, "name", &name);
	map_part(map, buf_view(&name), at, size);
	buf_free(&name);
	return 0;
}

/* The map that was believed, if there is one; else how it was cut. */
static const json_t *find_parts(const json_t *doc)
{
	const json_t *map = json_object_get(doc, "map");
	const json_t *parts = json_object_get(map, "parts");

	return json_array_size(parts) ? parts : json_object_get(doc, "parts");
}

int maps_json(struct maps *m, struct view text, uint64_t size, const char *name,
	      struct err *e)
{
	const json_t *parts;
	struct map *map;
	json_t *doc;
	int r = 0;

	if (json_parse(&doc, text, e) < 0)
		return -1;
	parts = find_parts(doc);
	map = map_new(m, MAP_GIVEN, 0);
	for (size_t i = 0; !r && map && i < json_array_size(parts); i++)
		r = add_part(map, json_array_get(parts, i), e);
	if (map) {
		map_source(map, "%s", name);
		map_done(m, map, size);
	}
	json_decref(doc);
	return r;
}

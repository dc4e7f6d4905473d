/* manifestin.c - fwtool.json read back: nothing in it is believed unchecked */
#include <stdlib.h>
#include <sys/stat.h>

#include "core/image.h"
#include "core/mem.h"
#include "project/manifestget.h"

enum { MOST_TEXT = 256 << 20 };

static int take_map(struct manifest *m, const json_t *doc, struct view text,
		    struct err *e)
{
	const json_t *map = json_object_get(doc, "map"), *parts;
	struct map *to = &m->map;

	if (!map || json_is_null(map))
		return 0;
	parts = json_object_get(map, "parts");
	if (take_bytes(map, "source", m->source, sizeof(m->source), e) < 0)
		return on_line(e, text, "map", 0);
	*to = (struct map){ .rank = MAP_PROJECT };
	memcpy(to->source, m->source, sizeof(to->source));
	for (size_t i = 0; i < json_array_size(parts); i++) {
		const json_t *o = json_array_get(parts, i);
		struct map_part *mp;

		to->part = xgrow(to->part, &to->cap, to->n + 1, sizeof(*to->part));
		mp = &to->part[to->n];
		*mp = (struct map_part){ .readonly = take_flag(o, "readonly"),
					 .holds_others = take_flag(o, "holds_others") };
		if (take_bytes(o, "name", mp->name, sizeof(mp->name), e) < 0 ||
		    json_get_u64(o, "offset", &mp->at, e) < 0 ||
		    json_get_u64(o, "size", &mp->size, e) < 0)
			return on_line(e, text, "map", 0);
		to->n++;
	}
	return 0;
}

static int take_fixups(struct manifest *m, const json_t *input, struct err *e)
{
	const json_t *fixups = json_object_get(input, "fixups");
	const json_t *raw = json_object_get(input, "raw");
	size_t n = json_array_size(fixups);

	if (n > MOST_FIXUPS)
		return fail(e, ERR_LIMIT, "more than %d fix-ups; make it anew with "
			    "fwtool carve", MOST_FIXUPS);
	for (; m->napplied < n; m->napplied++) {
		const json_t *o = json_array_get(fixups, m->napplied);
		struct applied *a = &m->applied[m->napplied];

		if (take_word(o, "name", a->name, sizeof(a->name), e) < 0 ||
		    take_bytes(o, "why", a->say, sizeof(a->say), e) < 0)
			return -1;
	}
	if (!n)
		return 0;
	return json_get_u64(raw, "size", &m->raw_size, e) < 0 ||
	       take_sha256(raw, "sha256", m->raw_sha256, e) < 0 ? -1 : 0;
}

static int take_input(struct manifest *m, const json_t *doc, struct err *e)
{
	const json_t *input = json_object_get(doc, "input");
	uint64_t erased = 0xff;

	if (take_bytes(input, "name", m->input, sizeof(m->input), e) < 0 ||
	    json_get_u64(input, "size", &m->size, e) < 0 ||
	    take_sha256(input, "sha256", m->sha256, e) < 0 ||
	    json_get_u64(doc, "erased_value", &erased, e) < 0 ||
	    take_fixups(m, input, e) < 0)
		return -1;
	m->erased = (uint8_t)erased;
	if (strchr(m->input, '/') || !strcmp(m->input, ".") || !strcmp(m->input, ".."))
		return fail(e, ERR_FORMAT, "the input's name is no plain file name; "
			    "make it anew with fwtool carve");
	return 0;
}

static int take_schema(const json_t *doc, struct err *e)
{
	const char *schema = json_get_text(doc, "schema", e);

	if (!schema)
		return -1;
	if (strcmp(schema, MANIFEST_SCHEMA))
		return fail(e, ERR_UNSUPPORTED, "is %.64s, this program reads "
			    MANIFEST_SCHEMA "; carve the dump again", schema);
	return 0;
}

int manifest_read(struct manifest *m, struct view text, struct err *e)
{
	json_t *doc = NULL;
	int r = -1;

	*m = (struct manifest){ 0 };
	if (text.len > MOST_TEXT)
		return fail(e, ERR_LIMIT, "is larger than any manifest; make it anew "
			    "with fwtool carve");
	if (json_parse(&doc, text, e) < 0)
		return -1;
	if (take_schema(doc, e) < 0 || take_input(m, doc, e) < 0)
		on_line(e, text, "", 0);
	else if (!take_map(m, doc, text, e) && !take_parts(m, doc, text, e) &&
		 !take_opened(m, doc, text, e) && !take_objects(m, doc, text, e))
		r = 0;
	json_decref(doc);
	if (r < 0)
		manifest_free(m);
	return r;
}

int manifest_open(struct manifest *m, const char *path, struct err *e)
{
	struct image im = { 0 };
	char *file = xasprintf("%s/" MANIFEST_FILE, path);
	int r = image_open(&im, file, e);

	if (!r) {
		r = manifest_read(m, im.v, e);
		if (r < 0)
			err_about(e, file);
	}
	image_close(&im);
	free(file);
	return r;
}

void manifest_free(struct manifest *m)
{
	free(m->map.part);
	free(m->part);
	free(m->opened);
	free(m->object);
	*m = (struct manifest){ 0 };
}

bool is_project(const char *path)
{
	char *file = xasprintf("%s/" MANIFEST_FILE, path);
	struct stat st;
	bool is = !stat(file, &st) && S_ISREG(st.st_mode);

	free(file);
	return is;
}

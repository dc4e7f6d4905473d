/* sidecar.c - FILE.json beside a dump: which chip it is of, and how sure */
#include "acquire/sidecar.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/image.h"
#include "core/out.h"

static const char schema[] = "fwtool.acquired/1";

static bool is_unproven(const struct proven *p, size_t i)
{
	return p->state[i] != SECTOR_PROVEN && p->state[i] != SECTOR_VOTED;
}

static void put_range(json_t *list, const struct proven *p, uint64_t at,
		      size_t first, size_t end)
{
	uint64_t from = (uint64_t)first * PROOF_SECTOR;
	uint64_t to = (uint64_t)end * PROOF_SECTOR;

	to = to < p->bytes.len ? to : p->bytes.len;
	json_array_append_new(list, json_pack("{s:I, s:I}",
		"offset", (json_int_t)(at + from), "size", (json_int_t)(to - from)));
}

static json_t *unproven(const struct proven *p, uint64_t at)
{
	json_t *list = json_array();

	for (size_t i = 0; i < p->sectors; i++) {
		size_t first = i;

		while (i < p->sectors && is_unproven(p, i))
			i++;
		if (i > first)
			put_range(list, p, at, first, i);
	}
	return list;
}

json_t *sidecar_new(const struct proven *p, uint64_t at)
{
	return json_pack("{s:s, s:I, s:I, s:I, s:o}", "schema", schema,
			 "offset", (json_int_t)at, "size", (json_int_t)p->bytes.len,
			 "differed", (json_int_t)p->differed,
			 "unproven", unproven(p, at));
}

static int hex_id(const char *text, uint8_t id[3])
{
	unsigned a, b, c;

	if (strlen(text) != 6 || sscanf(text, "%2x%2x%2x", &a, &b, &c) != 3)
		return -1;
	id[0] = (uint8_t)a;
	id[1] = (uint8_t)b;
	id[2] = (uint8_t)c;
	return 0;
}

static void get_chip(const json_t *chip, struct sidecar *s)
{
	const char *id = json_string_value(json_object_get(chip, "id"));
	const char *name = json_string_value(json_object_get(chip, "name"));
	json_int_t size = json_integer_value(json_object_get(chip, "size"));

	s->has_id = id && !hex_id(id, s->id);
	snprintf(s->chip, sizeof(s->chip), "%s", name ? name : "");
	s->chip_size = size > 0 ? (uint64_t)size : 0;
}

bool sidecar_parse(struct view text, struct sidecar *s)
{
	const char *word;
	json_t *doc;
	struct err ignored;

	*s = (struct sidecar){ 0 };
	if (json_parse(&doc, text, &ignored) < 0)
		return false;
	word = json_string_value(json_object_get(doc, "schema"));
	if (word && !strcmp(word, schema)) {
		json_int_t size = json_integer_value(json_object_get(doc, "size"));

		s->size = size > 0 ? (uint64_t)size : 0;
		get_chip(json_object_get(doc, "chip"), s);
	} else {
		word = NULL;
	}
	json_decref(doc);
	return word != NULL;
}

static bool read_sidecar(const char *path, struct sidecar *s)
{
	struct err ignored;
	struct image im;
	bool is;

	if (access(path, R_OK) || image_open(&im, path, &ignored) < 0)
		return false;
	is = sidecar_parse(im.v, s);
	image_close(&im);
	return is;
}

bool sidecar_of(const char *file, struct sidecar *s)
{
	char path[4096];

	return snprintf(path, sizeof(path), "%s.json", file) < (int)sizeof(path) &&
	       read_sidecar(path, s);
}

int sidecar_save(const char *path, const json_t *doc, struct err *e)
{
	struct buf b = { 0 };
	struct sidecar was;
	int r;

	if (!access(path, F_OK) && !read_sidecar(path, &was)) {
		fail(e, ERR_USAGE, "exists, and is nothing that acquire wrote; move it");
		return err_about(e, path);
	}
	json_put(&b, doc);
	r = out_save(path, buf_view(&b), true, e);
	buf_free(&b);
	return r;
}

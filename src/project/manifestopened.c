/* manifestopened.c - what was opened, in the manifest and read back from it */
#include <stdio.h>
#include <stdlib.h>

#include "core/mem.h"
#include "fs/fs.h"
#include "project/manifestget.h"

static json_t *json_of_one(const struct opened *x)
{
	json_t *o = json_pack("{s:s, s:I, s:s, s:I, s:I, s:b}", "name", x->name,
		"part", (json_int_t)x->part, "type", x->format->name,
		"offset", (json_int_t)x->at, "size", (json_int_t)x->size,
		"inner", x->inner);

	json_object_set_new(o, "parent", x->parent < 0 ? json_null()
			    : json_integer((json_int_t)x->parent));
	json_object_set_new(o, "payload", is_tree(x) ? json_null()
			    : json_integer(x->payload));
	json_object_set_new(o, "codec", x->codec ? json_string(x->codec->name)
						 : json_null());
	json_object_set_new(o, "file", x->file[0] ? json_string(x->file)
						  : json_null());
	json_object_set_new(o, "length", json_integer((json_int_t)x->length));
	json_object_set_new(o, "sha256", x->sha256[0] ? json_string(x->sha256)
						      : json_null());
	return o;
}

json_t *json_of_opened(const struct opening *o)
{
	json_t *list = json_array();

	for (size_t i = 0; i < o->n; i++)
		json_array_append_new(list, json_of_one(&o->v[i]));
	return list;
}

static int wrong(struct err *e, const char *what)
{
	return fail(e, ERR_FORMAT, "\"%s\" makes no sense; make it anew with fwtool "
		    "extract", what);
}

static bool is_null(const json_t *o, const char *key)
{
	const json_t *x = json_object_get(o, key);

	return !x || json_is_null(x);
}

/* Whose content it lies in: an earlier payload of the same part, or the part. */
static int take_parent(const struct manifest *m, struct opened *x,
		       const json_t *o, struct err *e)
{
	uint64_t part, parent;
	unsigned depth = 0;

	if (json_get_u64(o, "part", &part, e) < 0)
		return -1;
	if (part >= m->n)
		return wrong(e, "part");
	x->part = (size_t)part;
	x->parent = -1;
	if (is_null(o, "parent"))
		return 0;
	if (json_get_u64(o, "parent", &parent, e) < 0)
		return -1;
	if (parent >= m->nopened || is_tree(&m->opened[parent]) ||
	    m->opened[parent].part != part)
		return wrong(e, "parent");
	x->parent = (long)parent;
	for (long up = x->parent; up >= 0; up = m->opened[up].parent)
		depth++;
	return depth >= MOST_OPENED_DEPTH ? wrong(e, "parent") : 0;
}

static int take_kind(struct opened *x, const json_t *o, struct err *e)
{
	char type[32], codec[32];
	uint64_t payload;

	if (take_word(o, "type", type, sizeof(type), e) < 0)
		return -1;
	x->format = format_named(type);
	x->payload = -1;
	if (is_null(o, "payload"))
		return x->format && x->format->fs && x->format->fs->read
		       ? 0 : wrong(e, "type");
	if (json_get_u64(o, "payload", &payload, e) < 0)
		return -1;
	if (!x->format || !x->format->wrap || payload >= MOST_PAYLOADS)
		return wrong(e, "payload");
	x->payload = (int)payload;
	if (is_null(o, "codec"))
		return 0;
	if (take_word(o, "codec", codec, sizeof(codec), e) < 0)
		return -1;
	x->codec = codec_named(codec);
	return x->codec ? 0 : wrong(e, "codec");
}

/* In rising order in its content; payloads of one object follow each other. */
static bool is_behind(const struct manifest *m, const struct opened *x)
{
	uint64_t room = x->parent < 0 ? m->part[x->part].part.size
				      : m->opened[x->parent].length;

	if (x->at > room || !x->size || x->size > room - x->at)
		return false;
	for (size_t i = m->nopened; i-- > 0; ) {
		const struct opened *b = &m->opened[i];

		if (b->part != x->part || b->parent != x->parent)
			continue;
		return b->at == x->at ? b->size == x->size &&
					b->format == x->format &&
					b->payload >= 0 && x->payload > b->payload
				      : b->at < x->at && b->size <= x->at - b->at;
	}
	return true;
}

static int take_one(struct manifest *m, const json_t *o, struct err *e)
{
	struct opened *x = &m->opened[m->nopened];

	*x = (struct opened){ 0 };
	if (take_file(o, "name", x->name, sizeof(x->name), e) < 0 ||
	    take_parent(m, x, o, e) < 0 || take_kind(x, o, e) < 0 ||
	    json_get_u64(o, "offset", &x->at, e) < 0 ||
	    json_get_u64(o, "size", &x->size, e) < 0 ||
	    json_get_u64(o, "length", &x->length, e) < 0)
		return -1;
	/* A tree that was not asked for has no list. */
	if (!is_null(o, "sha256") &&
	    take_sha256(o, "sha256", x->sha256, e) < 0)
		return -1;
	if (!is_null(o, "file") &&
	    take_file(o, "file", x->file, sizeof(x->file), e) < 0)
		return -1;
	x->inner = take_flag(o, "inner");
	if (!is_behind(m, x))
		return wrong(e, "offset");
	m->nopened++;
	return 0;
}

int take_opened(struct manifest *m, const json_t *doc, struct view text,
		struct err *e)
{
	const json_t *opened = json_object_get(doc, "opened");
	size_t n = json_array_size(opened);

	if (n > MOST_OPENED) {
		wrong(e, "opened");
		return on_line(e, text, "opened", 0);
	}
	m->opened = xcalloc(n + 1, sizeof(*m->opened));
	for (size_t i = 0; i < n; i++)
		if (take_one(m, json_array_get(opened, i), e) < 0)
			return on_line(e, text, "opened", i);
	return 0;
}

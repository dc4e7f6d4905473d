/* manifestparts.c - the parts and objects of a manifest, none of it believed */
#include <stdio.h>
#include <stdlib.h>

#include "core/mem.h"
#include "project/manifestget.h"

static int take_main(struct manifest_part *mp, const json_t *o, struct err *e)
{
	char type[32], proof[16];

	if (!o || json_is_null(o))
		return 0;
	if (take_word(o, "type", type, sizeof(type), e) < 0 ||
	    take_word(o, "proof", proof, sizeof(proof), e) < 0 ||
	    json_get_u64(o, "offset", &mp->main_at, e) < 0 ||
	    json_get_u64(o, "size", &mp->main_size, e) < 0)
		return -1;
	if (mp->main_at < mp->part.at || mp->main_at - mp->part.at >= mp->part.size)
		return fail(e, ERR_FORMAT, "the main object lies outside of its "
			    "part; make it anew with fwtool carve");
	mp->format = format_named(type);
	mp->proof = take_proof(proof);
	return 0;
}

static int take_part(struct manifest *m, const json_t *o, uint64_t at,
		     struct err *e)
{
	struct manifest_part *mp = &m->part[m->n];
	struct part *part = &mp->part;
	uint64_t value = 0;

	*mp = (struct manifest_part){ .part.main = -1 };
	if (take_bytes(o, "name", part->name, sizeof(part->name), e) < 0 ||
	    take_file(o, "file", part->file, sizeof(part->file), e) < 0 ||
	    take_file(o, "dir", part->dir, sizeof(part->dir), e) < 0 ||
	    json_get_u64(o, "offset", &part->at, e) < 0 ||
	    json_get_u64(o, "size", &part->size, e) < 0 ||
	    take_sha256(o, "sha256", mp->sha256, e) < 0 ||
	    take_bytes(o, "types", part->types, sizeof(part->types), e) < 0)
		return -1;
	if (part->at != at || !part->size || part->size > m->size - at)
		return fail(e, ERR_FORMAT, "part %s says 0x%llx+0x%llx, and 0x%llx "
			    "comes next of 0x%llx; make it anew with fwtool carve",
			    part->file,
			    (unsigned long long)part->at,
			    (unsigned long long)part->size, (unsigned long long)at,
			    (unsigned long long)m->size);
	part->gap = take_flag(o, "gap");
	part->rest = take_flag(o, "rest");
	part->erased = take_flag(o, "erased");
	if (part->erased && json_get_u64(o, "value", &value, e) < 0)
		return -1;
	part->value = (uint8_t)value;
	mp->written = take_flag(o, "written");
	return take_main(mp, json_object_get(o, "main"), e);
}

static int by_file(const void *a, const void *b)
{
	const struct manifest_part *const *x = a, *const *y = b;

	return strcmp((*x)->part.file, (*y)->part.file);
}

static int by_dir(const void *a, const void *b)
{
	const struct manifest_part *const *x = a, *const *y = b;

	return strcmp((*x)->part.dir, (*y)->part.dir);
}

static int check_unique(const struct manifest *m,
			int (*by)(const void *, const void *), struct err *e)
{
	const struct manifest_part **order = xcalloc(m->n + 1, sizeof(*order));
	int r = 0;

	for (size_t i = 0; i < m->n; i++)
		order[i] = &m->part[i];
	qsort(order, m->n, sizeof(*order), by);
	for (size_t i = 1; !r && i < m->n; i++)
		if (!by(&order[i - 1], &order[i]))
			r = fail(e, ERR_FORMAT, "two parts are called %s; make it "
				 "anew with fwtool carve", order[i]->part.file);
	free(order);
	return r;
}

int take_parts(struct manifest *m, const json_t *doc, struct view text,
	       struct err *e)
{
	const json_t *parts = json_object_get(doc, "parts");
	size_t n = json_array_size(parts);
	uint64_t at = 0;

	if (!json_is_array(parts)) {
		fail(e, ERR_FORMAT, "\"parts\" is no list; make it anew with fwtool "
		     "carve");
		return on_line(e, text, "parts", 0);
	}
	m->part = xcalloc(n + 1, sizeof(*m->part));
	for (; m->n < n; m->n++) {
		if (take_part(m, json_array_get(parts, m->n), at, e) < 0)
			return on_line(e, text, "parts", m->n);
		at += m->part[m->n].part.size;
	}
	if (at != m->size) {
		fail(e, ERR_FORMAT, "the parts are %llu bytes, the input %llu; make "
		     "it anew with fwtool carve", (unsigned long long)at,
		     (unsigned long long)m->size);
		return on_line(e, text, "parts", n);
	}
	if (check_unique(m, by_file, e) < 0 || check_unique(m, by_dir, e) < 0)
		return on_line(e, text, "parts", 0);
	return 0;
}

static int take_object(struct manifest *m, const json_t *o, struct err *e)
{
	struct manifest_object *x = &m->object[m->objects];
	char type[32], proof[16];
	const json_t *detail = json_object_get(o, "detail");
	const json_t *header = json_object_get(detail, "header");

	*x = (struct manifest_object){ 0 };
	if (take_word(o, "type", type, sizeof(type), e) < 0 ||
	    take_word(o, "proof", proof, sizeof(proof), e) < 0 ||
	    json_get_u64(o, "offset", &x->at, e) < 0 ||
	    json_get_u64(o, "size", &x->size, e) < 0)
		return -1;
	x->format = format_named(type);
	x->proof = take_proof(proof);
	x->endian = take_flag(o, "big_endian") ? BIG : LITTLE;
	x->header = json_integer_value(header) == 5 ? 5 : 4;
	if (take_flag(o, "decoded"))
		return 0;		/* not in the image itself */
	if (x->at >= m->size)
		return fail(e, ERR_FORMAT, "an object lies outside of the input; "
			    "make it anew with fwtool carve");
	if (x->size > m->size - x->at)
		x->size = m->size - x->at;
	m->objects++;
	return 0;
}

int take_objects(struct manifest *m, const json_t *doc, struct view text,
		 struct err *e)
{
	const json_t *found = json_object_get(doc, "found");
	size_t n = json_array_size(found);

	m->object = xcalloc(n + 1, sizeof(*m->object));
	for (size_t i = 0; i < n; i++)
		if (take_object(m, json_array_get(found, i), e) < 0)
			return on_line(e, text, "found", i);
	return 0;
}

/* showjson.c - the result of a scan as JSON; see fwtool.scan.json */
#include <stdlib.h>
#include <string.h>

#include "cmd/show.h"
#include "core/hash.h"
#include "project/manifest.h"
#include "scan/soc.h"

static json_t *number(uint64_t n)
{
	return json_integer((json_int_t)n);
}

static void set_sum(json_t *o, const char *key, struct view v)
{
	char text[SHA256_TEXT];

	sha256_text(v, text);
	json_object_set_new(o, key, json_string(text));
}

static json_t *input_json(const struct plan *p, const char *name)
{
	json_t *o = json_object(), *fixups = json_array();

	json_set_bytes(o, "name", view_text(name));
	json_object_set_new(o, "size", number(p->in.im.v.len));
	set_sum(o, "sha256", p->in.im.v);
	for (unsigned i = 0; i < p->in.napplied; i++)
		json_array_append_new(fixups, json_pack("{s:s, s:s}", "name",
			p->in.applied[i].name, "why", p->in.applied[i].say));
	json_object_set_new(o, "fixups", fixups);
	if (p->in.napplied || p->in.v.len != p->in.im.v.len) {
		json_t *image = json_pack("{s:I, s:I}", "offset",
					  (json_int_t)show_base(p), "size",
					  (json_int_t)p->in.v.len);

		set_sum(image, "sha256", p->in.v);
		json_object_set_new(o, "analysed", image);
	}
	return o;
}

static json_t *map_json(const struct plan *p)
{
	const struct map *m;
	json_t *o, *parts = json_array();

	if (p->maps.best < 0) {
		json_decref(parts);
		return json_null();
	}
	m = &p->maps.map[p->maps.best];
	o = json_object();
	json_set_bytes(o, "source", view_text(m->source));
	json_set_bytes(o, "verdict", view_text(m->verdict));
	for (size_t i = 0; i < m->n; i++) {
		json_t *part = json_pack("{s:I}", "index", (json_int_t)i);

		json_set_bytes(part, "name", view_text(m->part[i].name));
		json_object_set_new(part, "offset", number(m->part[i].at));
		json_object_set_new(part, "size", number(m->part[i].size));
		json_array_append_new(parts, part);
	}
	json_object_set_new(o, "parts", parts);
	return o;
}

static json_t *soc_json(const struct plan *p)
{
	struct soc soc;
	json_t *o;

	if (!soc_find(&soc, &p->scan, &p->maps, p->in.v))
		return json_null();
	o = json_object();
	json_set_bytes(o, "family", view_text(soc.family));
	json_set_bytes(o, "why", view_text(soc.why));
	json_object_set_new(o, "proof", json_string(proof_words[soc.proof]));
	json_object_set_new(o, "offset", number(show_base(p) + soc.at));
	return o;
}

static json_t *spans_json(const struct plan *p)
{
	static const char *const words[] = { "structure", "erased", "unknown" };
	json_t *all = json_array();

	for (size_t i = 0; i < p->scan.nspan; i++) {
		const struct span *s = &p->scan.span[i];
		json_t *o = json_pack("{s:s}", "kind", words[s->kind]);

		json_object_set_new(o, "offset", number(show_base(p) + s->at));
		json_object_set_new(o, "size", number(s->size));
		if (s->kind == SPAN_ERASED)
			json_object_set_new(o, "value", number(s->value));
		if (s->kind == SPAN_STRUCTURE)
			json_object_set_new(o, "found", number((uint64_t)s->found));
		json_array_append_new(all, o);
	}
	return all;
}

static json_t *entropy_json(const struct scan *s)
{
	json_t *all = json_array();

	for (size_t i = 0; i < s->nsector; i++)
		json_array_append_new(all, json_real(s->window[i] / 32.0));
	return json_pack("{s:i, s:o}", "window", SECTOR, "bits", all);
}

void show_json(const struct plan *p, const char *name, json_t *doc)
{
	json_t *coverage = json_object();

	json_object_set_new(doc, "input", input_json(p, name));
	json_object_set_new(doc, "soc", soc_json(p));
	json_object_set_new(doc, "map", map_json(p));
	json_object_set_new(doc, "found", json_of_found(p));
	json_object_set_new(doc, "weak_hidden", number(p->scan.hidden));
	json_object_set_new(coverage, "structure", number(p->scan.structure));
	json_object_set_new(coverage, "erased", number(p->scan.erased));
	json_object_set_new(coverage, "unknown", number(p->scan.unknown));
	json_object_set_new(doc, "coverage", coverage);
	json_object_set_new(doc, "spans", spans_json(p));
	if (p->scan.window)
		json_object_set_new(doc, "entropy", entropy_json(&p->scan));
}

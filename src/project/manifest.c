/* manifest.c - fwtool.json written: enough to rebuild, and no clock in it */
#include "project/manifest.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/out.h"
#include "core/version.h"

static json_t *number(uint64_t n)
{
	return json_integer((json_int_t)n);
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static json_t *detail(const struct region *r)
{
	json_t *o = json_object();

	for (unsigned i = 0; i < r->nprop; i++) {
		const struct prop *prop = &r->prop[i];

		if (prop->is_number)
			json_object_set_new(o, prop->key,
					    number(strtoull(prop->text, NULL, 0)));
		else
			json_set_bytes(o, prop->key, view_text(prop->text));
	}
	return o;
}

static json_t *json_of_one(const struct plan *p, size_t i)
{
	const struct found *f = &p->scan.found[i];
	const struct part *part = plan_over(p, f->decoded ? f->anchor : f->r.at);
	uint64_t base = f->decoded ? 0 : p->in.v.at;
	json_t *o = json_object(), *evidence = json_array();

	json_object_set_new(o, "id", number(i));
	json_object_set_new(o, "parent",
			    f->parent < 0 ? json_null() : number((uint64_t)f->parent));
	if (part && !part->gap && p->maps.best >= 0)
		json_set_bytes(o, "part", view_text(part->name));
	else
		json_object_set_new(o, "part", json_null());
	json_object_set_new(o, "type", json_string(f->r.format->name));
	json_object_set_new(o, "offset", number(base + f->r.at));
	json_object_set_new(o, "size", number(f->r.size));
	if (f->decoded)
		json_object_set_new(o, "decoded", json_true());
	if (f->r.says)
		json_object_set_new(o, "says", number(f->r.says));
	json_object_set_new(o, "big_endian", json_boolean(f->r.endian == BIG));
	json_object_set_new(o, "proof", json_string(proof_words[f->r.proof]));
	for (unsigned k = 0; k < f->r.nevidence; k++)
		json_array_append_new(evidence, json_string(f->r.evidence[k]));
	json_object_set_new(o, "evidence", evidence);
	if (f->r.label[0])
		json_set_bytes(o, "label", view_text(f->r.label));
	json_set_bytes(o, "summary", view_text(f->r.detail));
	json_object_set_new(o, "detail", detail(&f->r));
	return o;
}

json_t *json_of_found(const struct plan *p)
{
	json_t *found = json_array();

	for (size_t i = 0; i < p->scan.nfound; i++)
		json_array_append_new(found, json_of_one(p, i));
	return found;
}

static const char *const rank_words[] = {
	[MAP_GIVEN] = "given", [MAP_PROJECT] = "project", [MAP_ENV] = "environment",
	[MAP_TABLE] = "table", [MAP_DEVICETREE] = "device tree",
	[MAP_CMDLINE] = "command line", [MAP_ENV_DEFAULT] = "compiled in",
	[MAP_LAYOUT] = "usual layout",
};

json_t *json_of_map(const struct plan *p)
{
	const struct map *m = p->maps.best < 0 ? NULL : &p->maps.map[p->maps.best];
	json_t *o, *parts = json_array();

	for (size_t i = 0; m && i < m->n; i++) {
		json_t *part = json_pack("{s:I}", "index", (json_int_t)i);

		json_set_bytes(part, "name", view_text(m->part[i].name));
		json_object_set_new(part, "offset", number(m->part[i].at));
		json_object_set_new(part, "size", number(m->part[i].size));
		json_object_set_new(part, "readonly",
				    json_boolean(m->part[i].readonly));
		json_object_set_new(part, "holds_others",
				    json_boolean(m->part[i].holds_others));
		json_array_append_new(parts, part);
	}
	if (!m) {
		json_decref(parts);
		return json_null();
	}
	o = json_object();
	json_set_bytes(o, "source", view_text(m->source));
	json_object_set_new(o, "rank", json_string(rank_words[m->rank]));
	json_set_bytes(o, "verdict", view_text(m->verdict));
	json_object_set_new(o, "parts", parts);
	return o;
}

static json_t *json_of_main(const struct region *r)
{
	return json_pack("{s:s, s:I, s:I, s:s}", "type", r->format->name, "offset",
			 (json_int_t)r->at, "size", (json_int_t)r->size, "proof",
			 proof_words[r->proof]);
}

json_t *json_of_part(const struct plan *p, const struct part *part)
{
	json_t *o = json_object();

	json_object_set_new(o, "index", number((uint64_t)(part - p->part)));
	json_set_bytes(o, "name", view_text(part->name));
	json_object_set_new(o, "file", json_string(part->file));
	json_object_set_new(o, "dir", json_string(part->dir));
	json_object_set_new(o, "offset", number(part->at));
	json_object_set_new(o, "size", number(part->size));
	json_object_set_new(o, "gap", json_boolean(part->gap));
	json_object_set_new(o, "rest", json_boolean(part->rest));
	json_object_set_new(o, "erased", json_boolean(part->erased));
	if (part->erased)
		json_object_set_new(o, "value", number(part->value));
	json_object_set_new(o, "types", json_string(part->types));
	json_object_set_new(o, "main", part->main < 0 ? json_null()
			    : json_of_main(&p->scan.found[part->main].r));
	return o;
}

const char *kept_name(unsigned i, char room[KEPT_ROOM])
{
	snprintf(room, KEPT_ROOM, "kept/fixup-%u", i);
	return room;
}

json_t *json_of_input(const struct plan *p, const struct sums *s)
{
	json_t *o = json_object(), *fixups = json_array(), *one;
	char room[KEPT_ROOM];

	json_set_bytes(o, "name", view_text(base_name(p->in.im.name)));
	json_object_set_new(o, "size", number(p->in.v.len));
	if (s)
		json_object_set_new(o, "sha256", json_string(s->whole));
	for (unsigned i = 0; i < p->in.napplied; i++) {
		one = json_pack("{s:s}", "name", p->in.applied[i].name);
		json_set_bytes(one, "why", view_text(p->in.applied[i].say));
		if (p->in.kept[i].len)
			json_object_set_new(one, "kept",
					    json_string(kept_name(i, room)));
		json_array_append_new(fixups, one);
	}
	json_object_set_new(o, "fixups", fixups);
	if (p->in.napplied && s)
		json_object_set_new(o, "raw", json_pack("{s:I, s:s}", "size",
				    (json_int_t)p->in.im.v.len, "sha256", s->raw));
	return o;
}

static json_t *json_of_options(const struct plan_opts *o)
{
	json_t *options = json_object();
	const char *map = o->map ? o->map : "auto";

	json_set_bytes(options, "map", view_text(strchr(map, '(') ? map
						 : base_name(map)));
	json_object_set_new(options, "fixup",
			    json_string(o->input.fixup ? o->input.fixup : "auto"));
	return options;
}

static json_t *json_of_parts(const struct plan *p, const struct sums *s,
			     const bool *chosen)
{
	json_t *parts = json_array(), *part;

	for (size_t i = 0; i < p->n; i++) {
		part = json_of_part(p, &p->part[i]);
		json_object_set_new(part, "sha256", json_string(s->part[i]));
		json_object_set_new(part, "written",
				    json_boolean(!chosen || chosen[i]));
		json_array_append_new(parts, part);
	}
	return parts;
}

json_t *manifest_make(const struct plan *p, const struct plan_opts *o,
		      const struct sums *s, const bool *chosen)
{
	json_t *doc = json_pack("{s:s, s:{s:s, s:s}}", "schema", MANIFEST_SCHEMA,
				"tool", "name", "fwtool", "version", FWTOOL_VERSION);

	json_object_set_new(doc, "input", json_of_input(p, s));
	json_object_set_new(doc, "options", json_of_options(o));
	json_object_set_new(doc, "erased_value", number(p->scan.erased_value));
	json_object_set_new(doc, "map", json_of_map(p));
	json_object_set_new(doc, "parts", json_of_parts(p, s, chosen));
	json_object_set_new(doc, "found", json_of_found(p));
	return doc;
}

int manifest_save(const json_t *doc, int dirfd, struct err *e)
{
	struct buf text = { 0 };
	int fd = openat(dirfd, MANIFEST_FILE,
			O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
	int r = -1;

	if (fd < 0) {
		fail_sys(e, "cannot create");
		return err_about(e, MANIFEST_FILE);
	}
	json_put(&text, doc);
	if (!write_view(fd, buf_view(&text), e))
		r = 0;
	buf_free(&text);
	if (close(fd) < 0 && !r)
		r = fail_sys(e, "cannot write");
	return r < 0 ? err_about(e, MANIFEST_FILE) : 0;
}

/* diffjson.c - an outcome as a document */
#include "cmd/diff.h"

static json_t *tally_json(const struct tally *t)
{
	return json_pack("{s:I, s:I, s:I, s:I}", "nodes", (json_int_t)t->nodes,
			 "bad_nodes", (json_int_t)t->bad_nodes, "objects",
			 (json_int_t)t->objects, "bad_objects",
			 (json_int_t)t->bad_objects);
}

static json_t *places_json(const struct outcome *x)
{
	json_t *list = json_array();
	struct buf name = { 0 };

	for (size_t i = 0; i < x->c.n; i++) {
		const struct spot *p = &x->c.place[i];
		const struct part *part = plan_over(&x->a->plan, p->at);
		json_t *o = json_pack("{s:I, s:I, s:I}", "offset", (json_int_t)p->at,
				      "size", (json_int_t)p->size, "bytes",
				      (json_int_t)p->bytes);

		if (part)
			json_set_bytes(o, "part", view_text(part->name));
		json_array_append_new(list, o);
	}
	buf_free(&name);
	return list;
}

static json_t *verdict_json(const struct outcome *x)
{
	const struct verdict *v = &x->v;
	const char *code = x->live ? "live" : cause_codes[v->cause];
	json_t *o;

	if (outcome_is_change(x))
		code = "change";
	o = json_pack("{s:s, s:s}", "cause", code, "text",
		      outcome_text(x));
	if (v->more[0])
		json_object_set_new(o, "more", json_string(v->more));
	if (v->at || v->cause == CAUSE_SHIFT)
		json_object_set_new(o, v->cause == CAUSE_PACKETS || v->cause == CAUSE_STALE
						       ? "size" : "offset",
				    json_integer((json_int_t)v->at));
	if (v->n)
		json_object_set_new(o, "n", json_integer((json_int_t)v->n));
	if (x->keep)
		json_set_bytes(o, "keep", view_text(x->keep == 1 ? x->a->path : x->b->path));
	return o;
}

json_t *diff_json(const struct outcome *x)
{
	json_t *o = json_pack("{s:b, s:I, s:I}", "same", x->same, "differ",
			      (json_int_t)x->c.bytes, "places", (json_int_t)x->c.places);

	json_set_bytes(o, "a", view_text(x->a->path));
	json_set_bytes(o, "b", view_text(x->b->path));
	json_object_set_new(o, "sizes", json_pack("[I, I]",
			    (json_int_t)x->a->plan.in.v.len,
			    (json_int_t)x->b->plan.in.v.len));
	if (x->same)
		return o;
	json_object_set_new(o, "place", places_json(x));
	json_object_set_new(o, "diagnosis", verdict_json(x));
	json_object_set_new(o, "checksums", json_pack("[o, o]", tally_json(&x->a->tally),
						      tally_json(&x->b->tally)));
	return o;
}

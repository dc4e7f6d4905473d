/* envshow.c - what fwtool env prints: variables, and the map among them */
#include <inttypes.h>
#include <unistd.h>

#include "cmd/env.h"
#include "core/log.h"
#include "core/text.h"
#include "scan/mapmake.h"

/* Bytes into a pipe, but nothing that could harm a terminal. */
static void print_bytes(struct view v)
{
	struct buf b = { 0 };

	for (size_t i = 0; i < v.len && isatty(STDOUT_FILENO); i++) {
		if (v.p[i] >= ' ' && v.p[i] < 0x7f)
			continue;
		put_escaped(&b, v);
		v = buf_view(&b);
		break;
	}
	fwrite(v.p, 1, v.len, stdout);
	putchar('\n');
	buf_free(&b);
}

static void emit(struct run *r, struct view entry, json_t *list)
{
	const struct env_opts *o = r->opts;
	json_t *one;

	if (!r->common->json) {
		print_bytes(o->value ? var_value(entry) : entry);
		return;
	}
	one = json_object();
	json_set_bytes(one, "name", var_name(entry));
	json_set_bytes(one, "value", var_value(entry));
	json_array_append_new(list, one);
}

static bool emit_named(struct run *r, struct view vars, const char *name,
		       json_t *list)
{
	struct view rest = vars, entry;

	while (vars_next(&rest, &entry)) {
		if (view_equal(var_name(entry), view_text(name))) {
			emit(r, entry, list);
			return true;
		}
	}
	warn("env.unset", "\"%s\" is not set", name_text(name).text);
	return false;
}

int env_show(struct run *r, const struct env_subject *s, struct err *e)
{
	const struct env_opts *o = r->opts;
	json_t *list = json_array();
	struct view rest = s->vars, entry;
	int status = STATUS_OK;

	json_object_set_new(r->doc, "variables", list);
	if (o->value && r->argc < 2)
		return fail(e, ERR_USAGE, "--value needs a NAME; as in fwtool env "
			    "--value %s bootargs", s->input);
	for (int i = 1; i < r->argc; i++)
		if (!emit_named(r, s->vars, r->argv[i], list))
			status = STATUS_NO;
	while (r->argc < 2 && vars_next(&rest, &entry))
		emit(r, entry, list);
	return status;
}

/* The width of the longest name, and the digits of the largest offset. */
struct columns { int name, digits; };

static struct columns columns_of(const struct map *map)
{
	struct columns c = { 0, 6 };

	for (size_t i = 0; i < map->n; i++) {
		struct buf b = { 0 };

		put_name(&b, map->part[i].name);
		c.name = (int)b.len > c.name ? (int)b.len : c.name;
		while (c.digits < 16 && map->part[i].at >> 4 * c.digits)
			c.digits++;
		buf_free(&b);
	}
	return c;
}

static void print_part(const struct map_part *p, struct columns c)
{
	struct buf b = { 0 };

	put_name(&b, p->name);
	printf("%-*s  0x%0*" PRIx64 "  ", c.name, buf_string(&b), c.digits, p->at);
	if (p->size)
		printf("0x%0*" PRIx64 "%s\n", c.digits, p->size,
		       p->holds_others ? "  over others" : "");
	else
		puts("rest");
	buf_free(&b);
}

static json_t *part_json(const struct map_part *p, size_t i)
{
	json_t *o = json_pack("{s:i, s:I, s:I, s:b, s:b}", "index", (int)i, "offset",
			      (json_int_t)p->at, "size", (json_int_t)p->size,
			      "readonly", p->readonly, "over", p->holds_others);

	json_set_bytes(o, "name", view_text(p->name));
	return o;
}

static void show_map(struct run *r, const struct map *map)
{
	struct columns c = columns_of(map);
	json_t *parts = json_array();

	for (size_t i = 0; i < map->n; i++) {
		if (!r->common->json)
			print_part(&map->part[i], c);
		json_array_append_new(parts, part_json(&map->part[i], i));
	}
	json_object_set_new(r->doc, "map", json_pack("{s:s, s:s, s:o}", "source",
			    map->source, "device", name_text(map->device).text,
			    "parts", parts));
}

/* With the size of the input, unless it is too small to be the flash. */
static void read_maps(struct maps *m, const struct env_subject *s, uint64_t size)
{
	char source[64] = "the log";
	struct speaker who = { .rank = MAP_ENV, .from = s->vars.at,
			       .source = source };

	if (s->use || s->defaults.len)
		snprintf(source, sizeof(source), "the environment at 0x%06" PRIx64,
			 s->use ? s->use->v.at : s->defaults.at);
	if (!s->use && !s->defaults.len)
		maps_from_text(m, s->plan.in.im.v, size, s->input, &(struct err){ 0 });
	else
		maps_vars(m, &who, s->vars, size);
}

/* By what is in the dump, where there is a choice. */
static int choose(const struct env_subject *s, struct maps *m, struct err *e)
{
	struct scan scan = { .size = s->v.len };
	int status = 0;

	if (m->n > 1)
		status = scan_silently(&scan, s->v, s->plan.in.fd,
				       &(struct scan_opts){ 0 }, e);
	maps_choose(m, &scan, s->v.len);
	if (m->n > 1)
		maps_say(m);
	scan_free(&scan);
	return status;
}

int env_show_map(struct run *r, const struct env_subject *s, struct err *e)
{
	struct maps m = { .best = -1 };

	if (s->use || s->defaults.len)
		read_maps(&m, s, s->v.len);
	if (choose(s, &m, e) < 0) {
		maps_free(&m);
		return -1;
	}
	if (m.best < 0) {
		maps_free(&m);
		read_maps(&m, s, 0);
		m.best = m.n ? 0 : -1;
	}
	if (m.best < 0)
		return fail(e, ERR_FORMAT, "no mtdparts among the variables; try "
			    "fwtool scan, which looks elsewhere too");
	show_map(r, &m.map[m.best]);
	maps_free(&m);
	return STATUS_OK;
}

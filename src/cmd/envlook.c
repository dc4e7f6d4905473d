/* envlook.c - which environment fwtool env means */
#include <inttypes.h>

#include "cmd/env.h"
#include "core/log.h"
#include "core/text.h"
#include "project/manifest.h"
#include "scan/dig.h"
#include "scan/mapmake.h"

enum { MOST_UNPACKED = 8 << 20 };

int env_open(struct run *r, struct env_subject *s, struct err *e)
{
	const struct env_opts *o = r->opts;
	const struct scan_opts only = { .only = "env" };
	const struct plan_opts how = { .input.fixup = o->fixup };
	struct plan *p = &s->plan;

	s->input = cmd_input(r, e);
	if (!s->input)
		return -1;
	if (is_project(s->input)) {
		if (plan_make(p, s->input, &how, e) < 0)
			return -1;
	} else {
		if (input_open(&p->in, s->input, &how.input, e) < 0 ||
		    scan_silently(&p->scan, p->in.v, p->in.fd, &only, e) < 0)
			return -1;
	}
	s->v = p->in.v;
	return 0;
}

void env_close(struct env_subject *s)
{
	buf_free(&s->log);
	buf_free(&s->packed);
	plan_free(&s->plan);
}

/* --at and --size: where to look, whether the CRC holds or not. */
static int look_there(struct env_subject *s, const struct env_opts *o,
		      struct err *e)
{
	struct view v;
	uint64_t at;

	if (parse_size(o->at, &at, e) < 0)
		return -1;
	v = o->size ? view_sub(s->v, at, o->size) : view_from(s->v, at);
	if (!v.len)
		return fail(e, ERR_USAGE, "--at %s: the input ends at 0x%06zx; give "
			    "less", o->at, s->v.len);
	s->n = 1;
	if (o->size ? env_given(&s->env[0], v) : env_find(&s->env[0], v))
		return 0;
	return fail_at(e, at, o->size ? "no variables in that block; is it encrypted, "
		       "or elsewhere?" : "no environment with a right crc32 begins "
		       "here; give its --size to read it anyway");
}

static bool is_log(struct view v)
{
	size_t odd = 0;

	v = view_upto(v, 0, 0x10000);
	for (size_t i = 0; i < v.len; i++)
		odd += v.p[i] < ' ' && !strchr("\t\r\n\b\x1b", v.p[i]);
	return v.len && odd <= v.len / 100;
}

/* A file that is one block, with a wrong CRC: its first line ends with NUL. */
static bool whole_block(struct env_subject *s)
{
	struct view rest = s->v, line = { 0 };

	next_line(&rest, &line);
	if (s->v.len > 4 * MOST_ENV_SIZE || !env_begins(s->v) ||
	    !memchr(line.p, 0, line.len) || !env_given(&s->env[0], s->v))
		return false;
	s->n = 1;
	return true;
}

static void see_packed(void *arg, struct view bytes, const struct region *r)
{
	struct env_subject *s = arg;
	struct view vars;

	if (s->packed.len || !env_defaults(bytes, &vars))
		return;
	put_view(&s->packed, vars);
	s->defaults = buf_view(&s->packed);
	s->defaults.at = r->at;
}

/* A boot loader is often packed itself. */
static void look_into_packed(struct env_subject *s)
{
	struct digger d = { see_packed, s, MOST_UNPACKED };
	struct scan scan = { 0 };
	struct err ignored;

	if (!scan_silently(&scan, s->v, s->plan.in.fd, &(struct scan_opts){ 0 },
			   &ignored))
		dig(&d, s->v, &scan);
	scan_free(&scan);
}

static void look_everywhere(struct env_subject *s)
{
	struct view raw = s->plan.in.im.v;

	s->n = envs_found(s->v, &s->plan.scan, s->env, MOST_ENVS);
	if (s->n || whole_block(s))
		return;
	s->is_log = is_log(raw);
	if (s->is_log && vars_from_log(raw, &s->log))
		s->vars = buf_view(&s->log);
	else if (!env_defaults(s->v, &s->defaults))
		look_into_packed(s);
	if (s->defaults.len)
		s->vars = s->defaults;
}

static void note_others(const struct env_subject *s)
{
	for (size_t i = 0; i < s->n; i++)
		if (&s->env[i] != s->use && &s->env[i] != s->other)
			note_at("env.another", s->env[i].v.at, "another environment, "
				"%u variables; --at 0x%" PRIx64 " shows it",
				s->env[i].n, s->env[i].v.at);
}

static void choose(struct env_subject *s)
{
	s->use = &s->env[0];
	s->other = env_other(s->env, s->n, s->use);
	if (s->other && env_active(s->use, s->other) == s->other) {
		s->use = s->other;
		s->other = &s->env[0];
	}
	s->vars = env_vars(s->use);
	if (!s->use->crc_ok)
		warn_at("env.crc", s->use->v.at, "crc32 is wrong: says %08x, is %08x; "
			"U-Boot uses its default environment instead", s->use->crc,
			env_crc(s->use));
	note_others(s);
}

int env_look(struct run *r, struct env_subject *s, struct err *e)
{
	const struct env_opts *o = r->opts;

	if (o->size && !o->at)
		return fail(e, ERR_USAGE, "--size needs --at; give both");
	if (o->at && look_there(s, o, e) < 0)
		return -1;
	if (!o->at)
		look_everywhere(s);
	if (s->n)
		choose(s);
	if (s->n || s->vars.len || (s->is_log && o->mtdparts))
		return 0;
	fail(e, ERR_FORMAT, "no environment found; give --at and --size if you know "
	     "where it is");
	log_err(LOG_ERROR, e);
	return STATUS_NO;
}

static json_t *describe(const struct env_subject *s)
{
	const struct env *a = s->use;
	json_t *o;

	if (!a)
		return json_pack("{s:s}", "kind", s->defaults.len ? "default" : "log");
	o = json_pack("{s:s, s:I, s:I, s:b, s:b, s:s, s:i}", "kind", "block", "offset",
		      (json_int_t)a->v.at, "size", (json_int_t)a->v.len, "crc_ok",
		      a->crc_ok, "redundant", a->header == 5, "endian",
		      a->endian == BIG ? "big" : "little", "variables", (int)a->n);
	if (a->header == 5)
		json_object_set_new(o, "flags", json_integer(a->flags));
	if (s->other)
		json_object_set_new(o, "other", json_pack("{s:I, s:i}", "offset",
				    (json_int_t)s->other->v.at, "flags",
				    (int)s->other->flags));
	return o;
}

void env_say(struct run *r, const struct env_subject *s)
{
	const struct env *a = s->use;
	char copy[128] = "single copy";

	json_object_set_new(r->doc, "environment", describe(s));
	if (!a && s->defaults.len)
		say(r, "default environment %s 0x%06" PRIx64 ", no checksum",
		    s->packed.len ? "packed inside the object at" : "compiled in at",
		    s->defaults.at);
	else if (!a)
		say(r, "log of printenv");
	if (!a)
		return;
	if (s->other)
		snprintf(copy, sizeof(copy), "active copy (flags %u; that at 0x%06"
			 PRIx64 " has %u)", a->flags, s->other->v.at, s->other->flags);
	else if (a->header == 5)
		snprintf(copy, sizeof(copy), "one of a pair (flags %u)", a->flags);
	say(r, "environment at 0x%06" PRIx64 ", %zu bytes, %s, crc32 %s", a->v.at,
	    a->v.len, copy, a->crc_ok ? "ok" : "wrong");
}

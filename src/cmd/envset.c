/* envset.c - changing variables: the whole input with new blocks */
#include <inttypes.h>
#include <stdio.h>

#include "cmd/env.h"
#include "core/log.h"
#include "core/text.h"
#include "scan/mapmake.h"

/* One change for the summary: "bootdelay: 1 -> 5". */
struct changes { struct buf vars, say; };

static void put_short(struct buf *b, struct view value)
{
	put_escaped(b, view_upto(value, 0, 40));
	if (value.len > 40)
		put_text(b, "...");
}

static void change(struct changes *c, struct view name, const struct view *value)
{
	struct view was = { 0 };
	bool had = vars_get(buf_view(&c->vars), name, &was);

	if (had == (value != NULL) && (!had || view_equal(was, *value)))
		return;
	put_escaped(&c->say, name);
	put_text(&c->say, ": ");
	if (had)
		put_short(&c->say, was);
	put_text(&c->say, had && value ? " -> " : had ? " removed" : "new, ");
	if (value)
		put_short(&c->say, *value);
	put_text(&c->say, "; ");
	vars_set(&c->vars, name, value);
}

static int set_one(struct changes *c, const char *text, struct err *e)
{
	const char *eq = strchr(text, '=');
	struct view name, value;

	if (!eq || eq == text)
		return fail(e, ERR_USAGE, "--set %s: has no NAME=VALUE; as in --set "
			    "bootdelay=5", text);
	if (!eq[1])
		return fail(e, ERR_USAGE, "--set %s: U-Boot has no empty variables; "
			    "use --unset %.*s", text, (int)(eq - text), text);
	name = view_sub(view_text(text), 0, (uint64_t)(eq - text));
	value = view_text(eq + 1);
	change(c, name, &value);
	return 0;
}

/* name=value lines as mkenvimage takes them: # remarks, \ joins lines. */
static int import_line(struct changes *c, struct buf *joined, uint64_t number,
		       struct err *e)
{
	struct view line = buf_view(joined), name, value;

	if (!line.len || line.p[0] == '#')
		return 0;
	name = var_name(line);
	value = var_value(line);
	if (!name.len || name.len == line.len || memchr(line.p, 0, line.len))
		return fail_line(e, number, "has no NAME=VALUE; put # before remarks");
	change(c, name, &value);
	return 0;
}

static int import(struct changes *c, const char *path, struct err *e)
{
	struct image im = { 0 };
	struct buf joined = { 0 };
	struct view text, line;
	uint64_t number = 0;
	int status = image_open(&im, path, e);

	text = im.v;
	while (!status && next_line(&text, &line)) {
		number++;
		if (line.len && line.p[line.len - 1] == '\r')
			line.len--;
		put_view(&joined, line);
		if (joined.len && joined.p[joined.len - 1] == '\\' && text.len) {
			joined.len--;
			continue;
		}
		status = import_line(c, &joined, number, e);
		buf_clear(&joined);
	}
	buf_free(&joined);
	image_close(&im);
	return status < 0 ? err_about(e, path) : 0;
}

static int collect(struct changes *c, const struct env_subject *s,
		   const struct env_opts *o, struct err *e)
{
	struct view rest = s->vars, entry;

	while (vars_next(&rest, &entry)) {
		put_view(&c->vars, entry);
		put8(&c->vars, 0);
	}
	if (o->import && import(c, o->import, e) < 0)
		return -1;
	for (size_t i = 0; i < o->unset.n; i++) {
		struct view name = view_text(o->unset.v[i]), value;

		if (!vars_get(buf_view(&c->vars), name, &value))
			warn("env.unset", "\"%s\" is not set; nothing to remove",
			     name_text(o->unset.v[i]).text);
		change(c, name, NULL);
	}
	for (size_t i = 0; i < o->set.n; i++)
		if (set_one(c, o->set.v[i], e) < 0)
			return -1;
	return 0;
}

/* Both copies get the same: whichever the boot loader takes is the new one. */
static int rebuild(const struct env_subject *s, struct view vars,
		   struct buf *out, struct err *e)
{
	const struct env *copy[] = { s->use, s->other };

	put_view(out, s->v);
	for (unsigned i = 0; i < 2 && copy[i]; i++) {
		struct buf block = { 0 };

		if (env_build(copy[i], vars, &block, e) < 0)
			return -1;
		memcpy(out->p + copy[i]->v.at, block.p, block.len);
		buf_free(&block);
	}
	return 0;
}

static size_t count_differences(struct view a, struct view b)
{
	size_t n = 0;

	for (size_t i = 0; i < a.len && i < b.len; i++)
		n += a.p[i] != b.p[i];
	return n;
}

static void tell(struct run *r, const struct env_subject *s, struct buf *what,
		 const char *name, size_t differ)
{
	bool piped = !strcmp(name, "-");

	json_object_set_new(r->doc, "changed", json_integer((json_int_t)differ));
	if (!what->len)
		put_text(what, "nothing to change; ");
	else
		put_text(what, s->other ? "both copies and their crc32 rewritten; "
			 : "crc32 rewritten; ");
	say(r, "%s%zu byte%s %s%s%s %s", buf_string(what), differ,
	    differ == 1 ? "" : "s", piped ? "differ" : "of ", piped ? "" : name,
	    piped ? " from" : differ == 1 ? " differs from" : " differ from",
	    s->input);
}

/* "dump.bin" -> "dump.env.bin" */
static const char *default_name(const char *input, char *room)
{
	const char *slash = strrchr(input, '/');
	const char *dot = strrchr(slash ? slash : input, '.');
	int n = dot && dot != input ? (int)(dot - input) : (int)strlen(input);

	if (!strcmp(input, "-"))
		return "dump.env.bin";
	snprintf(room, 4096, "%.*s.env%s", n, input, input + n);
	return room;
}

int env_change(struct run *r, const struct env_subject *s, struct err *e)
{
	struct changes c = { 0 };
	struct buf out = { 0 };
	char room[4096];
	const char *name;
	int status = -1;

	if (s->plan.in.napplied)
		note("env.fixed", "what is written has the fix-ups applied; --fixup "
		     "none works on the raw bytes");
	if (!s->use)
		return fail(e, ERR_UNSUPPORTED, "has no environment block to change, "
			    "only %s; give the dump", s->defaults.len
			    ? "one compiled into the boot loader" : "a log of one");
	if (collect(&c, s, r->opts, e) < 0 ||
	    rebuild(s, buf_view(&c.vars), &out, e) < 0)
		goto out;
	name = cmd_output(r, default_name(s->input, room));
	if (cmd_save(r, name, buf_view(&out), e) < 0)
		goto out;
	tell(r, s, &c.say, name, count_differences(buf_view(&out), s->v));
	status = STATUS_OK;
out:
	buf_free(&c.vars);
	buf_free(&c.say);
	buf_free(&out);
	return status;
}

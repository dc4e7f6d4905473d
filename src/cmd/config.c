/* config.c - settings of a file and of the environment */
#include "cmd/config.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/image.h"
#include "core/text.h"

enum { MOST_CONFIG = 64 * 1024 };

static const struct key {
	const char *name, *variable;
	size_t where, size;
} keys[] = {
#define KEY(field, variable) { #field, variable, offsetof(struct settings, field), \
			       sizeof(((struct settings *)0)->field) }
	KEY(programmer, "FWTOOL_PROGRAMMER"), KEY(port, "FWTOOL_PORT"),
	KEY(speed, NULL), KEY(baud, "FWTOOL_BAUD"),
#undef KEY
	{ 0 }
};

/* Where the file is; false: nobody named one, and there is no usual place. */
static bool find_file(const struct run *r, char *path, size_t n, bool *named)
{
	const char *given = r->common->config, *xdg = getenv("XDG_CONFIG_HOME");
	const char *home = getenv("HOME");

	if (!given)
		given = getenv("FWTOOL_CONFIG");
	*named = given && *given;
	if (*named)
		return snprintf(path, n, "%s", given) < (int)n && strcmp(given, "none");
	if (xdg && xdg[0] == '/')
		return snprintf(path, n, "%s/fwtool/config", xdg) < (int)n;
	return home && home[0] == '/' &&
	       snprintf(path, n, "%s/.config/fwtool/config", home) < (int)n;
}

static struct view trim(struct view v)
{
	while (v.len && v.p[0] <= ' ')
		v = view_from(v, 1);
	while (v.len && v.p[v.len - 1] <= ' ')
		v.len--;
	return v;
}

static int set(struct settings *s, const struct key *k, struct view value,
	       struct err *e)
{
	char *to = (char *)s + k->where;

	if (value.len >= k->size || (value.len && memchr(value.p, 0, value.len)))
		return fail(e, ERR_USAGE, "%s is too long; shorten it", k->name);
	if (value.len)
		memcpy(to, value.p, value.len);
	to[value.len] = 0;
	return 0;
}

static bool equals(struct view v, const char *text)
{
	return view_equal(v, view_text(text));
}

/* "key = value" of a section that is ours. */
static int take_line(struct settings *s, struct view line, unsigned number,
		     struct err *e)
{
	const uint8_t *eq = memchr(line.p, '=', line.len);
	struct view name, value;

	if (!eq)
		return fail_line(e, number, "has no \"=\"; write key=value, see fwtool "
				 "help config");
	name = trim(view_sub(line, 0, (size_t)(eq - line.p)));
	value = trim(view_from(line, (size_t)(eq - line.p) + 1));
	for (const struct key *k = keys; k->name; k++)
		if (equals(name, k->name))
			return set(s, k, value, e);
	return fail_line(e, number, "is no setting; give programmer, port, speed or "
			 "baud");
}

static int parse(struct settings *s, struct view text, struct err *e)
{
	bool ours = false;
	struct view line;
	unsigned number = 0;

	while (next_line(&text, &line)) {
		number++;
		line = trim(line);
		if (!line.len || line.p[0] == '#' || line.p[0] == ';')
			continue;
		/* Sections of later versions are none of ours. */
		if (line.p[0] == '[')
			ours = equals(line, "[acquire]");
		else if (ours && take_line(s, line, number, e) < 0)
			return -1;
	}
	return 0;
}

static int read_file(const struct run *r, const char *path, struct settings *s,
		     struct err *e)
{
	struct image im;
	int result;

	if (image_open(&im, path, e) < 0)
		return -1;
	if (r->common->verbose)
		say(r, "config      %s", path);
	result = im.v.len > MOST_CONFIG ? fail(e, ERR_LIMIT, "is too long for settings; "
					       "is it another file?")
					: parse(s, im.v, e);
	image_close(&im);
	return result < 0 ? err_about(e, path) : 0;
}

int settings_read(const struct run *r, struct settings *s, struct err *e)
{
	char path[4096];
	bool named;

	*s = (struct settings){ 0 };
	if (find_file(r, path, sizeof(path), &named) && (named || !access(path, F_OK)) &&
	    read_file(r, path, s, e) < 0)
		return -1;
	for (const struct key *k = keys; k->name; k++) {
		const char *value = k->variable ? getenv(k->variable) : NULL;

		if (value && *value && set(s, k, view_text(value), e) < 0)
			return err_about(e, k->variable);
	}
	return 0;
}

/* config.c - what ubinize is told of the volumes */
#include "fs/ubi/build.h"

#include <stdio.h>

#include "core/text.h"

static struct view trim(struct view v)
{
	while (v.len && (v.p[0] == ' ' || v.p[0] == '\t'))
		v = view_from(v, 1);
	while (v.len && strchr(" \t\r", v.p[v.len - 1]))
		v.len--;
	return v;
}

/* Up to a comment, without quotes around it. */
static struct view value_of(struct view v)
{
	v = trim(v);
	if (v.len > 1 && v.p[0] == '"' && memchr(v.p + 1, '"', v.len - 1)) {
		const uint8_t *end = memchr(v.p + 1, '"', v.len - 1);

		return view_sub(v, 1, (uint64_t)(end - v.p) - 1);
	}
	for (size_t i = 0; i < v.len; i++)
		if (v.p[i] == ';' || v.p[i] == '#')
			return trim(view_sub(v, 0, i));
	return v;
}

static int set_number(const char *text, uint64_t *x, struct err *e)
{
	return parse_size(text, x, e);
}

static int set_type(struct ubi_section *s, const char *text, struct err *e)
{
	s->type = !strcmp(text, "static") ? UBI_STATIC
		  : !strcmp(text, "dynamic") ? UBI_DYNAMIC : 0;
	return s->type ? 0 : fail(e, ERR_USAGE, "vol_type %s: not a type; give "
				  "dynamic or static", text);
}

static int set_flags(struct ubi_section *s, const char *text, struct err *e)
{
	s->flags |= !strcmp(text, "autoresize") ? UBI_AUTORESIZE
		    : !strcmp(text, "skip-check") ? UBI_SKIP_CHECK : 0;
	return s->flags ? 0 : fail(e, ERR_USAGE, "vol_flags %s: not a flag; give "
				   "autoresize or skip-check", text);
}

static int set(struct ubi_section *s, const char *key, const char *text,
	       struct err *e)
{
	if (!strcmp(key, "mode"))
		return strcmp(text, "ubi") ? fail(e, ERR_USAGE, "mode %s: not a "
						  "mode; give ubi", text) : 0;
	if (!strcmp(key, "image"))
		return snprintf(s->image, sizeof(s->image), "%s", text) >=
		       (int)sizeof(s->image)
		       ? fail(e, ERR_USAGE, "image: the path is too long") : 0;
	if (!strcmp(key, "vol_name"))
		return snprintf(s->name, sizeof(s->name), "%s", text) >=
		       (int)sizeof(s->name)
		       ? fail(e, ERR_USAGE, "vol_name: longer than 127 bytes; "
			      "shorten it") : 0;
	if (!strcmp(key, "vol_id"))
		return set_number(text, &s->id, e);
	if (!strcmp(key, "vol_size"))
		return set_number(text, &s->size, e);
	if (!strcmp(key, "vol_alignment"))
		return set_number(text, &s->alignment, e);
	if (!strcmp(key, "vol_type"))
		return set_type(s, text, e);
	if (!strcmp(key, "vol_flags"))
		return set_flags(s, text, e);
	return fail(e, ERR_USAGE, "%s: not a key of a volume; see ubinize(8)", key);
}

static int take_pair(struct ubi_section *s, struct view line, uint64_t n,
		     struct err *e)
{
	const uint8_t *eq = memchr(line.p, '=', line.len);
	struct buf key = { 0 }, text = { 0 };
	int r = -1;

	if (!eq || !s)
		return fail_line(e, n, "neither a section nor KEY=VALUE; see ubinize(8)");
	put_view(&key, trim(view_sub(line, 0, (uint64_t)(eq - line.p))));
	put_view(&text, value_of(view_from(line, (uint64_t)(eq - line.p) + 1)));
	r = set(s, buf_string(&key), buf_string(&text), e);
	if (r < 0) {
		e->place = PLACE_LINE;
		e->at = n;
	}
	buf_free(&key);
	buf_free(&text);
	return r;
}

int ubi_config(struct view text, struct ubi_section *v, int most, struct err *e)
{
	struct view line;
	int n = 0;

	for (uint64_t at = 1; next_line(&text, &line); at++) {
		line = trim(line);
		if (!line.len || line.p[0] == ';' || line.p[0] == '#')
			continue;
		if (line.p[0] != '[') {
			if (take_pair(n ? &v[n - 1] : NULL, line, at, e) < 0)
				return -1;
			continue;
		}
		if (n == most)
			return fail_line(e, at, "more than %d volumes; UBI has no "
					 "more", most);
		v[n++] = (struct ubi_section){ .alignment = 1, .line = at,
					       .type = UBI_DYNAMIC };
	}
	return n ? n : fail(e, ERR_USAGE, "says nothing of any volume; see ubinize(8)");
}

/* metaread.c - reading a .fwmeta: its header, and line by line */
#include <stdio.h>
#include <stdlib.h>

#include "core/text.h"
#include "fs/fs.h"
#include "fs/metaread.h"

static bool take_text(struct reading *r, struct view w, char *to, size_t n)
{
	const char *s = meta_unescape(r, w);

	return s && (size_t)snprintf(to, n, "%s", s) < n;
}

static bool take_before(struct view v, struct origin *o)
{
	size_t digits = 0;
	uint64_t blank;

	while (digits < v.len && v.p[digits] != '*')
		digits++;
	if (!meta_number(view_upto(v, 0, digits), 10, INT64_MAX, &o->before) ||
	    !meta_number(view_from(v, digits + 1), 16, 0xff, &blank))
		return false;
	o->blank = (uint8_t)blank;
	return o->before <= ORIGIN_BEFORE && (blank == 0 || blank == 0xff);
}

static int take_origin(struct reading *r, struct view line, struct err *e)
{
	struct origin *o = &r->m->from;
	struct view w, v;

	while (meta_word(&line, &w)) {
		bool ok = true;

		if (meta_value(w, "name", &v))
			ok = take_text(r, v, o->name, sizeof(o->name));
		else if (meta_value(w, "path", &v))
			ok = take_text(r, v, o->path, sizeof(o->path));
		else if (meta_value(w, "part", &v))
			ok = take_text(r, v, o->part, sizeof(o->part));
		else if (meta_value(w, "sha256", &v))
			ok = take_text(r, v, o->sha256, sizeof(o->sha256));
		else if (meta_value(w, "offset", &v))
			ok = view_is(v, 0, "0x", 2) &&
			     meta_number(view_from(v, 2), 16, INT64_MAX, &o->at);
		else if (meta_value(w, "size", &v))
			ok = meta_number(v, 10, INT64_MAX, &o->size);
		else if (meta_value(w, "room", &v))
			ok = meta_number(v, 10, INT64_MAX, &o->room);
		else if (meta_value(w, "before", &v))
			ok = take_before(v, o);
		else if (meta_value(w, "zeros", &v))
			ok = meta_number(v, 10, INT64_MAX, &o->zeros);
		else if (meta_value(w, "tail", &v))
			ok = meta_number(v, 10, INT64_MAX, &o->tail);
		else if (meta_value(w, "damages", &v))
			ok = meta_number(v, 10, INT64_MAX, &o->damages);
		else if (view_equal(w, view_text("chosen")))
			o->chosen = true;
		else if (view_equal(w, view_text("cleaned")))
			o->cleaned = true;
		if (!ok)
			return meta_bad(r, "the origin makes no sense", e);
	}
	return 0;
}

static int take_format(struct reading *r, struct view line, struct err *e)
{
	const char *name = meta_unescape(r, line);
	const struct fs *fs;

	if (!name || r->m->format)
		return meta_bad(r, "the format has no name, or two", e);
	r->m->format = format_named(name);
	fs = r->m->format ? r->m->format->fs : NULL;
	if (!fs || !fs->optsize)
		return 0;
	r->m->opts = xcalloc(1, fs->optsize);
	if (fs->defaults)
		memcpy(r->m->opts, fs->defaults, fs->optsize);
	return 0;
}

static int take_option(struct reading *r, struct view line, struct err *e)
{
	const struct fs *fs = r->m->format ? r->m->format->fs : NULL;
	const char *text = meta_unescape(r, line);
	char *name, *value;

	if (!text)
		return meta_bad(r, "the option is no option", e);
	if (!fs || !fs->opts || !r->m->opts)
		return 0;
	name = arena_copy(&r->m->t.arena, text, strlen(text));
	value = strchr(name, '=');
	if (value)
		*value++ = 0;
	if (opt_set(fs->opts, r->m->opts, name, value ? value : "", e) < 0) {
		e->place = PLACE_LINE;
		e->at = r->line;
		return -1;
	}
	return 0;
}

static int take_header(struct reading *r, struct view line, struct err *e)
{
	static const struct {
		const char *word;
		int (*take)(struct reading *r, struct view line, struct err *e);
	} lines[] = {
		{ "format ", take_format },
		{ "origin ", take_origin },
		{ "option ", take_option },
	};

	if (r->nodes)
		return meta_bad(r, "the path does not begin with /", e);
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		size_t n = strlen(lines[i].word);

		if (view_is(line, 0, lines[i].word, n))
			return lines[i].take(r, view_from(line, n), e);
	}
	return meta_bad(r, "unknown word", e);
}

static int read_lines(struct reading *r, struct view v, struct err *e)
{
	struct view line;

	if (!next_line(&v, &line) || !view_equal(line, view_text(META_FIRST)))
		return fail_line(e, 1, "does not begin with \"%s\"; it is no .fwmeta, "
				 "or from another fwtool", META_FIRST);
	for (r->line = 2; next_line(&v, &line); r->line++) {
		int bad_line = 0;

		if (view_is(line, 0, "/", 1))
			bad_line = meta_node(r, line, e);
		else if (line.len && line.p[0] != '#')
			bad_line = take_header(r, line, e);
		if (bad_line)
			return -1;
	}
	return meta_links(r, e);
}

int meta_read(struct meta *m, struct view v, struct err *e)
{
	struct reading r = { .m = m };
	int result;

	*m = (struct meta){ 0 };
	tree_init(&m->t);
	result = read_lines(&r, v, e);
	tree_finish(&m->t);
	buf_free(&r.word);
	free(r.hard);
	if (result < 0)
		meta_free(m);
	return result;
}

void meta_free(struct meta *m)
{
	const struct fs *fs = m->format ? m->format->fs : NULL;

	if (m->opts && fs && fs->opts) {
		const struct optset set[] = { { fs->opts, m->opts }, { 0 } };

		opt_free(set);
	}
	free(m->opts);
	tree_free(&m->t);
	*m = (struct meta){ 0 };
}

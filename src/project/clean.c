/* clean.c - rules on files, variables and raw bytes */
#include "project/clean.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "project/cleaning.h"

enum { MOST_TEXT = 4 << 20, MOST_SECRETS = 4096, KEPT_OF_A_FILE = 4096 };

void clean_mask(struct buf *b, struct view label, struct view value, bool show)
{
	size_t stars = value.len < 2 ? value.len : value.len - 1;

	if (label.len) {
		put_escaped(b, label);
		put8(b, '=');
	}
	if (show) {
		put_escaped(b, value.len < 64 ? value : view_sub(value, 0, 64));
		return;
	}
	if (view_is(value, 0, "-----BEGIN", 10)) {
		put_text(b, "%zu bytes", value.len);
	} else if (value.len > 3 && value.p[0] == '$' && value.p[2] == '$') {
		put(b, value.p, 3);
		put_text(b, "***");
	} else {
		if (value.len > 4)
			put_escaped(b, view_sub(value, 0, 1));
		put_fill(b, '*', stars < 9 ? stars : 9);
	}
}

void clean_add(struct cleaning *c, const char *where, const char *kind,
			const char *masked, bool removed)
{
	c->f = xgrow(c->f, &c->cap, c->n + 1, sizeof(*c->f));
	c->f[c->n++] = (struct finding){ xstrdup(where), kind, xstrdup(masked), removed };
}

static bool is_secret(const struct cleaning *c, struct view value)
{
	for (size_t i = 0; i < c->secrets; i++)
		if (view_equal(value, (struct view){ c->secret[i].p, c->secret[i].len, 0 }))
			return true;
	return false;
}

/* A value of its own; short ones would be found by chance. */
void clean_keep_secret(struct cleaning *c, struct view value, const char *kind)
{
	if (value.len < LEAST_SECRET || c->secrets >= MOST_SECRETS ||
	    view_run(value, value.p[0]) == value.len || is_secret(c, value))
		return;
	c->secret = xgrow(c->secret, &c->capsecret, c->secrets + 1, sizeof(*c->secret));
	c->secret[c->secrets] = (struct secret){ xmalloc(value.len), value.len, kind };
	memcpy(c->secret[c->secrets++].p, value.p, value.len);
}

void clean_found(const struct at_work *w, struct view label, struct view value)
{
	struct buf masked = { 0 };

	clean_mask(&masked, label, value, w->c->show);
	clean_add(w->c, w->where, w->rule->kind, buf_string(&masked), false);
	clean_keep_secret(w->c, value, w->rule->kind);
	buf_free(&masked);
}

static bool applies(const struct rule *r, const char *path)
{
	bool wanted = false;

	for (size_t i = 0; i < r->globs; i++) {
		bool out = r->glob[i][0] == '!';

		if (fnmatch(r->glob[i] + out, path, FNM_CASEFOLD))
			continue;
		if (out)
			return false;
		wanted = true;
	}
	return wanted;
}

/* What was in a file that goes: its lines, and values in them. */
static void keep_lines(struct cleaning *c, struct view text, const char *kind)
{
	struct view line;

	if (text.len > KEPT_OF_A_FILE)
		return;
	clean_keep_secret(c, text, kind);
	while (next_line(&text, &line)) {
		const uint8_t *eq = line.len ? memchr(line.p, '=', line.len) : NULL;

		if (line.len > 2 * LEAST_SECRET)
			clean_keep_secret(c, line, kind);
		if (eq)
			clean_keep_secret(c, view_from(line, (uint64_t)(eq - line.p) + 1), kind);
	}
}

static bool is_asked_for(const struct cleaning *c, const char *path)
{
	for (char *const *p = c->remove; p && *p; p++)
		if (!strcmp(**p == '/' ? *p + 1 : *p, path))
			return true;
	return false;
}

static bool removes(struct cleaning *c, const char *path, const char *where,
		    struct view content)
{
	const char *kind = is_asked_for(c, path) || is_asked_for(c, where) ? "asked for"
									   : NULL;
	struct buf text = { 0 };

	for (size_t i = 0; !kind && i < c->rules->n; i++) {
		const struct rule *r = &c->rules->v[i];

		if (!r->method->edit && r->globs && content.len && applies(r, path) &&
		    (!r->method->is || r->method->is(content)))
			kind = r->kind;
	}
	if (!kind)
		return false;
	put_text(&text, "the file, %zu bytes", content.len);
	clean_add(c, where, kind, buf_string(&text), true);
	keep_lines(c, content, kind);
	buf_free(&text);
	return true;
}

static bool is_text(struct view v)
{
	return v.len && v.len <= MOST_TEXT && !memchr(v.p, 0, v.len);
}

enum cleaned clean_file(struct cleaning *c, const char *path, const char *where,
			struct view content, struct buf *out)
{
	struct buf now = { 0 }, next = { 0 };
	bool changed = false;

	if (removes(c, path, where, content))
		return CLEAN_REMOVED;
	put_view(&now, content);
	for (size_t i = 0; i < c->rules->n; i++) {
		const struct rule *r = &c->rules->v[i];
		struct at_work w = { c, r, where };

		if (!r->method->edit || !applies(r, path) || !now.len ||
		    (r->method->wants_text && !is_text(buf_view(&now))))
			continue;
		buf_clear(&next);
		if (!r->method->edit(&w, buf_view(&now), &next))
			continue;
		buf_clear(&now);
		put_view(&now, buf_view(&next));
		changed = true;
	}
	if (changed)
		put_view(out, buf_view(&now));
	buf_free(&now);
	buf_free(&next);
	return changed ? CLEAN_EDITED : CLEAN_SAME;
}

static const struct rule *rule_of_variable(const struct cleaning *c, struct view name)
{
	char text[128];

	if (name.len >= sizeof(text))
		return NULL;
	memcpy(text, name.p, name.len);
	text[name.len] = 0;
	for (size_t i = 0; i < c->rules->n; i++) {
		const struct rule *r = &c->rules->v[i];

		for (size_t k = 0; !strcmp(r->method->name, "env") && k < r->words; k++)
			if (!fnmatch(r->word[k], text, FNM_CASEFOLD))
				return r;
	}
	return NULL;
}

bool clean_vars(struct cleaning *c, const char *where, struct buf *vars)
{
	struct view rest = buf_view(vars);
	struct buf left = { 0 };
	bool changed = false;

	while (rest.len) {
		const uint8_t *end = memchr(rest.p, 0, rest.len);
		size_t n = end ? (size_t)(end - rest.p) + 1 : rest.len;
		struct view entry = view_sub(rest, 0, n);
		const uint8_t *eq = memchr(entry.p, '=', n);
		struct view name = view_sub(entry, 0, eq ? (uint64_t)(eq - entry.p) : 0);
		const struct rule *r = name.len ? rule_of_variable(c, name) : NULL;

		rest = view_from(rest, n);
		if (!r) {
			put_view(&left, entry);
			continue;
		}
		clean_found(&(struct at_work){ c, r, where }, name,
			    view_sub(entry, name.len + 1, n - name.len - 1 - (end != NULL)));
		changed = true;
	}
	if (changed) {
		buf_free(vars);
		*vars = left;
	} else {
		buf_free(&left);
	}
	return changed;
}

void cleaning_free(struct cleaning *c)
{
	for (size_t i = 0; i < c->n; i++) {
		free(c->f[i].where);
		free(c->f[i].masked);
	}
	for (size_t i = 0; i < c->secrets; i++)
		free(c->secret[i].p);
	free(c->f);
	free(c->secret);
	c->f = NULL;
	c->secret = NULL;
	c->n = c->cap = c->secrets = c->capsecret = 0;
}

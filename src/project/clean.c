/* clean.c - rules on files, variables and raw bytes */
#include "project/clean.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "project/cleaning.h"

enum { MOST_TEXT = 4 << 20, LEAST_SECRET = 6, MOST_SECRETS = 4096, KEPT_OF_A_FILE = 4096 };

static void mask(struct buf *b, struct view label, struct view value, bool show)
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

static void add_finding(struct cleaning *c, const char *where, const char *kind,
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
static void keep_secret(struct cleaning *c, struct view value, const char *kind)
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

	mask(&masked, label, value, w->c->show);
	add_finding(w->c, w->where, w->rule->kind, buf_string(&masked), false);
	keep_secret(w->c, value, w->rule->kind);
	buf_free(&masked);
}

static bool applies(const struct rule *r, const char *path)
{
	for (size_t i = 0; i < r->globs; i++)
		if (!fnmatch(r->glob[i], path, FNM_CASEFOLD))
			return true;
	return false;
}

static bool is_raw(const struct rule *r)
{
	for (size_t i = 0; i < r->globs; i++)
		if (!strcmp(r->glob[i], "raw"))
			return true;
	return false;
}

/* What was in a file that goes: its lines, and values in them. */
static void keep_lines(struct cleaning *c, struct view text, const char *kind)
{
	struct view line;

	if (text.len > KEPT_OF_A_FILE)
		return;
	keep_secret(c, text, kind);
	while (next_line(&text, &line)) {
		const uint8_t *eq = line.len ? memchr(line.p, '=', line.len) : NULL;

		if (line.len > 2 * LEAST_SECRET)
			keep_secret(c, line, kind);
		if (eq)
			keep_secret(c, view_from(line, (uint64_t)(eq - line.p) + 1), kind);
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

		if (!r->method->edit && r->globs && content.len && applies(r, path))
			kind = r->kind;
	}
	if (!kind)
		return false;
	put_text(&text, "the file, %zu bytes", content.len);
	add_finding(c, where, kind, buf_string(&text), true);
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

static void found_raw(struct cleaning *c, const char *part, uint64_t at,
		      const char *kind, struct view label, struct view value)
{
	struct buf where = { 0 }, masked = { 0 };

	put_text(&where, "%s%s0x%06llx", part, *part ? ":" : "", (unsigned long long)at);
	mask(&masked, label, value, c->show);
	add_finding(c, buf_string(&where), kind, buf_string(&masked), false);
	buf_free(&where);
	buf_free(&masked);
}

static uint64_t wipe(uint8_t *p, size_t n, uint8_t fill)
{
	memset(p, fill, n);
	return n;
}

static bool is_printable(struct view v)
{
	for (size_t i = 0; i < v.len; i++)
		if (v.p[i] < ' ' || v.p[i] >= 0x7f)
			return false;
	return true;
}

/* Keys amid raw bytes: only values that look like one. */
static uint64_t wipe_keys(struct cleaning *c, const struct rule *r, const char *part,
			  uint64_t at, uint8_t *p, size_t n, uint8_t fill)
{
	struct view v = { p, n, 0 }, key, value;
	uint64_t from = 0, wiped = 0;

	while (key_value(r, v, from, &key, &value)) {
		from = (uint64_t)(value.p - p) + value.len;
		if (value.len < LEAST_SECRET || !is_printable(value))
			continue;
		found_raw(c, part, at + (uint64_t)(value.p - p), r->kind, key, value);
		keep_secret(c, value, r->kind);
		wiped += wipe(p + (value.p - p), value.len, fill);
	}
	return wiped;
}

static uint64_t wipe_pem(struct cleaning *c, const struct rule *r, const char *part,
			 uint64_t at, uint8_t *p, size_t n, uint8_t fill)
{
	struct at_work w = { c, r, part };
	struct buf left = { 0 };
	size_t secrets = c->secrets;
	uint64_t wiped = 0;

	(void)at;
	if (r->method->edit(&w, (struct view){ p, n, 0 }, &left))
		for (size_t i = secrets; i < c->secrets; i++)
			for (uint8_t *hit; (hit = memmem(p, n, c->secret[i].p,
							 c->secret[i].len)); )
				wiped += wipe(hit, c->secret[i].len, fill);
	buf_free(&left);
	return wiped;
}

static uint64_t wipe_secret(struct cleaning *c, const struct secret *s,
			    const char *part, uint64_t at, uint8_t *p, size_t n,
			    uint8_t fill)
{
	uint64_t wiped = 0;
	uint8_t *hit;

	while ((hit = memmem(p, n, s->p, s->len))) {
		found_raw(c, part, at + (uint64_t)(hit - p), s->kind, view_text(""),
			  (struct view){ s->p, s->len, 0 });
		wiped += wipe(hit, s->len, fill);
	}
	return wiped;
}

uint64_t clean_raw(struct cleaning *c, const char *part, uint64_t at, uint8_t *p,
		   size_t n, uint8_t fill)
{
	uint64_t wiped = 0;

	for (size_t i = 0; i < c->rules->n; i++) {
		const struct rule *r = &c->rules->v[i];

		if (!is_raw(r))
			continue;
		wiped += r->method->edit == edit_keys
		       ? wipe_keys(c, r, part, at, p, n, fill)
		       : r->method->edit == edit_pem
		       ? wipe_pem(c, r, part, at, p, n, fill) : 0;
	}
	for (size_t i = 0; i < c->secrets; i++)
		wiped += wipe_secret(c, &c->secret[i], part, at, p, n, fill);
	return wiped;
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

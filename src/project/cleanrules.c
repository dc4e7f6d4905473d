/* cleanrules.c - reading the rules of what is personal */
#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "project/cleaning.h"

const struct clean_method clean_methods[] = {
	{ "file", NULL, false, NULL },
	{ "key", NULL, false, is_key_file },
	{ "keys", edit_keys, true, NULL },
	{ "lines", edit_lines, true, NULL },
	{ "passwd", edit_passwd, true, NULL },
	{ "pem", edit_pem, false, NULL },
	{ "macs", edit_macs, true, NULL },
	{ "env", NULL, false, NULL },
	{ 0 }
};

static const struct clean_method *method_named(struct view word)
{
	for (const struct clean_method *m = clean_methods; m->name; m++)
		if (view_equal(word, view_text(m->name)))
			return m;
	return NULL;
}

static bool take_word(struct view *line, struct view *word)
{
	size_t n = 0;

	while (line->len && (line->p[0] == ' ' || line->p[0] == '\t'))
		*line = view_from(*line, 1);
	while (n < line->len && line->p[n] != ' ' && line->p[n] != '\t')
		n++;
	*word = view_sub(*line, 0, n);
	*line = view_from(*line, n);
	return n > 0;
}

static void add_word(struct rules *r, const char ***list, size_t *n, struct view w)
{
	const char **next = arena_alloc(&r->arena, (*n + 2) * sizeof(*next));

	if (*n)
		memcpy(next, *list, *n * sizeof(*next));
	next[(*n)++] = arena_copy(&r->arena, w.p, w.len);
	*list = next;
}

static int take_rule(struct rules *r, struct view line, uint64_t number,
		     struct err *e)
{
	const uint8_t *colon = memchr(line.p, ':', line.len);
	struct rule rule = { 0 };
	struct view rest, word;
	bool globs = false;

	if (!colon)
		return fail_line(e, number, "no colon behind the kind; write KIND: METHOD "
				 "... in GLOB...");
	rule.kind = arena_copy(&r->arena, line.p, (size_t)(colon - line.p));
	rest = view_from(line, (uint64_t)(colon - line.p) + 1);
	if (!take_word(&rest, &word) || !(rule.method = method_named(word)))
		return fail_line(e, number, "no method of that name; give file, keys, "
				 "passwd, pem, macs or env");
	while (take_word(&rest, &word)) {
		if (!globs && view_equal(word, view_text("in")))
			globs = true;
		else if (globs)
			add_word(r, &rule.glob, &rule.globs, word);
		else
			add_word(r, &rule.word, &rule.words, word);
	}
	if (!rule.globs && !rule.words)
		return fail_line(e, number, "says neither what nor where; write KIND: METHOD "
				 "... in GLOB...");
	r->v = xgrow(r->v, &r->cap, r->n + 1, sizeof(*r->v));
	r->v[r->n++] = rule;
	return 0;
}

int rules_read(struct rules *r, struct view text, struct err *e)
{
	struct view line;
	uint64_t number = 0;

	*r = (struct rules){ 0 };
	while (next_line(&text, &line)) {
		number++;
		while (line.len && line.p[line.len - 1] <= ' ')
			line = view_sub(line, 0, line.len - 1);
		if (line.len && line.p[0] != '#' && take_rule(r, line, number, e) < 0)
			return -1;
	}
	return r->n ? 0 : fail(e, ERR_USAGE, "no rule in it; see share/clean.rules");
}

void rules_free(struct rules *r)
{
	free(r->v);
	arena_free(&r->arena);
	*r = (struct rules){ 0 };
}

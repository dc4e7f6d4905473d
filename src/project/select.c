/* select.c - which parts a word on the command line names */
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "core/mem.h"
#include "core/text.h"
#include "project/plan.h"

static bool is_name(const char *a, const char *name, size_t n)
{
	return strlen(a) == n && !strncasecmp(a, name, n);
}

const struct part *plan_named(const struct plan *p, const char *name, size_t n)
{
	const struct part *near = NULL;

	for (size_t i = 0; i < p->n; i++) {
		const struct part *part = &p->part[i];

		if (strlen(part->name) == n && !memcmp(part->name, name, n))
			return part;
		if (!near && (is_name(part->name, name, n) ||
			      is_name(part->dir, name, n)))
			near = part;
	}
	return near;
}

/* All parts that overlap [at, at + size). */
static bool take_range(const struct plan *p, uint64_t at, uint64_t size,
		       bool *chosen)
{
	bool any = false;

	for (size_t i = 0; i < p->n; i++) {
		const struct part *part = &p->part[i];
		bool apart = part->at >= at ? part->at - at >= size
					    : at - part->at >= part->size;

		if (!apart)
			any = chosen[i] = true;
	}
	return any;
}

static bool take_names(const struct plan *p, const char *word, bool *chosen)
{
	bool any = false;

	for (size_t i = 0; i < p->n; i++) {
		const struct part *part = &p->part[i];

		if (!strcasecmp(part->name, word) || !strcasecmp(part->dir, word) ||
		    !strcmp(part->file, word))
			any = chosen[i] = true;
	}
	return any;
}

/* A partition that holds others is all that lies in it. */
static bool take_holder(const struct plan *p, const char *word, bool *chosen)
{
	const struct map *m = p->maps.best < 0 ? NULL : &p->maps.map[p->maps.best];
	bool any = false;

	for (size_t i = 0; m && i < m->n; i++)
		if (m->part[i].holds_others && !strcasecmp(m->part[i].name, word))
			any |= take_range(p, m->part[i].at, m->part[i].size, chosen);
	return any;
}

static bool take_type(const struct plan *p, const char *word, bool *chosen)
{
	bool any = false;

	for (size_t i = 0; i < p->scan.nfound; i++) {
		const struct found *f = &p->scan.found[i];
		uint64_t at = f->decoded ? f->anchor : f->r.at;
		const struct part *part = plan_over(p, at);

		if (part && !strcmp(f->r.format->name, word))
			any = chosen[part - p->part] = true;
	}
	return any;
}

static bool take_index(const struct plan *p, const char *word, bool *chosen)
{
	char *end;
	unsigned long i = strtoul(word + 1, &end, 10);

	if (*end || end == word + 1 || i >= p->n)
		return false;
	return chosen[i] = true;
}

static bool take_offset(const struct plan *p, const char *word, bool *chosen)
{
	struct err ignored = { 0 };
	const struct part *part;
	uint64_t at;

	if (parse_size(word + 1, &at, &ignored) < 0)
		return false;
	part = plan_over(p, at);
	return part && (chosen[part - p->part] = true);
}

static int none(const struct plan *p, const char *word, struct err *e)
{
	const char **names = xcalloc(p->n + 1, sizeof(*names)), *near;

	for (size_t i = 0; i < p->n; i++)
		names[i] = p->part[i].dir;
	near = nearest(word, names);
	free(names);
	if (near)
		return fail(e, ERR_USAGE, "-p %s: no such part; did you mean %s?", word,
			    near);
	return fail(e, ERR_USAGE, "-p %s: no such part; fwtool scan lists them: by "
		    "name, #2, @0x1d0000, type or range", word);
}

static int take(const struct plan *p, const char *word, bool *chosen,
		struct err *e)
{
	struct range range;
	bool any = take_names(p, word, chosen);

	/* A name wins over all that it could mean besides. */
	any = any || take_holder(p, word, chosen);
	if (!any && word[0] == '#')
		any = take_index(p, word, chosen);
	else if (!any && word[0] == '@')
		any = take_offset(p, word, chosen);
	else if (!any && (strstr(word, "..") || strchr(word, '+'))) {
		if (parse_range(word, p->in.v.len, &range, e) < 0)
			return -1;
		any = take_range(p, range.at, range.size, chosen);
	}
	any = any || take_type(p, word, chosen);
	return any ? 0 : none(p, word, e);
}

int plan_select(const struct plan *p, const char *sel, bool *chosen,
		struct err *e)
{
	char word[256];

	for (size_t i = 0; i < p->n; i++)
		chosen[i] = false;
	for (const char *s = sel; ; ) {
		size_t n = strcspn(s, ",");

		snprintf(word, sizeof(word), "%.*s", n < 255 ? (int)n : 255, s);
		if (take(p, word, chosen, e) < 0)
			return -1;
		if (!s[n])
			return 0;
		s += n + 1;
	}
}

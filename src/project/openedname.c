/* openedname.c - how what was opened is called on disk */
#include "project/openedname.h"

#include <stdio.h>

#include "project/parts.h"

static bool is_taken(const struct opening *o, const char *name)
{
	for (size_t i = 0; i < o->plan->n; i++)
		if (!strcmp(o->plan->part[i].dir, name))
			return true;
	for (size_t i = 0; i < o->n; i++)
		if (!strcmp(o->v[i].name, name))
			return true;
	return false;
}

/* What is in a volume, of which there may be many, is named after it. */
static const char *prefix(const struct opening *o, const struct opened *x)
{
	const struct opened *up = x->parent < 0 ? NULL : &o->v[x->parent];

	return up && up->format->wrap->load ? up->name
					    : o->plan->part[x->part].dir;
}

void opened_name(const struct opening *o, struct opened *x, const char *word)
{
	enum { ROOM = sizeof(x->name) };
	char safe[32], room[ROOM];
	int n;

	safe_name(word, safe, sizeof(safe));
	n = snprintf(room, ROOM, "%.56s-%.31s", prefix(o, x), safe);
	for (int i = 2; is_taken(o, room) && i < MOST_OPENED; i++)
		snprintf(room + n, ROOM - (size_t)n, "-%d", i);
	memcpy(x->name, room, ROOM);
}

/* Say under which name the content of a payload is written. */
static void choose_file(struct opening *o, size_t i)
{
	struct opened *x = &o->v[i];
	const char *suffix = ".bin";
	struct region r = { 0 };

	for (size_t k = i + 1; k < o->n; k++)
		if (o->v[k].parent == (long)i && !o->v[k].at)
			return;
	for (size_t k = 0; formats[k]; k++)
		if (formats[k]->suffix && formats[k]->magic &&
		    view_is(o->content[i].v, formats[k]->magic->off,
			    formats[k]->magic->bytes, formats[k]->magic->len) &&
		    formats[k]->probe(o->content[i].v, 0, &r) >= PROOF_PLAUSIBLE)
			suffix = formats[k]->suffix;
	snprintf(x->file, sizeof(x->file), "%s%s", x->name, suffix);
}

static bool is_seen(const struct opened *x)
{
	return is_tree(x) || x->file[0];
}

/* Who is seen on disk takes the plain name from one that is not. */
static void swap_names(struct opening *o, struct opened *seen)
{
	const char *number = strrchr(seen->name, '-');
	char name[sizeof(seen->name)];

	if (!number || number[1 + strspn(number + 1, "0123456789")])
		return;
	for (size_t k = o->done; k < o->n; k++) {
		struct opened *x = &o->v[k];

		if (is_seen(x) || strlen(x->name) != (size_t)(number - seen->name) ||
		    strncmp(x->name, seen->name, strlen(x->name)))
			continue;
		memcpy(name, x->name, sizeof(name));
		memcpy(x->name, seen->name, sizeof(name));
		memcpy(seen->name, name, sizeof(name));
		return;
	}
}

/* The digests of the contents, and names as people see them. */
void opening_finish(struct opening *o)
{
	for (size_t i = o->done; i < o->n; i++) {
		struct opened *x = &o->v[i];

		if (is_tree(x))
			continue;
		x->length = o->content[i].v.len;
		sha256_text(o->content[i].v, x->sha256);
		choose_file(o, i);
	}
	for (size_t i = o->done; i < o->n; i++) {
		if (!is_seen(&o->v[i]))
			continue;
		swap_names(o, &o->v[i]);
		if (!is_tree(&o->v[i]))
			choose_file(o, i);
	}
}

/* opt.c - one table per command: parser and help */
#include "core/opt.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "core/text.h"

bool opt_takes_value(const struct option *o)
{
	return o->kind == OPT_UINT || o->kind == OPT_TEXT || o->kind == OPT_WORD ||
	       o->kind == OPT_LIST;
}

bool opt_takes_next(const struct option *table, const char *word)
{
	for (const struct option *o = table; o->kind; o++)
		if (opt_takes_value(o) &&
		    ((o->letter && word[1] == o->letter && !word[2]) ||
		     (word[1] == '-' && o->name && !strcmp(word + 2, o->name))))
			return true;
	return false;
}

static int set_word(const struct option *o, int *to, const char *value,
		    struct err *e)
{
	struct buf all = { 0 };

	for (int i = 0; o->words[i]; i++) {
		if (!strcmp(o->words[i], value)) {
			*to = i;
			return 0;
		}
	}
	for (int i = 0; o->words[i]; i++)
		put_text(&all, "%s%s", !i ? "" : o->words[i + 1] ? ", " : " or ",
			 o->words[i]);
	fail(e, ERR_USAGE, "%s: is not one of its words; give %s", value,
	     buf_string(&all));
	buf_free(&all);
	return -1;
}

static void add_text(struct texts *t, const char *value)
{
	t->v = xrealloc(t->v, (t->n + 1) * sizeof(*t->v));
	t->v[t->n++] = value;
}

static int set_value(const struct option *o, void *base, const char *value,
		     struct err *e)
{
	void *to = (char *)base + o->where;

	switch (o->kind) {
	case OPT_FLAG: *(bool *)to = true; return 0;
	case OPT_OFF: *(bool *)to = false; return 0;
	case OPT_COUNT: ++*(unsigned *)to; return 0;
	case OPT_TEXT: *(const char **)to = value; return 0;
	case OPT_MAYBE: *(const char **)to = value ? value : ""; return 0;
	case OPT_LIST: add_text(to, value); return 0;
	case OPT_UINT: return parse_size(value, to, e);
	case OPT_WORD: return set_word(o, to, value, e);
	case OPT_END: break;
	}
	return -1;
}

struct hit { const struct option *o; void *base; };

static struct hit by_name(const struct optset *sets, const char *name, size_t n)
{
	for (; sets->table; sets++)
		for (const struct option *o = sets->table; o->kind; o++)
			if (o->name && strlen(o->name) == n && !memcmp(o->name, name, n))
				return (struct hit){ o, sets->base };
	return (struct hit){ 0 };
}

static struct hit by_letter(const struct optset *sets, char letter)
{
	for (; sets->table; sets++)
		for (const struct option *o = sets->table; o->kind; o++)
			if (o->letter == letter)
				return (struct hit){ o, sets->base };
	return (struct hit){ 0 };
}

static int unknown_long(const struct optset *sets, const char *name, size_t n,
			struct err *e)
{
	const char *words[256], *best;
	char *word = xasprintf("%.*s", (int)n, name);
	size_t k = 0;

	for (; sets->table; sets++)
		for (const struct option *o = sets->table; o->kind; o++)
			if (o->name && k < 255)
				words[k++] = o->name;
	words[k] = NULL;
	best = nearest(word, words);
	if (best)
		fail(e, ERR_USAGE, "unknown option --%s; did you mean --%s?", word, best);
	else
		fail(e, ERR_USAGE, "unknown option --%s; see --help", word);
	free(word);
	return -1;
}

/* --no-NAME takes a flag back, and --NAME takes --no-NAME back. */
static bool take_back(const struct optset *sets, const char *name, size_t n)
{
	char *off = xasprintf("no-%.*s", (int)n, name);
	struct hit h = n > 3 && !memcmp(name, "no-", 3)
		     ? by_name(sets, name + 3, n - 3) : by_name(sets, off, n + 3);

	free(off);
	if (!h.o || (h.o->kind != OPT_FLAG && h.o->kind != OPT_OFF))
		return false;
	*(bool *)((char *)h.base + h.o->where) = h.o->kind == OPT_OFF;
	return true;
}

/* One "--name", "--name=value" or "--name value". */
static int parse_long(const struct optset *sets, const char *arg, char **next,
		      int *used, struct err *e)
{
	const char *eq = strchr(arg, '=');
	size_t n = eq ? (size_t)(eq - arg) : strlen(arg);
	struct hit h = by_name(sets, arg, n);
	const char *value = eq ? eq + 1 : NULL;

	if (!h.o)
		return !eq && take_back(sets, arg, n) ? 0
						      : unknown_long(sets, arg, n, e);
	if (opt_takes_value(h.o) && !value) {
		if (!*next)
			return fail(e, ERR_USAGE, "--%s needs a value; give --%s %s",
				    h.o->name, h.o->name, h.o->arg);
		value = *next;
		*used = 1;
	} else if (!opt_takes_value(h.o) && h.o->kind != OPT_MAYBE && value) {
		return fail(e, ERR_USAGE, "--%s takes no value; leave out \"=%s\"",
			    h.o->name, value);
	}
	if (set_value(h.o, h.base, value, e) < 0)
		return within(e, "--%s", h.o->name);
	return 0;
}

/* "-vq", "-ofile", "-o file"; an optional value only as in "-p0x1000". */
static int parse_short(const struct optset *sets, const char *arg, char **next,
		       int *used, struct err *e)
{
	for (; *arg; arg++) {
		struct hit h = by_letter(sets, *arg);
		const char *value = NULL;
		char letter = *arg;

		if (!h.o)
			return fail(e, ERR_USAGE, "unknown option -%c; see --help", *arg);
		if (opt_takes_value(h.o)) {
			value = arg[1] ? arg + 1 : *next;
			if (!value)
				return fail(e, ERR_USAGE, "-%c needs a value; give -%c %s",
					    *arg, *arg, h.o->arg);
			*used = !arg[1];
			arg += strlen(arg) - 1;
		} else if (h.o->kind == OPT_MAYBE && arg[1]) {
			value = arg + 1;
			arg += strlen(arg) - 1;
		}
		if (set_value(h.o, h.base, value, e) < 0)
			return within(e, "-%c", letter);
	}
	return 0;
}

int opt_parse(const struct optset *sets, int argc, char **argv, struct err *e)
{
	int operands = 0;
	bool plain = false;

	for (int i = 1; i < argc; i++) {
		char *arg = argv[i];
		int used = 0, r = 0;

		if (plain || arg[0] != '-' || !arg[1]) {
			argv[operands++] = arg;
			continue;
		}
		if (!strcmp(arg, "--")) {
			plain = true;
			continue;
		}
		r = arg[1] == '-' ? parse_long(sets, arg + 2, argv + i + 1, &used, e)
				  : parse_short(sets, arg + 1, argv + i + 1, &used, e);
		if (r < 0)
			return -1;
		i += used;
	}
	argv[operands] = NULL;
	return operands;
}

void opt_free(const struct optset *sets)
{
	for (; sets->table; sets++) {
		for (const struct option *o = sets->table; o->kind; o++) {
			struct texts *t = (void *)((char *)sets->base + o->where);

			if (o->kind != OPT_LIST)
				continue;
			free(t->v);
			*t = (struct texts){ 0 };
		}
	}
}

int opt_set(const struct option *table, void *base, const char *name,
	    const char *value, struct err *e)
{
	const struct optset sets[] = { { table, base }, { 0 } };
	struct hit h = by_name(sets, name, strlen(name));

	if (!h.o)
		return fail(e, ERR_FORMAT, "unknown key %s; the file is from a newer "
			    "fwtool, or damaged", name);
	if (set_value(h.o, base, value, e) < 0)
		return within(e, "%s", name);
	return 0;
}

void opt_help(const struct option *table, FILE *out)
{
	for (const struct option *o = table; o->kind; o++) {
		char left[64];

		snprintf(left, sizeof(left), "  %c%c%s%s%s%s%s%s",
			 o->letter ? '-' : ' ', o->letter ? o->letter : ' ',
			 o->letter && o->name ? ", " : o->letter ? "" : "  ",
			 o->name ? "--" : "", o->name ? o->name : "",
			 o->kind == OPT_MAYBE ? "[=" : o->arg ? " " : "",
			 o->arg ? o->arg : "", o->kind == OPT_MAYBE ? "]" : "");
		if (strlen(left) > 22)
			fprintf(out, "%s\n%23s%s\n", left, "", o->help);
		else
			fprintf(out, "%-22s %s\n", left, o->help);
	}
}

/* wanted.c - which formats take part in a scan, and their magics */
#include <stdlib.h>

#include "core/mem.h"
#include "scan/engine.h"

/* Whether name is a word of the comma list. */
static bool is_listed(const char *list, const char *name)
{
	size_t n = strlen(name);

	for (const char *p = list; p && *p; p += strcspn(p, ","), p += *p == ',')
		if (strcspn(p, ",") == n && !strncmp(p, name, n))
			return true;
	return false;
}

static int check_word(const char *word, size_t n, struct err *e)
{
	char name[32];

	if (n >= sizeof(name))
		return fail(e, ERR_USAGE, "%.40s: is no format; see fwtool formats",
			    word);
	memcpy(name, word, n);
	name[n] = 0;
	if (!format_named(name))
		return fail(e, ERR_USAGE, "\"%s\" is no format; see fwtool formats",
			    name);
	return 0;
}

static int check_list(const char *list, struct err *e)
{
	for (const char *p = list; p && *p; p += strcspn(p, ","), p += *p == ',')
		if (check_word(p, strcspn(p, ","), e) < 0)
			return -1;
	return 0;
}

static bool is_wanted(const struct scan_opts *o, const struct format *f)
{
	if (o->only && !is_listed(o->only, f->name))
		return false;
	return !o->skip || !is_listed(o->skip, f->name);
}

static size_t count_magics(void)
{
	size_t n = 0;

	for (size_t i = 0; formats[i]; i++, n++)
		for (const struct magic *m = formats[i]->magic; m && m->len; m++)
			n++;
	return n;
}

static void add_magics(struct engine *g, unsigned format)
{
	const struct magic *m = g->format[format]->magic;

	for (; m && m->len && g->nneedle < MOST_NEEDLES; m++) {
		g->needle[g->nneedle] = (struct needle){ (const uint8_t *)m->bytes,
							 m->len };
		g->source[g->nneedle++] = (struct source){
			.format = format, .off = m->off,
		};
		if (m->off > g->back)
			g->back = m->off;
	}
}

static void add_clue(struct engine *g)
{
	static const char text[] = "mtdparts=";

	if (g->nneedle == MOST_NEEDLES || g->o->proven_only)
		return;
	g->needle[g->nneedle] = (struct needle){ (const uint8_t *)text,
						 sizeof(text) - 1 };
	g->source[g->nneedle++] = (struct source){ .format = CLUE };
}

int engine_want(struct engine *g, struct err *e)
{
	size_t most = count_magics() + 1;

	if (check_list(g->o->only, e) < 0 || check_list(g->o->skip, e) < 0)
		return -1;
	g->format = xcalloc(most + 1, sizeof(*g->format));
	g->tally = xcalloc(most + 1, sizeof(*g->tally));
	g->needle = xcalloc(most + 1, sizeof(*g->needle));
	g->source = xcalloc(most + 1, sizeof(*g->source));
	for (size_t i = 0; formats[i]; i++)
		if (is_wanted(g->o, formats[i]))
			g->format[g->nformat++] = formats[i];
	for (unsigned i = 0; i < g->nformat; i++)
		add_magics(g, i);
	add_clue(g);
	for (unsigned i = 0; i < g->nformat; i++)
		if (g->format[i]->peek && g->format[i]->grid)
			g->source[g->nneedle + g->ngrid++] = (struct source){
				.format = i,
			};
	finder_init(&g->find, g->needle, g->nneedle);
	g->find.most = MOST_A_SECTOR;
	return 0;
}

void engine_free(struct engine *g)
{
	free(g->format);
	free(g->tally);
	free(g->needle);
	free(g->source);
}

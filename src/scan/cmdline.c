/* cmdline.c - mtdparts= in the open: command lines, compiled-in environments */
#include <stdio.h>

#include "core/maps.h"
#include "scan/mapmake.h"

static const struct region *env_over(const struct scan *s, uint64_t at)
{
	for (size_t i = 0; i < s->nfound; i++) {
		const struct region *r = &s->found[i].r;

		if (at >= r->at && at - r->at < r->size &&
		    !strcmp(r->format->name, "env"))
			return r;
	}
	return NULL;
}

/* A command line ends at the byte that is no text. */
static void one_line(struct maps *m, struct view image, uint64_t at,
		     uint64_t size)
{
	char source[64];
	struct speaker who = { .rank = MAP_CMDLINE, .from = at, .source = source };
	struct err e;

	snprintf(source, sizeof(source), "a command line at 0x%06llx",
		 (unsigned long long)at);
	maps_mtdparts(m, &who, view_from(image, at), size, &e);
}

static void one_default(struct maps *m, struct view vars, uint64_t size)
{
	char source[64];
	struct speaker who = { .rank = MAP_ENV_DEFAULT, .from = vars.at,
			       .source = source };

	snprintf(source, sizeof(source), "the default environment at 0x%06llx",
		 (unsigned long long)vars.at);
	maps_vars(m, &who, vars, size);
}

/* What has a right checksum was read already; a list of variables is one. */
void maps_cmdlines(struct maps *m, struct view image, const struct scan *s)
{
	uint64_t done = 0;
	struct view vars;

	for (size_t i = 0; i < s->nclue; i++) {
		uint64_t at = s->clue[i];

		if (at < done || env_over(s, at))
			continue;
		if (env_default(image, at, &vars)) {
			one_default(m, vars, s->size);
			done = vars.at + vars.len;
		} else {
			one_line(m, image, at, s->size);
		}
		maps_give_back();
	}
}

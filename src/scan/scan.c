/* scan.c - one pass over an image: every object, and every byte accounted for */
#include "scan/scan.h"

#include <stdlib.h>

#include "core/log.h"
#include "core/mem.h"
#include "core/text.h"
#include "scan/engine.h"

static void say_truncated(const struct found *f, uint64_t size)
{
	const struct region *r = &f->r;
	uint64_t end = r->at + r->size;

	if (f->parent >= 0 || !r->says)
		return;
	warn_at("scan.truncated", r->at,
		"%s says it ends at 0x%llx, %s at 0x%llx (%llu bytes missing); "
		"read again, or add --partial", r->format->name,
		(unsigned long long)(r->at + r->says),
		end == size ? "the file ends" : "what holds it ends",
		(unsigned long long)end, (unsigned long long)(r->says - r->size));
}

static void say_limits(const struct scan *s)
{
	if (s->unexamined)
		note("scan.unexamined", "%zu places with a magic were not examined, "
		     "too many of them are false; choose with --only or --range",
		     s->unexamined);
	if (s->unlisted)
		warn("scan.unlisted", "%zu finds are more than can be listed; choose "
		     "with --only or --range", s->unlisted);
}

static void say_remarks(const struct scan *s)
{
	for (size_t i = 0; i < s->nfound; i++)
		say_truncated(&s->found[i], s->size);
	say_limits(s);
}

int scan_silently(struct scan *s, struct view v, int fd,
		  const struct scan_opts *o, struct err *e)
{
	struct engine g = { .s = s, .v = v, .fd = fd, .o = o };
	int r = -1;

	*s = (struct scan){ .size = v.len, .all = o->all,
			    .depth = o->depth ? o->depth : 1 };
	s->nsector = (v.len + SECTOR - 1) / SECTOR;
	s->sector = xcalloc(s->nsector + 1, 1);
	if (o->entropy)
		s->window = xcalloc(s->nsector + 1, 1);
	if (engine_want(&g, e) < 0)
		goto out;
	if (v.len && pieces_run(&g, e) < 0)
		goto out;
	settle(s, v);
	cover(s, v);
	r = 0;
out:
	engine_free(&g);
	return r;
}

int scan_run(struct scan *s, struct view v, int fd, const struct scan_opts *o,
	     struct err *e)
{
	if (scan_silently(s, v, fd, o, e) < 0)
		return -1;
	if (!o->proven_only)
		say_remarks(s);
	return 0;
}

void scan_free(struct scan *s)
{
	free(s->found);
	free(s->span);
	free(s->sector);
	free(s->window);
	*s = (struct scan){ 0 };
}

const struct found *scan_at(const struct scan *s, uint64_t at)
{
	for (size_t i = 0; i < s->nfound; i++)
		if (s->found[i].parent < 0 && s->found[i].r.at == at)
			return &s->found[i];
	return NULL;
}

const struct found *scan_over(const struct scan *s, uint64_t at)
{
	for (size_t i = 0; i < s->nfound; i++)
		if (s->found[i].parent < 0 && s->found[i].r.at <= at &&
		    at - s->found[i].r.at < s->found[i].r.size)
			return &s->found[i];
	return NULL;
}

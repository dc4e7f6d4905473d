/* extractpast.c - deleted files and older versions, written beside the trees */
#include "cmd/extract.h"
#include "core/log.h"
#include "fs/fs.h"

bool extract_wants_past(const struct extraction *x, const struct source *s)
{
	if (x->o->undelete && !s->format->fs->history)
		note("extract.no-past", "%s keeps no older versions",
		     s->format->name);
	return x->o->undelete && s->format->fs->history;
}

/* What is missing of them is nothing to fail for: it was overwritten. */
int extract_past(struct extraction *x, const struct source *s, int dirfd,
		 struct buf *list, struct extracted *got, struct err *e)
{
	bool partial = x->how.partial;
	int r;

	x->how.past = x->how.partial = true;
	r = extract_fs(s, dirfd, &x->how, list, got, e);
	x->how.past = false;
	x->how.partial = partial;
	return r;
}

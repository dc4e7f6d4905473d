/* read.c - a UBIFS image as a tree, as the kernel would show it */
#include "fs/ubifs/read.h"

#include <stdlib.h>

#include "core/log.h"

static void free_reader(struct tree *t)
{
	struct ubifs_reader *r = t->reader;

	free(r->e);
	free(r->lost);
	free(r->fault);
}

static void remark(const struct ubifs_reader *r)
{
	if (r->s.flags & UBIFS_ENCRYPTED)
		note("ubifs.encrypted", "ubifs that may hold encrypted files; their "
		     "names and contents cannot be read");
	if (r->has_master && r->m.flags & UBIFS_DIRTY)
		note("ubifs.dirty", "ubifs was in use when it was dumped; what was "
		     "written last is taken from its journal");
}

int ubifs_read(struct view v, struct tree *t, struct err *e)
{
	struct ubifs_reader *r = arena_alloc(&t->arena, sizeof(*r));
	int result;

	r->v = v;
	r->t = t;
	t->reader = r;
	t->on_free = free_reader;
	if (!ubifs_super(v, &r->s))
		return fail_at(e, v.at, "ubifs superblock that breaks its own rules; "
			       "read the image again");
	r->has_master = ubifs_master(v, &r->s, &r->m);
	if (!r->has_master)
		ubifs_fault(r, r->s.leb_size, 0, "ubifs.master", "no master node of "
			    "ubifs; files are looked for without it");
	ubifs_index(r);
	ubifs_journal(r);
	ubifs_sweep(r);
	ubifs_resolve(r);
	remark(r);
	result = ubifs_walk(r, e);
	tree_finish(t);
	return result;
}

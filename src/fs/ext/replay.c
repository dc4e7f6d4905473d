/* replay.c - a volume that was in use: its journal is read as at a mount */
#include "core/log.h"
#include "fs/ext/jbd.h"

static void say(const struct ext_reader *r, const struct journal *j, size_t blocks)
{
	if (j->transactions)
		note("ext.journal", "%s was in use: %u transaction%s of its journal, %zu "
		     "block%s, read as if written", r->x.kind, j->transactions,
		     j->transactions == 1 ? "" : "s", blocks, blocks == 1 ? "" : "s");
}

void ext_replay(struct ext_reader *r)
{
	struct journal j;
	const char *wrong;

	if (!(r->x.incompat & EXT_RECOVER))
		return;
	wrong = jbd_open(&j, &r->x);
	if (wrong) {
		tree_damage(r->t, r->x.v.at, NULL, "ext.journal", "%s was in use, and its "
			    "journal %s; what is newer in it is missing", r->x.kind, wrong);
	} else if (j.start) {
		jbd_walk(&j);
		r->x.nlogged = jbd_settle(&j, &r->t->arena, &r->x.logged);
		say(r, &j, r->x.nlogged);
	}
	if (j.broken)
		tree_damage(r->t, r->x.v.at, NULL, "ext.journal", "the journal of %s is "
			    "damaged behind transaction %u; what is newer is missing",
			    r->x.kind, j.number + j.transactions);
	if (!wrong && jbd_has_fast(&j))
		tree_damage(r->t, r->x.v.at, NULL, "ext.journal", "the journal of %s ends "
			    "in fast commits, which are not read; what is newer is missing",
			    r->x.kind);
	jbd_close(&j);
}

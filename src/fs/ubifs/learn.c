/* learn.c - the options that a UBIFS image was made with */
#include "fs/ubifs/options.h"
#include "fs/ubifs/read.h"

#include "core/mem.h"

/* Both in one image: the better one was taken. */
static bool has_both(const struct ubifs_reader *r)
{
	bool lzo = false, zlib = false;

	for (size_t i = 0; i < r->n; i++) {
		struct ubifs_node n = ubifs_node_of(r, &r->e[i]);
		struct ubifs_data d;

		if (r->e[i].type != UBIFS_DATA || !ubifs_data(r->v, &n, &d))
			continue;
		lzo |= d.compr == UBIFS_LZO;
		zlib |= d.compr == UBIFS_ZLIB;
	}
	return lzo && zlib;
}

static const char *uuid_of(struct tree *t, struct view uuid)
{
	struct buf b = { 0 };
	const char *s;

	for (size_t i = 0; i < uuid.len; i++)
		put_text(&b, "%02x", uuid.p[i]);
	s = arena_copy(&t->arena, b.p, b.len);
	buf_free(&b);
	return s;
}

int ubifs_learn(struct view v, const struct tree *t, void *opts, struct err *e)
{
	const struct ubifs_reader *r = t->reader;
	struct ubifs_options *o = opts;
	struct ubifs_plan plan;
	const struct ubifs_super *s = &r->s;
	struct err ignored = { 0 };

	(void)v;
	(void)e;
	*o = ubifs_defaults;
	o->leb_size = s->leb_size;
	o->min_io = s->min_io;
	o->max_lebs = s->max_leb_cnt;
	o->orphan_lebs = s->orph_lebs;
	o->fanout = s->fanout;
	o->reserved = ubifs_reserved(s->rp_size, s->fanout);
	o->keyhash = s->key_hash == 1;
	o->fixup = s->flags & UBIFS_FIXUP;
	o->compr = s->compr < UBIFS_COMPRS ? s->compr : UBIFS_LZO;
	if (o->compr == UBIFS_LZO && has_both(r))
		o->compr = UBIFS_FAVOR_LZO;
	o->order = 1;
	o->uuid = uuid_of(r->t, s->uuid);
	if (ubifs_plan_make(&plan, o, &ignored) < 0 ||
	    plan.max_bud_bytes != s->max_bud_bytes || plan.log_lebs != s->log_lebs) {
		o->journal = s->max_bud_bytes;
		o->log_lebs = s->log_lebs;
	}
	return 0;
}

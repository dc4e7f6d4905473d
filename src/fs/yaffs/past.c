/* past.c - the chunks of YAFFS as a tree of what is no more */
#include "fs/yaffs/past.h"

/* A header closes what was written: data behind it are of what comes next. */
static bool is_lead(const struct oldchunks *o, size_t k)
{
	const struct yaffs_rec *r = &o->s.rec[k];

	return k && r[-1].object == r->object && !r[-1].chunk;
}

static bool step(const struct past_log *p, size_t k, struct past_step *s)
{
	const struct oldchunks *o = p->own;
	const struct yaffs_rec *r = &o->s.rec[k];
	struct yaffs_header h;

	*s = (struct past_step){ 0 };
	if (!r->chunk) {
		if (!oldchunks_header(o, k, &h) || yaffs_is_gone(&h))
			return false;
		s->size = h.size;
		return true;
	}
	s->grows = true;
	s->leads = is_lead(o, k);
	s->from = (uint64_t)(r->chunk - 1) * yaffs_data(&o->s.shape);
	s->n = r->bytes;
	s->blank = yaffs_data(&o->s.shape) - r->bytes;
	return true;
}

static bool load(const struct past_log *p, size_t k, struct buf *out)
{
	const struct oldchunks *o = p->own;

	put_view(out, view_upto(survey_chunk(&o->s, &o->s.rec[k]), 0,
				o->s.rec[k].bytes));
	return true;
}

static void free_own(void *own)
{
	struct oldchunks *o = own;

	survey_free(&o->s);
	past_numbers_free(&o->blocks);
}

static const struct past_format yaffs_past = {
	.limit = "yaffs.past-limit",
	.read = yaffs_read,
	.collect = oldchunks_collect,
	.step = step,
	.load = load,
	.attributes = oldchunks_attributes,
	.fill = oldchunks_fill,
	.free = free_own,
};

int yaffs_history(struct view v, struct tree *t, struct err *e)
{
	struct oldchunks *o = arena_alloc(&t->arena, sizeof(*o));

	o->p = (struct past_log){
		.t = t, .format = &yaffs_past, .own = o, .root = YAFFS_ROOT,
	};
	return past_history(&o->p, v, e);
}

/* pastfiles.c - the files that objects of YAFFS were, one after the other */
#include "fs/yaffs/past.h"

enum { NAME_AT = 10 };		/* in a header */

/* The records [first, end) of one object that are one file. */
struct life { size_t first, end; };

static bool is_gone(const struct oldchunks *o, size_t k)
{
	struct yaffs_header h;

	return oldchunks_header(o, k, &h) && yaffs_is_gone(&h);
}

/*
 * YAFFS cuts a file to nothing and then deletes it: the cut is no state. At
 * least one record is left.
 */
static void drop_cut(const struct oldchunks *o, struct life *l)
{
	struct yaffs_header h;

	if (l->end - l->first > 1 && oldchunks_header(o, l->end - 1, &h) &&
	    h.type == YAFFS_FILE && !h.size)
		l->end--;
}

/* Its last header says what it was called, and where. */
static void set_name(const struct oldchunks *o, const struct life *l,
		     struct past_file *f)
{
	struct yaffs_header h;

	for (size_t k = l->end; k-- > l->first && !f->mode; ) {
		const struct yaffs_rec *r = &o->s.rec[k];

		if (!oldchunks_header(o, k, &h) || yaffs_is_gone(&h) ||
		    h.type == YAFFS_HARDLINK)
			continue;
		f->mode = yaffs_mode(&h);
		f->dir = h.parent;
		f->age = (uint64_t)r->sequence << 32 | r->at / yaffs_step(&o->s.shape);
		f->name = (const char *)o->s.v.p + r->at + NAME_AT;
		f->length = strlen(h.name);
	}
}

static struct past_file *add_life(struct oldchunks *o, uint32_t id, struct life l,
				  size_t *cap)
{
	struct past_log *p = &o->p;
	struct past_file *f;

	p->file = xgrow(p->file, cap, p->files + 1, sizeof(*p->file));
	f = &p->file[p->files++];
	*f = (struct past_file){ .ino = id, .first = l.first, .n = l.end - l.first };
	set_name(o, &l, f);
	return f;
}

/* Whether record k is of another file than those before it, back to first. */
static bool is_another(const struct oldchunks *o, size_t k, uint32_t *type)
{
	struct yaffs_header h;
	uint32_t was = *type;

	if (!oldchunks_header(o, k, &h) || yaffs_is_gone(&h))
		return false;
	*type = h.type;
	return was && was != h.type;
}

/*
 * An object's number is given again after its deletion. What follows a header
 * that says so and is data was written by who had it open still.
 */
static void add_object(struct oldchunks *o, const struct yaffs_object *x, size_t *cap)
{
	size_t end = x->first + x->n;
	struct life l = { x->first, x->first };
	struct past_file *last = NULL;
	uint32_t type = 0;

	for (; l.end < end; l.end++) {
		struct life ended = l;
		bool gone = is_gone(o, l.end) &&
			    (l.end + 1 == end || !o->s.rec[l.end + 1].chunk);

		if (!gone && !is_another(o, l.end, &type))
			continue;
		if (gone) {
			drop_cut(o, &ended);
			type = 0;
		}
		if (ended.end > ended.first)
			add_life(o, x->id, ended, cap);
		l.first = l.end + gone;
	}
	if (l.end > l.first)
		last = add_life(o, x->id, l, cap);
	if (last)
		last->live = past_live(&o->p, x->id);
}

static void number_blocks(struct oldchunks *o)
{
	for (size_t i = 0; i < o->s.n; i++)
		if (!i || o->s.rec[i].sequence != o->s.rec[i - 1].sequence)
			past_number(&o->blocks, o->s.rec[i].sequence, 0);
	past_numbers_end(&o->blocks);
}

int oldchunks_collect(struct past_log *p, struct err *e)
{
	struct oldchunks *o = p->own;
	size_t cap = 0;

	(void)e;
	survey_again(&o->s, p->live.reader);
	if (oldchunks_is_two(o))
		number_blocks(o);
	else
		oldchunks_order(&o->s);
	/* It has no header, but files may be in it. */
	p->file = xgrow(NULL, &cap, 1, sizeof(*p->file));
	p->file[p->files++] = (struct past_file){
		.ino = YAFFS_LOST, .dir = YAFFS_ROOT, .name = "lost+found", .length = 10,
	};
	for (size_t i = 0; i < o->s.objects; i++)
		if (o->s.object[i].id > YAFFS_DELETED)
			add_object(o, &o->s.object[i], &cap);
	return 0;
}

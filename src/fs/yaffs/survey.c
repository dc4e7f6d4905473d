/* survey.c - every chunk of an image, by object and age */
#include "fs/yaffs/survey.h"

#include <stdlib.h>

#include "core/mem.h"

struct view survey_chunk(const struct survey *s, const struct yaffs_rec *r)
{
	return view_sub(s->v, r->at, yaffs_data(&s->shape));
}

/* By object; of one, older before newer. */
static int compare(const void *a, const void *b)
{
	const struct yaffs_rec *x = a, *y = b;

	if (x->object != y->object)
		return x->object < y->object ? -1 : 1;
	if (x->sequence != y->sequence)
		return x->sequence < y->sequence ? -1 : 1;
	return x->at < y->at ? -1 : x->at > y->at;
}

static bool is_blank(struct view v)
{
	return view_run(v, 0xff) == v.len;
}

static void add(struct survey *s, uint64_t at)
{
	struct view step = view_sub(s->v, at, yaffs_step(&s->shape));
	struct yaffs_tags t;

	yaffs_get_tags(&s->shape, step, &t);
	if (t.is_erased && is_blank(view_sub(step, 0, s->shape.chunk)))
		return;
	if (t.is_deleted)
		s->clean = false;
	if ((t.is_deleted && !s->with_deleted) || (t.is_right && (t.sequence == YAFFS_CHECKPOINT ||
					    t.object == YAFFS_SUMMARY)))
		return;
	if (!t.is_right) {
		if (!s->wrong++)
			s->wrong_at = at;
		s->clean = false;
		return;
	}
	s->rec = xgrow(s->rec, &s->cap, s->n + 1, sizeof(*s->rec));
	s->rec[s->n++] = (struct yaffs_rec){ t.object, t.chunk, t.bytes, t.sequence, at,
					     (uint8_t)t.serial, t.is_deleted };
}

static void group(struct survey *s)
{
	size_t cap = 0;

	for (size_t i = 0; i < s->n; i++) {
		struct yaffs_object *o;

		if (!i || s->rec[i].object != s->rec[i - 1].object) {
			s->object = xgrow(s->object, &cap, s->objects + 1,
					  sizeof(*s->object));
			s->object[s->objects++] = (struct yaffs_object){
				.id = s->rec[i].object, .first = (uint32_t)i,
				.header = YAFFS_NONE };
		}
		o = &s->object[s->objects - 1];
		o->n++;
		if (s->rec[i].chunk == 0) {
			s->clean &= o->header == YAFFS_NONE;
			o->header = (uint32_t)i;
		}
		s->clean &= s->rec[i].sequence == s->rec[0].sequence;
	}
}

static void look(struct survey *s)
{
	for (uint64_t at = 0; view_has(s->v, at, yaffs_step(&s->shape));
	     at += yaffs_step(&s->shape))
		add(s, at);
	if (s->n)
		qsort(s->rec, s->n, sizeof(*s->rec), compare);
	group(s);
}

int survey_make(struct survey *s, struct view v, struct err *e)
{
	*s = (struct survey){ .v = v, .clean = true };
	if (!yaffs_find(v, &s->shape, NULL))
		return fail_at(e, v.at, "no chunks with tags begin here; read the image "
			       "again, with its spare bytes");
	look(s);
	return 0;
}

void survey_again(struct survey *s, const struct survey *from)
{
	*s = (struct survey){ .v = from->v, .shape = from->shape, .with_deleted = true };
	look(s);
}

void survey_free(struct survey *s)
{
	free(s->rec);
	free(s->object);
	*s = (struct survey){ 0 };
}

static int by_id(const void *a, const void *b)
{
	const struct yaffs_object *x = a, *y = b;

	return x->id < y->id ? -1 : x->id > y->id;
}

struct yaffs_object *survey_object(const struct survey *s, uint32_t id)
{
	struct yaffs_object key = { .id = id };

	return s->objects ? bsearch(&key, s->object, s->objects, sizeof(key), by_id)
			  : NULL;
}

bool survey_is_newer(const struct survey *s, const struct yaffs_rec *a,
		     const struct yaffs_rec *b)
{
	if (s->shape.kind >= YAFFS1_NATIVE)
		return false;
	return a->sequence != b->sequence ? a->sequence > b->sequence : a->at > b->at;
}

bool survey_header(const struct survey *s, const struct yaffs_object *o,
		       struct yaffs_header *h)
{
	return o->header != YAFFS_NONE &&
	       yaffs_get_header(&s->shape, survey_chunk(s, &s->rec[o->header]), h);
}

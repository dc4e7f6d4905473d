/* place.c - what was somewhere in the original comes in the order it had there */
#include <stdlib.h>

#include "core/mem.h"
#include "fs/squashfs/data.h"

/* The blocks of a file, or a fragment (no file) by its number, as they lay. */
struct item { uint64_t at; size_t order; struct squash_file *file; };

struct placing {
	struct squash_data *d;
	struct squash_eye eye;
	struct item *item;
	size_t items, cap;
};

static void add_item(struct placing *p, uint64_t at, struct squash_file *f,
		     size_t order)
{
	p->item = xgrow(p->item, &p->cap, p->items + 1, sizeof(*p->item));
	p->item[p->items++] = (struct item){ at, order, f };
}

/* A run of nothing but holes begins where the next one does. */
static int by_place(const void *a, const void *b)
{
	const struct item *x = a, *y = b;

	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	if (!x->file != !y->file)
		return x->file ? -1 : 1;
	return x->order < y->order ? -1 : x->order > y->order;
}

static uint32_t add_fragment(struct placing *p, struct squash_old *o, uint64_t at)
{
	squash_add_fragment(p->d);
	o->index = (uint32_t)p->d->fragments;
	add_item(p, at, NULL, o->index - 1);
	return o->index - 1;
}

/* The fragment that takes the place of f's old one; the same if all keep it. */
static uint32_t fragment_of(struct placing *p, const struct squash_file *f)
{
	struct squash_old *o = &p->d->old[f->was_fragment];
	struct squash_fragment *k;
	uint32_t which;

	if (o->index)
		return o->index - 1;
	which = add_fragment(p, o, o->at);
	if (!o->stored.len || o->kept != o->users)
		return which;
	k = &p->d->fragment[which];
	k->kept = o->stored;
	k->word = o->word;
	p->d->count->kept++;
	return which;
}

static int by_end(const void *a, const void *b)
{
	const struct squash_file *x = *(struct squash_file *const *)a;
	const struct squash_file *y = *(struct squash_file *const *)b;

	if (x->was_fragment != y->was_fragment)
		return x->was_fragment < y->was_fragment ? -1 : 1;
	if (x->was_offset != y->was_offset)
		return x->was_offset < y->was_offset ? -1 : 1;
	if (x->tail != y->tail)
		return x->tail < y->tail ? 1 : -1;
	return x < y ? -1 : x > y;
}

/* Ends that share their bytes go on sharing them. */
static int shares(struct placing *p, const struct squash_file *a,
		  const struct squash_file *b, struct err *e)
{
	if (!a || a->was_fragment != b->was_fragment ||
	    a->was_offset != b->was_offset || a->tail != b->tail)
		return 0;
	return b->kept ? 1 : squash_same_tail(&p->eye, a, b, e);
}

/* The end of f moves together with what is left in its fragment. */
static void move_end(struct placing *p, struct squash_file *f)
{
	struct squash_fragment *k = &p->d->fragment[f->fragment];

	/* Only ends that overlap or have grown want more room than there was. */
	if (k->size + f->tail > p->d->plan->how.block_size) {
		f->fragment = add_fragment(p, &p->d->old[f->was_fragment], UINT64_MAX);
		k = &p->d->fragment[f->fragment];
	}
	squash_add_end(k, f);
}

static int place_ends(struct placing *p, struct err *e)
{
	struct squash_file **end = xcalloc(p->d->files + 1, sizeof(*end));
	const struct squash_file *last = NULL;
	size_t n = 0;
	int same = 0;

	for (size_t i = 0; i < p->d->files; i++)
		if (p->d->file[i].has_end && p->d->file[i].tail)
			end[n++] = &p->d->file[i];
	qsort(end, n, sizeof(*end), by_end);
	for (size_t i = 0; i < n && same >= 0; i++) {
		struct squash_file *f = end[i];

		f->fragment = fragment_of(p, f);
		if (p->d->fragment[f->fragment].kept.len)
			continue;
		same = shares(p, last, f, e);
		if (same > 0) {
			f->offset = last->offset;
			f->fragment = last->fragment;
		} else if (!same) {
			move_end(p, f);
			last = f;
		}
	}
	free(end);
	return same < 0 ? -1 : 0;
}

static uint64_t stored_blocks(const struct squash_file *f)
{
	uint64_t n = 0;

	for (uint64_t i = 0; i < f->blocks; i++)
		n += f->word[i] != 0;
	return n;
}

static int by_run(const void *a, const void *b)
{
	const struct squash_file *x = *(struct squash_file *const *)a;
	const struct squash_file *y = *(struct squash_file *const *)b;

	if (x->was_at != y->was_at)
		return x->was_at < y->was_at ? -1 : 1;
	if (!stored_blocks(x) != !stored_blocks(y))
		return stored_blocks(x) ? 1 : -1;
	if (x->run.len != y->run.len)
		return x->run.len < y->run.len ? -1 : 1;
	return x < y ? -1 : x > y;
}

/* Files that share their blocks go on sharing them. */
static int same_run(struct placing *p, const struct squash_file *a,
		    const struct squash_file *b, struct err *e)
{
	if (!a || a->was_at != b->was_at || a->blocks != b->blocks)
		return 0;
	if (!b->kept)
		return squash_same_run(&p->eye, a, b, e);
	return !memcmp(a->word, b->word, a->blocks * sizeof(*a->word));
}

static int place_runs(struct placing *p, struct err *e)
{
	struct squash_file **run = xcalloc(p->d->files + 1, sizeof(*run));
	struct squash_file *last = NULL;
	size_t n = 0;
	int same = 0;

	for (size_t i = 0; i < p->d->files; i++)
		if (p->d->file[i].has_run)
			run[n++] = &p->d->file[i];
	qsort(run, n, sizeof(*run), by_run);
	for (size_t i = 0; i < n && same >= 0; i++) {
		same = same_run(p, last, run[i], e);
		if (same > 0)
			run[i]->twin = last;
		if (same)
			continue;
		last = run[i];
		add_item(p, last->was_at, last, p->items);
		if (last->kept)
			p->d->count->kept += stored_blocks(last);
	}
	free(run);
	return same < 0 ? -1 : 0;
}

int squash_put_back(struct squash_data *d, struct err *e)
{
	struct placing p = { .d = d, .eye.block = d->plan->how.block_size };
	int r = place_runs(&p, e) < 0 || place_ends(&p, e) < 0 ? -1 : 0;

	if (p.items)
		qsort(p.item, p.items, sizeof(*p.item), by_place);
	for (size_t i = 0; i < p.items; i++) {
		struct item *k = &p.item[i];

		if (k->file)
			squash_add_run(d, k->file);
		else
			squash_add_chunk(d, NULL, (uint32_t)k->order);
	}
	free(p.item);
	squash_eye_free(&p.eye);
	return r;
}

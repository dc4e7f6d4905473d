/*
 * reuse.c - what a changed tree still has of its original squashfs
 *
 * Unchanged files keep their blocks. A fragment all of whose files are
 * unchanged is kept; of another the ends that are still wanted are packed
 * again, so that nothing is left of what was changed or removed.
 */
#include <stdlib.h>

#include "core/mem.h"
#include "fs/squashfs/data.h"

/* Something of the original, in its order. */
struct item { uint64_t at; size_t order; struct squash_file *file; };

struct fragment { uint32_t users, kept, index; };

struct reusing {
	struct squash_data *d;
	struct item *item;
	size_t items, cap;
	struct fragment *fragment;
	size_t fragments;
};

static bool record_of(const struct squash_reader *r, const struct node *n,
		      struct squash_record *rec)
{
	struct view table = buf_view(&r->inodes.plain);

	return squash_inode(&r->s, table, n->content.key, rec) &&
	       squash_list_fits(&r->s, table, rec);
}

static bool fragment_entry(const struct squash_reader *r, uint64_t which,
			   struct view *v, uint32_t *word)
{
	uint64_t at;
	struct squash_stored b = squash_fragment_at(r, which, &at);

	*word = b.size | (b.packed ? 0 : SQUASH_RAW);
	*v = view_sub(r->v, at, b.size);
	return b.size && v->len;
}

static void take_words(struct squash_file *f, const struct squash_reader *r,
		       const struct squash_record *n, uint64_t *size)
{
	struct view table = buf_view(&r->inodes.plain);

	*size = 0;
	f->word = xcalloc(f->blocks + 1, sizeof(*f->word));
	for (uint64_t i = 0; i < f->blocks; i++) {
		struct squash_stored b = squash_block(&r->s, table, n, i);

		f->word[i] = b.size | (b.packed || !b.size ? 0 : SQUASH_RAW);
		*size += b.size;
	}
}

/* Take over the record of what the file was, if it holds together. */
static void reuse(const struct squash_reader *r, struct squash_file *f)
{
	struct squash_record n;
	uint64_t size, blocks = f->blocks;
	uint32_t tail = f->tail, word;
	struct view v;

	if (!f->n->was || !f->n->size || f->n->was->content.load != squash_load ||
	    !record_of(r, f->n->was, &n))
		return;
	f->blocks = squash_blocks(&r->s, &n);
	take_words(f, r, &n, &size);
	f->run = view_sub(r->v, n.f[SQ_START], size);
	f->was_fragment = (uint32_t)n.f[SQ_FRAGMENT];
	f->offset = (uint32_t)n.f[SQ_OFFSET];
	f->tail = (uint32_t)(f->n->size - (f->blocks << r->s.block_log));
	f->sparse = n.f[SQ_SPARSE];
	if (f->was_fragment == SQ_NONE)
		f->tail = 0;
	f->kept = f->run.len == size && (f->was_fragment == SQ_NONE ||
			(f->tail && fragment_entry(r, f->was_fragment, &v, &word)));
	if (f->kept)
		return;
	free(f->word);
	f->word = NULL;
	f->blocks = blocks;
	f->tail = tail;
	f->offset = 0;
	f->sparse = 0;
}

void squash_reuse(struct squash_data *d)
{
	for (size_t i = 0; i < d->files; i++)
		reuse(d->was, &d->file[i]);
}

static void add_item(struct reusing *u, uint64_t at, struct squash_file *f,
		     uint32_t which)
{
	u->item = xgrow(u->item, &u->cap, u->items + 1, sizeof(*u->item));
	u->item[u->items] = (struct item){ at, f ? u->items : which, f };
	u->items++;
}

static int by_place(const void *a, const void *b)
{
	const struct item *x = a, *y = b;

	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	if (!x->file != !y->file)
		return x->file ? -1 : 1;
	return x->order < y->order ? -1 : x->order > y->order;
}

static void count_users(struct reusing *u)
{
	const struct squash_reader *r = u->d->was;
	struct squash_record n;

	u->fragments = r->fragments.len / squash_fragment_size(&r->s);
	u->fragment = xcalloc(u->fragments + 1, sizeof(*u->fragment));
	for (size_t i = 0; i < r->nseen; i++)
		if (S_ISREG(r->seen[i].n->mode) && r->seen[i].n->size &&
		    record_of(r, r->seen[i].n, &n) &&
		    n.f[SQ_FRAGMENT] < u->fragments)
			u->fragment[n.f[SQ_FRAGMENT]].users++;
	for (size_t i = 0; i < u->d->files; i++)
		if (u->d->file[i].kept && u->d->file[i].tail)
			u->fragment[u->d->file[i].was_fragment].kept++;
}

/* Fragments that are still wanted get the numbers they had, less the gone. */
static void add_fragments(struct reusing *u)
{
	for (uint32_t i = 0; i < u->fragments; i++) {
		struct fragment *f = &u->fragment[i];
		struct squash_fragment *k;
		struct view v;
		uint32_t word;

		if (!f->kept || !fragment_entry(u->d->was, i, &v, &word))
			continue;
		k = squash_add_fragment(u->d);
		f->index = (uint32_t)u->d->fragments - 1;
		if (f->kept == f->users) {
			k->kept = v;
			k->word = word;
			u->d->count->kept++;
		}
		add_item(u, v.at - u->d->was->v.at, NULL, f->index);
	}
}

static int by_offset(const void *a, const void *b)
{
	const struct squash_file *x = *(struct squash_file *const *)a;
	const struct squash_file *y = *(struct squash_file *const *)b;

	if (x->was_fragment != y->was_fragment)
		return x->was_fragment < y->was_fragment ? -1 : 1;
	if (x->offset != y->offset)
		return x->offset < y->offset ? -1 : 1;
	return x->tail < y->tail ? 1 : x->tail > y->tail;
}

static bool shares(const struct squash_file *a, const struct squash_file *b)
{
	return a && a->was_fragment == b->was_fragment &&
	       a->was_offset == b->offset && a->tail == b->tail;
}

/* The end of f moves together with what is left in its fragment. */
static void move_end(struct reusing *u, struct squash_file *f)
{
	struct fragment *was = &u->fragment[f->was_fragment];
	struct squash_fragment *k = &u->d->fragment[was->index];

	/* Only ends that overlap can want more room than there was. */
	if (k->size + f->tail > u->d->plan->how.block_size) {
		k = squash_add_fragment(u->d);
		was->index = (uint32_t)u->d->fragments - 1;
		add_item(u, UINT64_MAX, NULL, was->index);
	}
	f->was_offset = f->offset;
	f->fragment = was->index;
	squash_add_end(k, f);
}

/* Ends that share their bytes go on sharing them. */
static void place_ends(struct reusing *u)
{
	struct squash_file **end = xcalloc(u->d->files + 1, sizeof(*end));
	const struct squash_file *last = NULL;
	size_t n = 0;

	for (size_t i = 0; i < u->d->files; i++)
		if (u->d->file[i].kept && u->d->file[i].tail)
			end[n++] = &u->d->file[i];
	qsort(end, n, sizeof(*end), by_offset);
	for (size_t i = 0; i < n; i++) {
		struct squash_file *f = end[i];

		if (shares(last, f)) {
			f->was_offset = f->offset;
			f->offset = last->offset;
			f->fragment = last->fragment;
			continue;
		}
		f->fragment = u->fragment[f->was_fragment].index;
		if (u->d->fragment[f->fragment].kept.len)
			continue;
		move_end(u, f);
		last = f;
	}
	free(end);
}

static int by_run(const void *a, const void *b)
{
	const struct squash_file *x = *(struct squash_file *const *)a;
	const struct squash_file *y = *(struct squash_file *const *)b;

	if (x->run.at != y->run.at)
		return x->run.at < y->run.at ? -1 : 1;
	if (x->run.len != y->run.len)
		return x->run.len < y->run.len ? -1 : 1;
	return x < y ? -1 : x > y;
}

static bool same_words(const struct squash_file *a, const struct squash_file *b)
{
	return a->run.at == b->run.at && a->blocks == b->blocks &&
	       !memcmp(a->word, b->word, a->blocks * sizeof(*a->word));
}

/* Files that share their blocks go on sharing them. */
static void add_runs(struct reusing *u)
{
	struct squash_file **run = xcalloc(u->d->files + 1, sizeof(*run));
	const uint64_t base = u->d->was->v.at;
	size_t n = 0;

	for (size_t i = 0; i < u->d->files; i++)
		if (u->d->file[i].kept && u->d->file[i].blocks)
			run[n++] = &u->d->file[i];
	qsort(run, n, sizeof(*run), by_run);
	for (size_t i = 0; i < n; i++) {
		struct squash_file *before = i ? run[i - 1] : NULL;

		if (before && same_words(before, run[i])) {
			run[i]->twin = before->twin ? before->twin : before;
			continue;
		}
		add_item(u, run[i]->run.at - base, run[i], 0);
		for (uint64_t k = 0; k < run[i]->blocks; k++)
			u->d->count->kept += run[i]->word[k] != 0;
	}
	free(run);
}

int squash_rearrange(struct squash_data *d, struct err *e)
{
	struct reusing u = { .d = d };

	count_users(&u);
	add_fragments(&u);
	add_runs(&u);
	place_ends(&u);
	qsort(u.item, u.items, sizeof(*u.item), by_place);
	for (size_t i = 0; i < u.items; i++)
		squash_add_chunk(d, u.item[i].file, u.item[i].file ? SQUASH_NOWHERE
						: (uint32_t)u.item[i].order);
	free(u.item);
	free(u.fragment);
	if (squash_arrange(d, e) < 0)
		return -1;
	d->count->total = d->count->kept;
	for (size_t i = 0; i < d->chunks; i++)
		d->count->total += !squash_is_copied(d, &d->chunk[i]);
	return 0;
}

/*
 * arrange.c - what is stored, in which order, and what is there already
 *
 * The order is mksquashfs': the blocks of a file; then its end, if it goes
 * to a fragment. A fragment that has no room for it is stored before the
 * next file. Files with the blocks of an earlier one have none themselves,
 * and ends of files that lie in a fragment already lie there.
 */
#include <stdlib.h>

#include "core/mem.h"
#include "fs/squashfs/data.h"

/* Files by sums: open hash tables. */
struct known { struct squash_file **slot; size_t slots, n; };

/* Small files as a whole, and ends of larger ones, fill different fragments. */
enum filling { WHOLE, ENDS, FILLINGS };

struct arranging {
	struct squash_data *d;
	uint32_t open[FILLINGS];	/* those being filled, plus one; 0: none */
	struct known runs, tails, heads;
	bool *size_known;		/* of tails, by size */
	struct squash_eye eye;
};

typedef int same_fn(struct squash_eye *y, const struct squash_file *a,
		    const struct squash_file *b, struct err *e);

typedef uint32_t key_fn(const struct squash_file *f);

static uint32_t run_key(const struct squash_file *f) { return f->run_sum; }
static uint32_t tail_key(const struct squash_file *f) { return f->tail_sum; }
static uint32_t head_key(const struct squash_file *f) { return f->head_sum; }

static void grow(struct known *k, key_fn *key)
{
	struct known old = *k;

	if ((k->n + 1) * 2 <= k->slots)
		return;
	k->slots = k->slots ? 2 * k->slots : 64;
	k->slot = xcalloc(k->slots, sizeof(*k->slot));
	for (size_t i = 0; i < old.slots; i++) {
		size_t at = old.slot[i] ? key(old.slot[i]) : 0;

		if (!old.slot[i])
			continue;
		while (k->slot[at & (k->slots - 1)])
			at++;
		k->slot[at & (k->slots - 1)] = old.slot[i];
	}
	free(old.slot);
}

/*
 * The known file that is the same as f; or NULL, and f is known from now on,
 * in place of another one if nobody looks.
 */
static int meet(struct arranging *g, struct known *k, key_fn *key, same_fn *same,
		struct squash_file *f, bool looks, struct squash_file **found,
		struct err *e)
{
	size_t at = key(f);

	*found = NULL;
	if (!g->d->plan->o.duplicates)
		return 0;
	grow(k, key);
	for (; k->slot[at & (k->slots - 1)]; at++) {
		struct squash_file **was = &k->slot[at & (k->slots - 1)];
		int r = same(&g->eye, f, *was, e);

		if (r > 0 && looks)
			*found = *was;
		else if (r > 0)
			*was = f;
		if (r)
			return r < 0 ? -1 : 0;
	}
	k->slot[at & (k->slots - 1)] = f;
	k->n++;
	return 0;
}

/*
 * mksquashfs looks for equal files only where one was met that begins alike
 * or ends in as many bytes. That counts for files whose end is a hole, as it
 * learns that late and has planned a fragment for it.
 */
static bool looks_known(const struct arranging *g, const struct squash_file *f)
{
	const struct known *k = &g->heads;
	size_t at = f->head_sum;

	if (f->planned == f->blocks || g->size_known[f->planned_tail])
		return true;
	for (; f->planned && k->slots && k->slot[at & (k->slots - 1)]; at++) {
		const struct squash_file *was = k->slot[at & (k->slots - 1)];

		if (was->head_sum == f->head_sum && was->blocks == f->planned &&
		    was->planned == f->planned && squash_begin_alike(was, f))
			return true;
	}
	return false;
}

void squash_add_chunk(struct squash_data *d, struct squash_file *f, uint32_t index)
{
	d->chunk = xgrow(d->chunk, &d->chunks_cap, d->chunks + 1, sizeof(*d->chunk));
	d->chunk[d->chunks++] = (struct squash_chunk){ f, index };
}

void squash_add_run(struct squash_data *d, struct squash_file *f)
{
	squash_add_chunk(d, f, SQUASH_NOWHERE);
	for (uint32_t i = 0; !f->kept && i < f->blocks; i++)
		if (f->word[i])
			squash_add_chunk(d, f, i);
}

static void end_fragment(struct arranging *g, enum filling which)
{
	if (g->open[which])
		squash_add_chunk(g->d, NULL, g->open[which] - 1);
	g->open[which] = 0;
}

struct squash_fragment *squash_add_fragment(struct squash_data *d)
{
	d->fragment = xgrow(d->fragment, &d->fragments_cap, d->fragments + 1,
			    sizeof(*d->fragment));
	d->fragment[d->fragments] = (struct squash_fragment){ .first = NULL };
	return &d->fragment[d->fragments++];
}

void squash_add_end(struct squash_fragment *k, struct squash_file *f)
{
	f->offset = k->size;
	k->size += f->tail;
	if (k->first)
		k->last->next = f;
	else
		k->first = f;
	k->last = f;
}

static void add_tail(struct arranging *g, struct squash_file *f)
{
	enum filling which = f->n->size > g->d->plan->how.block_size ? ENDS : WHOLE;
	struct squash_fragment *k = g->open[which]
				  ? &g->d->fragment[g->open[which] - 1] : NULL;

	if (k && k->size + f->tail > g->d->plan->how.block_size) {
		end_fragment(g, which);
		k = NULL;
	}
	if (!k) {
		k = squash_add_fragment(g->d);
		g->open[which] = (uint32_t)g->d->fragments;
	}
	f->fragment = g->open[which] - 1;
	squash_add_end(k, f);
}

static int same_head(struct squash_eye *y, const struct squash_file *a,
		     const struct squash_file *b, struct err *e)
{
	(void)y;
	(void)e;
	return a->head_sum == b->head_sum && a->blocks == b->blocks &&
	       a->planned == b->planned && squash_begin_alike(a, b);
}

static int arrange_run(struct arranging *g, struct squash_file *f, struct err *e)
{
	struct squash_file *head;

	/* Before version 3 even files that have no blocks say where. */
	if (!f->blocks && g->d->plan->like.major < 3)
		squash_add_run(g->d, f);
	if (!f->blocks)
		return 0;
	if (meet(g, &g->runs, run_key, squash_same_run, f, looks_known(g, f), &f->twin,
		 e) < 0)
		return -1;
	if (!f->twin)
		squash_add_run(g->d, f);
	return meet(g, &g->heads, head_key, same_head, f, true, &head, e);
}

static int meet_tail(struct arranging *g, struct squash_file *f,
		     struct squash_file **tail, struct err *e)
{
	if (!f->tail)
		return 0;
	g->size_known[f->tail] = true;
	return meet(g, &g->tails, tail_key, squash_same_tail, f, true, tail, e);
}

/* What has its place already is there for others. */
static int know(struct arranging *g, struct squash_file *f, struct err *e)
{
	struct squash_file *other;

	if (f->has_run && !f->twin &&
	    (meet(g, &g->runs, run_key, squash_same_run, f, true, &other, e) < 0 ||
	     meet(g, &g->heads, head_key, same_head, f, true, &other, e) < 0))
		return -1;
	return f->fragment == SQUASH_NOWHERE ? 0 : meet_tail(g, f, &other, e);
}

static int arrange(struct arranging *g, struct squash_file *f, struct err *e)
{
	struct squash_file *tail = NULL, *run;

	if (!f->has_run && arrange_run(g, f, e) < 0)
		return -1;
	if (f->fragment == SQUASH_NOWHERE && meet_tail(g, f, &tail, e) < 0)
		return -1;
	if (tail) {
		f->fragment = tail->fragment;
		f->offset = tail->offset;
	} else if (f->tail && f->fragment == SQUASH_NOWHERE) {
		add_tail(g, f);
	}
	/* What is said of holes is what was said of the first such file. */
	run = f->has_run ? NULL : f->twin;
	if (run && f->n->size == run->n->size && f->fragment == run->fragment &&
	    f->offset == run->offset)
		f->sparse = run->sparse;
	return 0;
}

int squash_arrange(struct squash_data *d, struct err *e)
{
	struct arranging g = { .d = d, .eye.block = d->plan->how.block_size };
	int r = 0;

	g.size_known = xcalloc(d->plan->how.block_size, sizeof(*g.size_known));
	for (size_t i = 0; !r && i < d->files; i++)
		if (!d->file[i].kept)
			r = know(&g, &d->file[i], e);
	for (size_t i = 0; !r && i < d->files; i++)
		if (!d->file[i].kept)
			r = arrange(&g, &d->file[i], e);
	end_fragment(&g, WHOLE);
	end_fragment(&g, ENDS);
	squash_eye_free(&g.eye);
	free(g.runs.slot);
	free(g.tails.slot);
	free(g.heads.slot);
	free(g.size_known);
	return r;
}

void squash_data_free(struct squash_data *d)
{
	for (size_t i = 0; i < d->files; i++)
		free(d->file[i].word);
	free(d->file);
	free(d->old);
	free(d->fragment);
	free(d->chunk);
	*d = (struct squash_data){ 0 };
}

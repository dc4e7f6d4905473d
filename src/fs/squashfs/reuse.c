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
	f->was_offset = f->offset = (uint32_t)n.f[SQ_OFFSET];
	f->was_at = n.f[SQ_START];
	f->tail = (uint32_t)(f->n->size - (f->blocks << r->s.block_log));
	f->sparse = n.f[SQ_SPARSE];
	if (f->was_fragment == SQ_NONE)
		f->tail = 0;
	f->kept = f->run.len == size && (f->was_fragment == SQ_NONE ||
			(f->tail && fragment_entry(r, f->was_fragment, &v, &word)));
	f->has_run = f->kept && f->blocks;
	f->has_end = f->kept && f->tail;
	if (f->kept)
		return;
	free(f->word);
	f->word = NULL;
	f->blocks = blocks;
	f->tail = tail;
	f->offset = 0;
	f->sparse = 0;
}

static void count_users(struct squash_data *d)
{
	const struct squash_reader *r = d->was;
	struct squash_record n;

	for (size_t i = 0; i < r->nseen; i++)
		if (S_ISREG(r->seen[i].n->mode) && r->seen[i].n->size &&
		    record_of(r, r->seen[i].n, &n) && n.f[SQ_FRAGMENT] < d->olds)
			d->old[n.f[SQ_FRAGMENT]].users++;
	for (size_t i = 0; i < d->files; i++)
		if (d->file[i].has_end)
			d->old[d->file[i].was_fragment].kept++;
}

void squash_reuse(struct squash_data *d)
{
	const struct squash_reader *r = d->was;

	for (size_t i = 0; i < d->files; i++)
		reuse(r, &d->file[i]);
	d->olds = r->fragments.len / squash_fragment_size(&r->s);
	d->old = xcalloc(d->olds + 1, sizeof(*d->old));
	for (size_t i = 0; i < d->olds; i++) {
		struct squash_old *o = &d->old[i];

		o->number = i;
		if (fragment_entry(r, i, &o->stored, &o->word))
			o->at = o->stored.at - r->v.at;
	}
	count_users(d);
}

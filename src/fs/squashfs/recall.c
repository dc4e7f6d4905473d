/* recall.c - where files lay in an original that is gone, as the list has it */
#include <stdlib.h>

#include "core/mem.h"
#include "fs/squashfs/as.h"
#include "fs/squashfs/data.h"

/* A file and what is said of its end. */
struct end { struct squash_file *file; uint64_t number, at; };

static int by_number(const void *a, const void *b)
{
	const struct end *x = a, *y = b;

	if (x->number != y->number)
		return x->number < y->number ? -1 : 1;
	return x->file < y->file ? -1 : x->file > y->file;
}

/* Others than mksquashfs have fragments for more than its options tell. */
static void shape(struct squash_file *f, uint64_t block)
{
	if (f->tail || !(f->n->size % block))
		return;
	f->tail = f->planned_tail = (uint32_t)(f->n->size % block);
	f->planned = --f->blocks;
}

static void unshape(struct squash_file *f)
{
	if (f->tail)
		f->planned = ++f->blocks;
	f->tail = f->planned_tail = 0;
}

static bool recall(const struct squash_plan *p, struct squash_file *f, struct end *end)
{
	struct squash_as as = squash_as_get(f->n);

	f->has_run = squash_as_has(&as, AS_START);
	f->was_at = as.f[AS_START];
	f->has_end = squash_as_has(&as, AS_FRAGMENT) && p->o.fragments &&
		     p->like.major > 1;
	if (p->like.ng && f->has_run && !f->has_end)
		unshape(f);
	if (!f->has_end)
		return false;
	shape(f, p->how.block_size);
	f->was_offset = (uint32_t)as.f[AS_OFFSET];
	*end = (struct end){ f, as.f[AS_FRAGMENT], as.f[AS_PLACE] };
	return true;
}

void squash_recall(struct squash_data *d)
{
	struct end *end = xcalloc(d->files + 1, sizeof(*end));
	size_t n = 0;

	for (size_t i = 0; i < d->files; i++)
		n += recall(d->plan, &d->file[i], &end[n]);
	qsort(end, n, sizeof(*end), by_number);
	d->old = xcalloc(n + 1, sizeof(*d->old));
	for (size_t i = 0; i < n; i++) {
		if (!i || end[i].number != end[i - 1].number)
			d->old[d->olds++] = (struct squash_old){
				.number = end[i].number, .at = end[i].at,
			};
		end[i].file->was_fragment = (uint32_t)(d->olds - 1);
	}
	free(end);
}

/* lots.c - files in lots that one worker takes each */
#include "fs/lots.h"

#include <stdlib.h>

#include "core/par.h"

/* A worker gets a dozen and more of them, so that all end together. */
enum { LOTS_EACH = 16, LEAST_LOT = 256 << 10, MOST_LOT = 2 << 20 };

void lots_add(struct lots *l, struct node *n, size_t i)
{
	l->file = xgrow(l->file, &l->capfile, l->files + 1, sizeof(*l->file));
	l->file[l->files++] = (struct lotted){ n, i };
	l->bytes += n->size;
}

static int by_place(const void *a, const void *b)
{
	const struct lotted *x = a, *y = b;

	if (x->n->place != y->n->place)
		return x->n->place < y->n->place ? -1 : 1;
	return x->i < y->i ? -1 : x->i > y->i;
}

static bool shares_place(const struct lotted *f)
{
	return f->n->place && f->n->place == f[-1].n->place;
}

void lots_cut(struct lots *l)
{
	uint64_t most = l->bytes / par_jobs() / LOTS_EACH, bytes = 0;

	if (l->files)
		qsort(l->file, l->files, sizeof(*l->file), by_place);
	most = most < LEAST_LOT ? LEAST_LOT : most > MOST_LOT ? MOST_LOT : most;
	for (size_t i = 0; i < l->files; i++) {
		struct lot *last = l->n ? &l->lot[l->n - 1] : NULL;
		uint64_t size = l->file[i].n->size;

		if (last && last->n < LOT_FILES &&
		    (size <= most - bytes || shares_place(&l->file[i]))) {
			last->n++;
			bytes += size < most - bytes ? size : most - bytes;
			continue;
		}
		l->lot = xgrow(l->lot, &l->cap, l->n + 1, sizeof(*l->lot));
		l->lot[l->n++] = (struct lot){ i, 1 };
		bytes = size < most ? size : most;
	}
}

void lots_free(struct lots *l)
{
	free(l->file);
	free(l->lot);
	*l = (struct lots){ 0 };
}

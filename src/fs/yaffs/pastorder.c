/*
 * pastorder.c - in which order YAFFS1 wrote the chunks of an object
 *
 * It has no sequence numbers: blocks are taken one after the other, and at the
 * end of the flash from its start again. What is not marked deleted is newest,
 * and headers are counted, as far as two bits do.
 */
#include <stdlib.h>

#include "fs/yaffs/past.h"

enum { NOWHERE = -1 };

/* The place of its newest header; NOWHERE: all are marked deleted. */
static ptrdiff_t newest_header(const struct yaffs_rec *rec, size_t n)
{
	ptrdiff_t found = NOWHERE;

	for (size_t i = 0; i < n; i++)
		if (!rec[i].chunk && !rec[i].deleted)
			found = (ptrdiff_t)i;
	return found;
}

/* The header behind which the count goes on elsewhere; NOWHERE: none, or many. */
static ptrdiff_t break_of_count(const struct yaffs_rec *rec, size_t n)
{
	ptrdiff_t last = NOWHERE, found = NOWHERE;
	unsigned breaks = 0;

	for (size_t i = 0; i < n; i++) {
		if (rec[i].chunk)
			continue;
		if (last != NOWHERE && rec[i].serial != (rec[last].serial + 1) % 4) {
			breaks++;
			found = last;
		}
		last = (ptrdiff_t)i;
	}
	return breaks == 1 ? found : NOWHERE;
}

static void turn(struct yaffs_rec *rec, size_t n, size_t first)
{
	struct yaffs_rec *copy = xcalloc(n, sizeof(*copy));

	memcpy(copy, rec, n * sizeof(*copy));
	memcpy(rec, copy + first, (n - first) * sizeof(*copy));
	memcpy(rec + (n - first), copy, first * sizeof(*copy));
	free(copy);
}

void oldchunks_order(struct survey *s)
{
	for (size_t i = 0; i < s->objects; i++) {
		struct yaffs_rec *rec = &s->rec[s->object[i].first];
		size_t n = s->object[i].n;
		ptrdiff_t last = newest_header(rec, n);

		if (last == NOWHERE)
			last = break_of_count(rec, n);
		if (last != NOWHERE && (size_t)last + 1 < n)
			turn(rec, n, (size_t)last + 1);
	}
}

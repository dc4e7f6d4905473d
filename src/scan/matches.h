/* matches.h - where bytes stood before: for packers of LZ77 streams */
#ifndef SCAN_MATCHES_H
#define SCAN_MATCHES_H

#include "core/view.h"

enum { LEAST_MATCH = 4 };

struct matches {
	struct view v;
	uint32_t *head, *before;	/* place + 1 */
	size_t most_far, most_long;
	bool apart;			/* no longer than it is far away */
};

/* matches_free() takes it whatever was done with it. */
struct matches matches_of(struct view v);
void matches_free(struct matches *m);

/*
 * The longest of the latest places that have what stands at `at`, and how far
 * before it is; 0: none of LEAST_MATCH bytes.
 */
size_t matches_longest(const struct matches *m, size_t at, size_t *far);

/* Let [at, at + n) be found from now on. */
void matches_add(struct matches *m, size_t at, size_t n);

#endif

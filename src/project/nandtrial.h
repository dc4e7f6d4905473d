/* nandtrial.h - raw NAND without a code that proves itself: by what is in it */
#ifndef PROJECT_NANDTRIAL_H
#define PROJECT_NANDTRIAL_H

#include "core/err.h"
#include "core/view.h"

/*
 * Whether v is no raw NAND, as its size says or something in it that is of one
 * piece and larger than pages. fd as for scan_run().
 */
int is_plain(struct view v, int fd, bool *plain, struct err *e);

/*
 * Pages ("2048+64", or "" where there are none) without whose spare bytes more
 * is proven than with them, and why. Costs little where none can be.
 */
int find_pages(struct view v, char *page, size_t room, char *why, size_t why_room,
	       struct err *e);

#endif

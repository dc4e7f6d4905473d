/* nandtrial.h - raw NAND without a code that proves itself: by what is in it */
#ifndef PROJECT_NANDTRIAL_H
#define PROJECT_NANDTRIAL_H

#include "core/err.h"
#include "core/view.h"

/*
 * Pages ("2048+64", or "" where there are none) without whose spare bytes more
 * is proven than with them, and why. Costs little where none can be.
 */
int find_pages(struct view v, char *page, size_t room, char *why, size_t why_room,
	       struct err *e);

#endif

/* badread.h - the marks that a loose clip or a bad cable leaves in the bytes */
#ifndef ACQUIRE_BADREAD_H
#define ACQUIRE_BADREAD_H

#include <stdio.h>

#include "core/view.h"

/*
 * What is suspicious about a whole read by itself: a bit that is never 0 or
 * never 1, an address that wraps, nothing but one value. Writes one clause
 * ("bit 3 reads as 1 everywhere: D1 or the clip is loose") and returns true;
 * false where nothing is.
 */
bool bad_read(struct view v, char *why, size_t n);

/* The same for two readings of one sector that differ. */
bool bad_pair(struct view a, struct view b, char *why, size_t n);

#endif

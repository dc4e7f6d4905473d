/* diagnose.h - the detectors behind diagnose() */
#ifndef FIXUP_DIAGNOSE_H
#define FIXUP_DIAGNOSE_H

#include "fixup/compare.h"

/* Each fills v and returns true if it explains the differences. */
bool find_wrap(struct verdict *v, const struct pair *p);
bool find_line(struct verdict *v, const struct pair *p);
bool find_stuck(struct verdict *v, const struct pair *p);
bool find_packets(struct verdict *v, const struct pair *p);
bool find_mixed(struct verdict *v, const struct pair *p);
bool find_blank(struct verdict *v, const struct pair *p);
bool find_shift(struct verdict *v, const struct pair *p);

/* One of the pair, for a detector that looks at one and then the other. */
struct side { struct view v, other; const char *name, *other_name; int which; };
struct side side_of(const struct pair *p, int which);	/* 1 or 2 */

/* Where v begins again: the least power of two, from 64 KiB on; or 0. */
uint64_t wraps_at(struct view v);
/* The number of an address line that makes no difference in v, or -1. */
int dead_line(struct view v);
/* Bits that have the same value in every byte of v. */
uint8_t dead_bits(struct view v, uint8_t *ones);

#endif

/* diagnose.h - the detectors behind diagnose() */
#ifndef FIXUP_DIAGNOSE_H
#define FIXUP_DIAGNOSE_H

#include "fixup/compare.h"

/* Each fills v and returns true if it explains the differences. */
bool find_twist(struct verdict *v, const struct pair *p);
bool find_stuck(struct verdict *v, const struct pair *p);
bool find_packets(struct verdict *v, const struct pair *p);
bool find_stale(struct verdict *v, const struct pair *p);
bool find_mixed(struct verdict *v, const struct pair *p);
bool find_blank(struct verdict *v, const struct pair *p);
bool find_shift(struct verdict *v, const struct pair *p);

/*
 * Once the cause is known, a and b are what the pair would be without it: add
 * to v->more what still differs, and from where on.
 */
void say_besides(struct verdict *v, const struct pair *p, struct view a,
		 struct view b);

/* One of the pair, for a detector that looks at one and then the other. */
struct side { struct view v, other; const char *name, *other_name; int which; };
struct side side_of(const struct pair *p, int which);	/* 1 or 2 */

/* Bits that have the same value in every byte of v. */
uint8_t dead_bits(struct view v, uint8_t *ones);

#endif

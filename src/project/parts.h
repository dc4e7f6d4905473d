/* parts.h - the steps of plan_make(): cutting, saying what is in it, names */
#ifndef PROJECT_PARTS_H
#define PROJECT_PARTS_H

#include "project/plan.h"

/*
 * Cut [0, size) at the borders of the partitions. Where they overlap, the one
 * that begins last has the bytes, so that one that holds others has what they
 * leave, and nothing if it is the whole flash.
 * Partitions past the end are cut off or left out, and that is said.
 */
void parts_from_map(struct plan *p, const struct map *m);
/* Without a map: one part for each outermost object, gaps between. */
void parts_from_objects(struct plan *p);

/* Fill main, types, erased and value of all. */
void parts_describe(struct plan *p);
/* Fill file and dir of all. */
void parts_name(struct plan *p);

/* What is left of a foreign name when it becomes a file: never empty, never
   hidden, [A-Za-z0-9._-] only. */
void safe_name(const char *name, char *room, size_t n);

#endif

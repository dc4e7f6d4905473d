/* maps.h - what was touched of mapped files is given back */
#ifndef CORE_MAPS_H
#define CORE_MAPS_H

#include "core/view.h"

/*
 * Pages of a mapped file that were touched count as memory of this process
 * until they are given back; where they are wanted again they are read again.
 * So an image of any size costs little: whoever reads much of what may be one
 * says so, and every few MiB all maps are given back.
 */
void maps_touched(struct view v);
void maps_give_back(void);

/* Maps are shared ones of files: nothing is lost when they are given back. */
void maps_add(const void *p, size_t n);
void maps_remove(const void *p);

#endif

/* times.h - the times that a format has room for */
#ifndef FS_TIMES_H
#define FS_TIMES_H

#include "fs/tree.h"

/*
 * Times before 1970 and after `most`, in seconds, become the nearest that
 * there is, and what `format` cannot hold is said; TREE_NO_TIME stays.
 */
void times_fit(struct tree *t, int64_t most, const char *format);

/* How many files below dir have a time. */
size_t times_known(const struct node *dir);

#endif

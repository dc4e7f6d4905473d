/* dirput.h - one file of a tree onto the disk, on any thread */
#ifndef FS_DIRPUT_H
#define FS_DIRPUT_H

#include "fs/dirnodes.h"

/* What is kept from file to file: one per thread. */
struct hand { struct dirwalk walk; struct buf b; struct hand *next; };

/* What went wrong: the content is damaged, or the disk refused. */
struct file_fate { struct err *damage, *failure; };

/*
 * Damage ends it, unless what is left is wanted: then what is lost is a hole.
 * False: there is no use in going on. Nothing is logged.
 */
bool file_put(const struct saving *s, struct hand *h, struct node *n,
	      struct file_fate *f);

#endif

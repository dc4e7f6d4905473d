/* devtable.h - owners, modes and devices from a device table */
#ifndef FS_DEVTABLE_H
#define FS_DEVTABLE_H

#include "fs/tree.h"

/*
 * Apply the table that mkfs.jffs2 -D and genext2fs take: lines of
 *
 *	name type mode uid gid major minor start increment count
 *
 * type f or d changes what is there (d makes it where only it is missing);
 * c, b and p make devices and pipes, count of them from `start` on. New
 * nodes get the time `now` and come behind the others of their directory,
 * in the table's order, until tree_finish() sorts them. A line whose parent
 * is missing is a warning; one that makes no sense fails with its number.
 */
int devtable_apply(struct tree *t, struct view text, int64_t now, struct err *e);

#endif

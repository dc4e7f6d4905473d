/*
 * as.h - what of a UBIFS inode or name no other file system has
 *
 *	as   = item { "," item }
 *	item = "a=" SECONDS [ "." NANOSECONDS ]		access, where it is not
 *	     | "c=" SECONDS [ "." NANOSECONDS ]		... change: modification
 *	     | "m=" NANOSECONDS				of the modification
 *	     | "f=" HEX					flags of the inode
 *	     | "z=" N		size of what has no content
 *	     | "s=" N		its place among those of several names
 *	     | "p=" N		the place of a name in its directory
 */
#ifndef FS_UBIFS_AS_H
#define FS_UBIFS_AS_H

#include "fs/tree.h"
#include "fs/ubifs/ubifs.h"

/* Times, flags and size as they go into the inode, where they are unusual. */
void ubifs_as_get(const struct node *n, struct ubifs_ino *ino);
/* A number under this letter; false: none. */
bool ubifs_as_number(const struct node *n, char letter, uint64_t *x);

/* Append what of ino is unusual; `flags` are those that are not. */
void ubifs_as_put(struct buf *out, const struct ubifs_ino *ino, uint32_t flags);

#endif

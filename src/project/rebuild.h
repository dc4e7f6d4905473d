/* rebuild.h - a directory and its .fwmeta as a file system image again */
#ifndef PROJECT_REBUILD_H
#define PROJECT_REBUILD_H

#include "core/format.h"
#include "core/image.h"
#include "fs/fs.h"
#include "fs/meta.h"

struct rebuild {
	const char *dir;		/* "dump.bin.fw/fs/ROOTFS" */
	const char *meta;		/* "dump.bin.fw/fs/ROOTFS.fwmeta"; NULL:
					   none, all is as the disk says */
	const struct format *format;	/* NULL: as the .fwmeta says */
	struct view original;		/* what it was extracted from, beginning
					   with the file system, slack behind it
					   allowed; empty: gone. Where it is not
					   what the .fwmeta names by hash, it
					   counts as gone */
	uint64_t room;			/* the most bytes allowed; 0: no limit */
	bool anew;			/* --rebuild: do not keep the old layout */
	bool owners;			/* without a .fwmeta: those on disk */
	const struct stat *skip;	/* a file that is not part of the tree */
	/* Change the tree that was read: a device table. May be NULL. */
	int (*change)(struct tree *t, void *arg, struct err *e);
	/* Set what the command line overrides in the format's options. */
	int (*adjust)(const struct format *f, void *opts, void *arg,
		      struct err *e);
	void *arg;
};

enum rebuilt_how {
	REBUILT_COPIED,		/* nothing changed: the bytes of the original */
	REBUILT_UPDATED,	/* the original with changes in it */
	REBUILT_IDENTICAL,	/* laid out anew, and equal to the original */
	REBUILT_ANEW,		/* laid out anew; equal in content at best */
};

struct rebuilt {
	enum rebuilt_how how;
	const struct format *format;
	struct changes changes;
	struct kept kept;		/* total 0: not counted */
	struct meta m;			/* the list, as it was read */
	struct buf opts;		/* what it was built with, for people */
	uint64_t block;			/* erase block, or 0 */
	size_t devices;			/* device nodes, fifos and sockets */
	struct image list;		/* the bytes of the .fwmeta */
};

/*
 * Append the file system made of the tree to out, without the slack of the
 * part; it has been read back and compared in every attribute. Fails with
 * ERR_LIMIT where it has no room. Free the report, also after a failure.
 */
int tree_rebuild(const struct rebuild *b, struct buf *out, struct rebuilt *r,
		 struct err *e);
void rebuilt_free(struct rebuilt *r);	/* takes a zeroed one too */

#endif

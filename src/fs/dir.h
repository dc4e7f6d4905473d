/* dir.h - a directory on disk as a tree, and a tree as a directory on disk */
#ifndef FS_DIR_H
#define FS_DIR_H

#include "fs/tree.h"

/*
 * Directory to tree. Files are only named and measured; their bytes are read
 * by load(), which follows no link and fails when the size is another by
 * then. The first name (in order) of a hard-linked file is the file, the
 * others are links to it.
 */
struct dir_load {
	bool owners;		/* as on disk; otherwise all is 0:0 */
	bool xattrs;		/* those in user., trusted. and security. too */
	const struct stat *skip;	/* leave this file out, or NULL */
	uint64_t keep;		/* bytes at most that stay in memory once read */
};

/* t is tree_init()ed; what it holds of the disk is closed by tree_free(). */
int dir_load(struct tree *t, const char *path, const struct dir_load *o,
	     struct err *e);

/*
 * Tree to directory: everything is made new below dirfd, an empty directory
 * of ours; symbolic links last, and none is ever followed. Files keep rwx
 * plus u+rw, directories rwx plus u+rwx; owners, devices and the other bits
 * are for the list (meta.h). Where node->mark says so afterwards (see
 * MARK_*), the list must know more than the tree does.
 */
enum links { LINKS_KEEP, LINKS_RELATIVE, LINKS_SKIP };

struct dir_save {
	enum links links;	/* absolute targets as stored, or rewritten */
	bool devices;		/* make device nodes: needs root */
	bool partial;		/* damaged files: what can be read of them */
	void (*progress)(uint64_t done, uint64_t total, void *arg);
	void *arg;
};

int dir_save(struct tree *t, int dirfd, const struct dir_save *o,
	     struct err *e);

/* What dir_save() leaves in node->mark; the low 32 bits are the crc32. */
#define MARK_CRC UINT64_C(0x100000000)		/* ... which is known */
#define MARK_UNMADE UINT64_C(0x200000000)	/* not there on disk */
#define MARK_MOVED UINT64_C(0x400000000)	/* a link, made relative */

/* What a link's target becomes with LINKS_RELATIVE, appended to out. */
void link_relative(const struct node *n, struct buf *out);

#endif

/* dirnodes.h - what the two halves of writing a directory share */
#ifndef FS_DIRNODES_H
#define FS_DIRNODES_H

#include "fs/dir.h"
#include "fs/dirfd.h"

struct saving {
	struct tree *t;
	const struct dir_save *o;
	struct dirwalk walk, walk2;
	struct node **list;		/* in order, directories before content */
	size_t n, cap;
	mode_t umask;
};

/* Whether n has bytes of its own to be written. */
static inline bool is_file(const struct node *n)
{
	return S_ISREG(n->mode) && !n->same;
}

/* "etc/passwd: WHAT: why the system refused". Returns -1. */
int about_node(const struct node *n, const char *what, struct err *e);

/* Unless it is TREE_NO_TIME. */
void set_time(int fd, int64_t mtime);

/* The regular files, into directories that are there. */
int dir_save_files(struct saving *s, struct err *e);

/* Hard links, devices, and symbolic links last of all. */
int dir_save_others(struct saving *s, struct err *e);

#endif

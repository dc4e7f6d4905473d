/* dirfd.h - opening and walking below a directory without following links */
#ifndef FS_DIRFD_H
#define FS_DIRFD_H

#include "fs/tree.h"

/*
 * Open path ("a/b/c", any length) below dirfd; no link is followed and "..",
 * which no tree has, leads nowhere. -1 with errno.
 */
int open_below(int dirfd, const char *path, int flags);

/* The extended attributes of n, whose directory is fd ("" for fd itself). */
void dir_xattrs(struct tree *t, struct node *n, int fd);

/*
 * A walk through the directories of a tree as they lie on disk: the fd of
 * any of them, cheap when it is near the one before. Zeroed but for root.
 */
struct dirwalk {
	int root;
	const struct node **dir;	/* from below the root down to here */
	int *fd;
	size_t n, cap, capfd;
};

int dirwalk_to(struct dirwalk *w, const struct node *dir, struct err *e);
void dirwalk_free(struct dirwalk *w);

#endif

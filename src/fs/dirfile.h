/* dirfile.h - the bytes of a file on disk, read once where there is room */
#ifndef FS_DIRFILE_H
#define FS_DIRFILE_H

#include <pthread.h>

#include "fs/tree.h"

/* The directory that was loaded; what it keeps is freed by dirroot_close(). */
struct dirroot {
	int fd;
	pthread_mutex_t lock;
	uint64_t keep;			/* so many bytes more may be kept */
	struct kept *kept;
};

/* What dirfile_load() needs: the node's path below the directory. */
struct dirfile {
	struct dirroot *root;
	const struct node *n;
	const struct kept *kept;	/* what was read of it before */
};

int dirroot_open(struct dirroot *r, const char *path, uint64_t keep);
void dirroot_close(struct dirroot *r);

/* content.load(); any number of threads may call it at once. */
int dirfile_load(const struct content *c, struct buf *out, struct err *e);

content_part dirfile_part;

/* fail_sys() about the path of n. */
int dirfile_fail(const struct node *n, const char *what, struct err *e);

#endif

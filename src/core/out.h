/* out.h - results appear whole and under their own name, or not at all */
#ifndef CORE_OUT_H
#define CORE_OUT_H

#include "core/err.h"
#include "core/view.h"

/*
 * A file being written. It has no name until out_commit(): an unnamed file
 * is linked in (or, where the file system has no O_TMPFILE, a temporary name
 * in the same directory is renamed), so a kill at any moment leaves nothing
 * wrong under the final name. "-" is standard output, written at once.
 * Zeroed is closed. Without force an existing name is refused at open, and
 * again at commit (somebody may have been faster).
 */
struct out {
	int fd;
	bool is_open, to_stdout, force, unnamed;
	uint64_t written;
	char path[4096];
	char temp[4096];
};

int out_open(struct out *o, const char *path, bool force, struct err *e);
int out_write(struct out *o, struct view v, struct err *e);
int out_commit(struct out *o, struct err *e);
void out_abort(struct out *o);		/* takes a closed one too */

/* The three in one: the bytes of v become the file. */
int out_save(const char *path, struct view v, bool force, struct err *e);

/*
 * A directory being filled: made under a temporary name beside path,
 * renamed by outdir_commit(). With force an existing directory is replaced,
 * but only if it has the file `mark` in it (or is empty); the old one is
 * removed after the new one has its name.
 */
struct outdir {
	int fd;			/* of the new directory, for openat() */
	bool is_open, replace;
	char path[4096];
	char temp[4096];	/* where it is until the commit */
};

int outdir_open(struct outdir *o, const char *path, bool force,
		const char *mark, struct err *e);
int outdir_commit(struct outdir *o, struct err *e);
void outdir_abort(struct outdir *o);	/* removes what was made */

/* Write all of v to fd, through short writes and EINTR. */
int write_view(int fd, struct view v, struct err *e);

/* Remove everything below path, never following a symbolic link. */
int remove_tree(int dirfd, const char *path, struct err *e);

#endif

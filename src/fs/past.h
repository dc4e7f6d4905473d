/* past.h - a tree of what a file system holds no more */
#ifndef FS_PAST_H
#define FS_PAST_H

#include "fs/tree.h"

/*
 * fs->history() makes a tree in which each leaf is one state that a file had:
 * etc/passwd~1 is the oldest of etc/passwd that is left, etc/passwd~2 the
 * next. What the file is now is not in it, unless it was deleted: then its
 * last state is there too. The directories on the way have their own names,
 * whether they are still there or not. A file whose name is gone is #INODE in
 * the root. Content that is gone is a damage each, as in any tree.
 */
struct past {
	uint64_t number;	/* behind the ~ */
	uint64_t version;	/* in the count of the format */
	uint64_t missing;	/* bytes of its content that are gone */
	bool unsure;		/* writes are gone that may have been to it */
	bool deleted;		/* nothing has its path now */
};

/* What is there, which fs->history() read to make t; t itself if it did not. */
const struct tree *past_now(const struct tree *t);

/* The directory called so, or a new one; or NULL: the name is none. */
struct node *past_dir(struct tree *t, struct node *dir, const char *name,
		      size_t n, struct err *e);

/*
 * One state of the file called so, with the first number above p->number that
 * no other has; NULL: the name is none.
 */
struct node *past_add(struct tree *t, struct node *dir, const char *name,
		      size_t n, struct past *p, struct err *e);

/* Whether path (no leading '/') is that of n, without its ~number, or above. */
bool past_matches(const struct node *n, const char *path);

/*
 * Leave only what one of the n paths matches, and the directories on the way;
 * how many states those are.
 */
size_t past_prune(struct tree *t, char *const *paths, size_t n);

#endif

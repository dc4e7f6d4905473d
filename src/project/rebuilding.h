/* rebuilding.h - what building an image and proving it share */
#ifndef PROJECT_REBUILDING_H
#define PROJECT_REBUILDING_H

#include "core/par.h"
#include "project/rebuild.h"

struct job {
	const struct rebuild *b;
	struct rebuilt *r;
	const struct fs *fs;
	struct tree t;			/* what shall be in the image */
	struct tree was_tree;		/* what was in it, if was is there */
	struct view was;		/* the original's file system, or empty */
	struct aside summing;		/* ... while its sum is made */
	char was_sum[SHA256_TEXT];
	void *opts;
	bool same_opts;			/* as the list has them */
};

/* List, tree, options, the original: all that is there before building. */
int rebuild_start(struct job *j, struct err *e);
void rebuild_free(struct job *j);

/* Read the original, and say of the tree's nodes what they were. */
int find_unchanged(struct job *j, struct err *e);

/* Whether what was laid out anew is the original again: sets how. */
void compare_with_original(struct job *j, struct view made);
int check_room(struct job *j, struct view made, struct err *e);
/* The proof: what was made is read as anybody's and compared in all. */
int read_back(struct job *j, struct view made, struct err *e);

/*
 * Whether building the tree would give something else than it was extracted
 * from: it, its list (sha256 as it was written) or the options changed.
 */
int tree_touched(const struct rebuild *b, const char *sha256, bool *touched,
		 struct err *e);

#endif

/* look.h - the file systems of an input, for who looks into them */
#ifndef CMD_LOOK_H
#define CMD_LOOK_H

#include "cmd/cmd.h"
#include "project/opened.h"

/* The options about the input that ls, cat and extract share. */
struct look_opts {
	const char *part, *map, *fixup, *range;
	uint64_t depth;
	bool past;		/* look at what was, not at what is */
};

struct look {
	struct plan plan;
	struct plan_opts how;	/* ... and how it was made */
	bool *selected;		/* by -p */
	bool *chosen;		/* of these the readable file systems */
	size_t n;		/* how many those are */
	bool past;		/* trees are those of fs->history() */
	bool alone;		/* the input is one file system and no more */
	struct opening opened;	/* what containers hold, once it is wanted */
	bool is_opened;
	struct tree top;	/* the parts and those as directories and files */
	struct tree t;		/* the file system read last ... */
	const char *in;		/* ... and its name in top; NULL: none yet */
};

int look_open(struct look *l, const char *input, const struct look_opts *o,
	      struct err *e);
void look_close(struct look *l);	/* takes a zeroed one too */

/* Whether part is a file system that we can read. */
bool look_readable(const struct look *l, const struct part *part);

/* The part that the path's first word names, and the rest; NULL: none. */
const struct part *look_part(const struct look *l, const char *path,
			     const char **rest);

/*
 * The node that path names: of l->t, or of l->top where it names a part that
 * is no file system, a payload of a container, or nothing. Damage on the way
 * is warned of. NULL: not there. *name is whose tree it is, as fs/NAME; NULL
 * when alone or at the top.
 */
const struct node *look_find(struct look *l, const char *path,
			     const char **name, struct err *e);

/* Allow for deep trees, which need a directory open for each level. */
void look_deep(void);

#endif

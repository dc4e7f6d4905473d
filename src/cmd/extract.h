/* extract.h - what the ways to extract share */
#ifndef CMD_EXTRACT_H
#define CMD_EXTRACT_H

#include "cmd/look.h"
#include "project/opened.h"

struct extract_cmd {
	struct look_opts look;
	uint64_t max_bytes, max_files;
	bool partial, devices, undelete;
	int symlinks;
	const char *tar;
};

extern const struct command command_extract;

struct extraction {
	struct run *r;
	const struct extract_cmd *o;
	const char *input;
	struct look l;
	struct extract_opts how;
	char **path;			/* those inside the part at hand */
	bool *led;			/* which operands led to something */
	json_t *parts;			/* for the document */
	json_t *past;			/* the same of --undelete */
	/* For the sum at the end. */
	size_t files, devices, lists;
	char list[128];			/* the name of the first .fwmeta */
};

/* The part as a source; in x->path what was asked of it. False: nothing. */
bool extract_begin(struct extraction *x, const struct part *part,
		   struct source *s, struct err *e);
/* Whether part is asked for, or (name) what lies in it; sets x->path. */
bool extract_wants(struct extraction *x, const struct part *part,
		   const char *name);
/* Every operand must lead somewhere before anything is written. */
int extract_check(struct extraction *x, struct err *e);

/*
 * Everything that is asked for, part by part: each file system, and what is
 * to be written of what containers hold (may be NULL). tree() fills got and
 * appends the .fwmeta to list, if it makes one.
 */
struct visitor {
	int (*tree)(void *arg, const char *name, const struct source *s,
		    struct buf *list, struct extracted *got, struct err *e);
	int (*payload)(void *arg, const struct opening *o, size_t i,
		       struct err *e);
	void *arg;
};
int extract_each(struct extraction *x, struct opening *o,
		 const struct visitor *to, struct err *e);
/* One line for people, one entry for machines, about fs/NAME. */
void extract_say(struct extraction *x, const char *name, const struct source *s,
		 const struct extracted *got);

int extract_width(const struct extraction *x);	/* of the names of trees */

/* Whether what was in s is to be written too. */
bool extract_wants_past(const struct extraction *x, const struct source *s);
/* What was in s, below dirfd. */
int extract_past(struct extraction *x, const struct source *s, int dirfd,
		 struct buf *list, struct extracted *got, struct err *e);
void extract_say_past(struct extraction *x, const char *name,
		      const struct source *s, const struct extracted *got);

/* One file system into DIR, with DIR.fwmeta; or all into a project. */
int extract_single(struct extraction *x, const struct part *part,
		   const char *dir, struct err *e);
int extract_project(struct extraction *x, const char *dir, struct err *e);
int extract_tar(struct extraction *x, const char *file, struct err *e);

#endif

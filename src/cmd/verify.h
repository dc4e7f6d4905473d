/* verify.h - the two questions of fwtool verify */
#ifndef CMD_VERIFY_H
#define CMD_VERIFY_H

#include "cmd/cmd.h"
#include "project/plan.h"

/* Whether a line is about it: what lies in a file system is its own. */
bool verify_lists(const struct scan *s, const struct found *f);

/* Read the files of what hides damage; where that fails it is broken. */
void verify_files(struct scan *s, struct view image);

/* Is every checksum in it right? Prints one line an object. A status. */
int verify_sums(struct run *r, const struct plan *p);

struct difference {
	uint64_t bytes, first;	/* how many differ in the common length */
	uint64_t a, b;		/* the lengths */
};
struct difference verify_compare(struct view a, struct view b);

/* Print it, or fill the document; a status. */
int verify_say(struct run *r, const char *a, const char *b,
	       const struct difference *d, bool fixed);

/* As it was read: a project has no bytes but those of its parts. */
struct view verify_bytes(const struct input *in);

/* Does the chip that source ("ch341a", "serprog=PORT") leads to hold it? */
int verify_chip(struct run *r, const struct input *in, const char *source,
		struct err *e);

/*
 * Is it the file, or has it the sha256, or does the chip behind the source hold
 * it? `what` says which. A status, or -1.
 */
int verify_against(struct run *r, const struct input *in, const char *what,
		   const struct plan_opts *o, struct err *e);

#endif

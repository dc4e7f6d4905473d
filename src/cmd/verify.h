/* verify.h - the two questions of fwtool verify */
#ifndef CMD_VERIFY_H
#define CMD_VERIFY_H

#include "cmd/cmd.h"
#include "project/plan.h"

/* Is every checksum in it right? Prints one line an object. A status. */
int verify_sums(struct run *r, const struct plan *p);

/* Is it the file, or has it the sha256, `what`? A status, or -1. */
int verify_against(struct run *r, const struct input *in, const char *what,
		   const struct plan_opts *o, struct err *e);

#endif

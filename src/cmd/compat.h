/* compat.h - command lines of other tools, told in words of ours */
#ifndef CMD_COMPAT_H
#define CMD_COMPAT_H

#include "cmd/cmd.h"

/* An option of the other tool: how many values it takes, and what it is here. */
struct compat_word {
	const char *old;		/* "-comp" */
	unsigned values;		/* 0 or 1 */
	const char *now;		/* "--comp", followed by the value; "": it
					   means nothing here; NULL: refused */
};

/* A line being translated; what it became is run by compat_run(). */
struct compat {
	const struct compat_word *words;
	char *argv[512];
	int argc;
	char *operand[256];
	int operands;
};

void compat_add(struct compat *c, const char *word);
/*
 * Translate argv[1..]; words of the table go to c->argv, all else to
 * c->operand. An option that is not in the table is refused.
 */
int compat_read(struct compat *c, int argc, char **argv, struct err *e);
/* Become "fwtool argv..."; returns only if that fails. */
int compat_run(struct compat *c, struct err *e);

#endif

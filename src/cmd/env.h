/* env.h - the parts of the env command */
#ifndef CMD_ENV_H
#define CMD_ENV_H

#include "cmd/cmd.h"
#include "project/plan.h"
#include "scan/ubootenv.h"

enum { MOST_ENVS = 64 };

struct env_opts {
	bool value, mtdparts;
	struct texts set, unset;
	const char *import, *fixup;
	const char *at;		/* NULL: look for it */
	uint64_t size;
};

/* What is shown and changed: a block, or variables of a log or a program. */
struct env_subject {
	const char *input;
	struct plan plan;		/* its input, and what was found in it */
	struct view v;			/* the whole input, after fix-ups */
	struct env env[MOST_ENVS];
	size_t n;
	const struct env *use, *other;	/* NULL: none */
	struct view defaults;		/* compiled in */
	struct buf packed;		/* ... and packed: they are here */
	struct buf log;			/* from a log */
	bool is_log;
	struct view vars;		/* those of any of them */
};

/* Open the input: a file, or a project. */
int env_open(struct run *r, struct env_subject *s, struct err *e);
void env_close(struct env_subject *s);
/* Fill the rest. 0: found, STATUS_NO: none, -1: trouble. */
int env_look(struct run *r, struct env_subject *s, struct err *e);

int env_show(struct run *r, const struct env_subject *s, struct err *e);
int env_show_map(struct run *r, const struct env_subject *s, struct err *e);
int env_change(struct run *r, const struct env_subject *s, struct err *e);

/* The sentence on stderr, and the same as "environment" of the document. */
void env_say(struct run *r, const struct env_subject *s);

#endif

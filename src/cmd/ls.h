/* ls.h - what listing files and printing a line of them share */
#ifndef CMD_LS_H
#define CMD_LS_H

#include "cmd/look.h"

struct ls_opts {
	struct look_opts look;
	bool details, recursive, by_size, zero;
};

/* A line: what is shown, under which name. */
struct line { const struct node *n; char *path; uint64_t size; };

struct listing {
	struct run *r;
	const struct ls_opts *o;
	struct look l;
	struct line *line;
	size_t n, cap, printed;
	json_t *entries;
};

/* The old versions at path, or all. */
int ls_past(struct listing *s, const char *path, struct err *e);
void ls_add(struct listing *s, const struct node *n, const char *prefix);
void ls_flush(struct listing *s);	/* print what was added */

void ls_print(const struct listing *s, const struct line *l);
/* The same for the document. */
void ls_entry(struct listing *s, const struct line *l);

#endif

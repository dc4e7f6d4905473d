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
	size_t n, cap;
	json_t *entries;
};

void ls_print(const struct listing *s, const struct line *l);
/* The same for the document. */
void ls_entry(struct listing *s, const struct line *l);

#endif

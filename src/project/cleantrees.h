/* cleantrees.h - trees, as cleanproject.c needs them of cleantree.c */
#ifndef PROJECT_CLEANTREES_H
#define PROJECT_CLEANTREES_H

#include "project/cleantree.h"

/* rootfd: where changes are made; -1: nothing is changed. */
int clean_nodes(struct cleaning *c, const struct tree *t, const char *prefix,
		int rootfd, struct err *e);
int clean_dir_as(struct cleaning *c, const char *dir, const char *prefix, bool apply,
		 struct scrubbed *s, struct err *e);

#endif

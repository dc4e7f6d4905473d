/* cleantree.h - personal data in trees, projects and images */
#ifndef PROJECT_CLEANTREE_H
#define PROJECT_CLEANTREE_H

#include "fs/tree.h"
#include "project/clean.h"
#include "project/plan.h"

/* What was done to a project, for people. */
struct scrubbed {
	uint64_t bytes;			/* overwritten in raw data */
	size_t trees;			/* to be built anew by repack */
};

/*
 * Look through a directory that extract made, and change it if apply says so:
 * its files, and its list, so that repack keeps nothing of the original.
 */
int clean_dir(struct cleaning *c, const char *dir, bool apply, struct scrubbed *s,
	      struct err *e);
/* All of a project: trees, environments, raw parts, opened payloads. */
int clean_project(struct cleaning *c, const char *dir, bool apply,
		  struct scrubbed *s, struct err *e);
/* What is in an image; nothing is changed. */
int clean_image(struct cleaning *c, const struct plan *p, struct err *e);

#endif

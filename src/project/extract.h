/* extract.h - a file system becomes a directory, with a list beside it */
#ifndef PROJECT_EXTRACT_H
#define PROJECT_EXTRACT_H

#include "fs/dir.h"
#include "fs/meta.h"
#include "project/plan.h"

struct extract_opts {
	bool partial;			/* what can be read of damaged ones */
	bool past;			/* not what is there, but what was */
	bool lenient;			/* a path may not be there */
	bool devices;			/* make device nodes, as root */
	int links;			/* enum links */
	uint64_t max_bytes, max_files;	/* of all parts together */
	char *const *paths;		/* only these, inside the file system */
	size_t npaths;			/* 0: all */
	void (*progress)(uint64_t done, uint64_t total, void *arg);
	void *arg;
};

/* What one file system came to, for the line people see. */
struct extracted {
	const struct format *format;
	uint64_t size;			/* of the file system in the image */
	size_t files, dirs, links, devices;	/* devices: fifos, sockets too */
	size_t incomplete;		/* files with something missing */
	size_t deleted, older;		/* of the past: files; states of those
					   that are there */
	size_t damages;			/* reported by warn_at() */
	uint64_t bytes;			/* of all files */
};

/* Exactly one file system in an image, and where it comes from. */
struct source {
	struct view v;
	const struct format *format;
	struct origin from;		/* all but sha256, which is computed */
};

/* Whether part's main object is a file system that can be read. */
bool part_has_tree(const struct plan *p, const struct part *part);
/* The file system that is part's main object; -1: it has none. */
int source_of_part(struct source *s, const struct plan *p,
		   const struct part *part, struct err *e);

/*
 * Read s into t, which the caller frees in any case: damage reported,
 * paths chosen, limits kept.
 */
int extract_read(const struct source *s, struct tree *t, struct extract_opts *o,
		 struct extracted *x, struct err *e);

/*
 * Read s, write it below dirfd (an empty directory of ours), and append its
 * .fwmeta to list. Damage fails with the first of it, or, with partial, is a
 * warning each. What was used of the limits is taken off them in o.
 */
int extract_fs(const struct source *s, int dirfd, struct extract_opts *o,
	       struct buf *list, struct extracted *x, struct err *e);

#endif

/* plan.h - an input taken apart in thought: objects, map, parts */
#ifndef PROJECT_PLAN_H
#define PROJECT_PLAN_H

#include "project/input.h"
#include "scan/map.h"

struct plan_opts {
	struct input_opts input;
	struct scan_opts scan;
	const char *map;	/* -m: text or file; NULL or "auto" */
};

/* One piece of the input. Parts have no gaps and do not overlap. */
struct part {
	char name[64];		/* as the map says, or the format's name, or "gap" */
	char file[96];		/* "02-ROOTFS.jffs2": safe as a file name */
	char dir[96];		/* "ROOTFS", "ROOTFS@0x1d0000": the same, and no
				   other part has it; its tree is fs/DIR */
	uint64_t at, size;
	bool gap;		/* outside of every partition */
	bool rest;		/* of a partition, after one inside it ended */
	bool erased;		/* one value only */
	uint8_t value;		/* ... namely */
	long main;		/* index in scan.found of what it is, or -1:
				   begins the part, or is alone in it */
	char types[64];		/* "uboot, env", "erased", "-" */
};

struct plan {
	struct input in;
	struct scan scan;
	struct maps maps;	/* best < 0: parts come from the objects */
	struct part *part;
	size_t n, cap;
};

int plan_make(struct plan *p, const char *path, const struct plan_opts *o,
	      struct err *e);
/* Only its input, which may be a project, without a look at what is in it. */
int plan_open(struct plan *p, const char *path, const struct plan_opts *o,
	      struct err *e);
void plan_free(struct plan *p);		/* takes a zeroed one too */

/* The bytes of one part. */
struct view plan_part(const struct plan *p, const struct part *part);

/*
 * The parts and objects that SEL (-p) names: a name, #2, @0x1d0000, a type,
 * a range, or a comma list of these. Sets chosen[i] for each part; fails
 * when one names nothing.
 */
int plan_select(const struct plan *p, const char *sel, bool *chosen,
		struct err *e);

/* The part that holds an offset; NULL past the end. */
const struct part *plan_over(const struct plan *p, uint64_t at);

/* The part that a partition's name (any case) or path's first word names. */
const struct part *plan_named(const struct plan *p, const char *name, size_t n);

#endif

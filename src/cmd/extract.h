/* extract.h - what the ways to extract share */
#ifndef CMD_EXTRACT_H
#define CMD_EXTRACT_H

#include "cmd/look.h"

struct extract_cmd {
	struct look_opts look;
	uint64_t max_bytes, max_files;
	bool partial, devices;
	int symlinks;
	const char *tar;
};

extern const struct command command_extract;

struct extraction {
	struct run *r;
	const struct extract_cmd *o;
	const char *input;
	struct look l;
	struct extract_opts how;
	char **path;			/* those inside the part at hand */
	json_t *parts;			/* for the document */
	/* For the sum at the end. */
	size_t files, devices, lists;
	char list[128];			/* the name of the first .fwmeta */
};

/* The part as a source; in x->path what was asked of it. False: nothing. */
bool extract_begin(struct extraction *x, const struct part *part,
		   struct source *s, struct err *e);
/* One line for people, one entry for machines. */
void extract_say(struct extraction *x, const struct part *part,
		 const struct extracted *got);

/* One file system into DIR, with DIR.fwmeta; or all into a project. */
int extract_single(struct extraction *x, const struct part *part,
		   const char *dir, struct err *e);
int extract_project(struct extraction *x, const char *dir, struct err *e);
int extract_tar(struct extraction *x, const char *file, struct err *e);

#endif

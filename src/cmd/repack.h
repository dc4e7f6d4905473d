/* repack.h - what building a tree and building a project share */
#ifndef CMD_REPACK_H
#define CMD_REPACK_H

#include "cmd/cmd.h"
#include "project/rebuild.h"

struct repack_opts {
	const char *root, *table, *original, *meta;
	uint64_t room;
	struct texts exclude;
	bool named, rebuild, owners, as_dumped;
};

struct repacking {
	struct run *r;
	struct repack_opts o;
	const struct format *format;	/* asked for, or NULL */
	bool is_project;
	const char *input;		/* the tree, or the project */
	const char *output;
	char name[4096];		/* of the output, when none was given */
	int argc;			/* the line as it was typed, for adjust() */
	char **argv;
};

/* struct rebuild's: the command line's options over the list's. */
int repack_adjust(const struct format *f, void *opts, void *arg, struct err *e);

/* A line for people: on stdout, or on stderr where the image goes there. */
void repack_tell(const struct repacking *k, const struct buf *line);
/* "etc/back.bin removed, etc/passwd replaced" */
void repack_changes(const struct changes *c, struct buf *out);
json_t *repack_changes_json(const struct changes *c);

/*
 * Choose the output's name and see that it may be written: not inside of the
 * input, nor there already.
 */
int repack_output(struct repacking *k, const char *name, struct err *e);

/* Parse the line, as it was typed, with the options of the format. */
int repack_parse(struct repacking *k, struct optset format, char **argv,
		 struct err *e);

int repack_tree(struct repacking *k, struct err *e);
/* --ubi: argv has room for the line. */
int repack_ubi(struct repacking *k, char **argv, struct err *e);

#endif

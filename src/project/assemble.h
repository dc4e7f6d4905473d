/* assemble.h - a project becomes the whole flash again */
#ifndef PROJECT_ASSEMBLE_H
#define PROJECT_ASSEMBLE_H

#include "project/manifest.h"
#include "project/rebuild.h"

struct assemble_opts {
	bool as_dumped;		/* undo the fix-ups: word order and the like */
	bool anew;		/* as in struct rebuild */
	int (*adjust)(const struct format *f, void *opts, void *arg,
		      struct err *e);
	void *arg;
	void (*progress)(size_t done, size_t total, void *arg);
	void *progress_arg;
};

/* One part of the result: a row of the table that people see. */
struct fitted {
	const struct manifest_part *part;
	uint64_t was, is;	/* bytes in use, of part->part.size */
	bool rebuilt;		/* from its tree */
	bool inside;		/* something in a container in it was changed */
	bool taken;		/* erased, and now the end of what is before it */
	bool edited;		/* its file is not what carve wrote */
	bool mended;		/* a checksum in it was made right */
	bool too_large;
	bool lost;		/* what it was is no longer proven there */
	uint64_t free_blocks;	/* of a rebuilt file system with blocks */
	uint64_t block;		/* ... of this size; or 0 */
	struct changes changes;	/* of a rebuilt one */
	struct kept kept;
	char state[96];		/* "rebuilt, fits: 2 blocks free" */
};

/* Whether its bytes are other than those carved, or may be. */
bool is_changed(const struct fitted *row);

struct assembled {
	struct manifest m;
	struct fitted *row;	/* m.n of them */
	size_t rows;		/* how many are filled: all, or up to a failure */
	struct buf image;
	char sha256[SHA256_TEXT];
	bool identical;		/* to the input, before fix-ups if as_dumped */
	uint64_t block, blocks;	/* size and number of erase blocks */
	uint64_t differ;	/* blocks that differ from the input */
	bool exact;		/* false: the old bytes of an edited part are
				   gone, all its blocks are counted */
};

/*
 * Put the project in dir together: an unchanged part is its file, one whose
 * tree below fs/ was changed is rebuilt into its place, slack is kept, and
 * checksums of containers and environments around a change are made right.
 * What was changed is proved again. Nothing is written. After a failure the
 * rows so far tell which part it was. Free it in either case.
 */
int project_assemble(struct assembled *a, const char *dir,
		     const struct assemble_opts *o, struct err *e);
/* Only the part files, put together as they are: a project as an input. */
int project_join(struct assembled *a, const char *dir, struct err *e);
void assembled_free(struct assembled *a);	/* takes a zeroed one too */

#endif

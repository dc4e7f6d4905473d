/* assembly.h - the steps of project_assemble() */
#ifndef PROJECT_ASSEMBLY_H
#define PROJECT_ASSEMBLY_H

#include "project/assemble.h"

/* One assembly under way. */
struct assembly {
	struct assembled *a;
	const struct assemble_opts *o;
	const char *dir;		/* of the project */
	int dirfd;			/* the same */
	struct input original;		/* what was carved, if it is at hand */
	bool looked, have;		/* whether it was looked for, and found */
};

/* The input as carved, or NULL where it is gone or not the same any more. */
const struct view *original_of(struct assembly *s);

/*
 * Read every part file into its place in the image, padded; see which ones
 * were edited. Parts that were not written come from the original.
 */
int gather_parts(struct assembly *s, struct err *e);
/* What lies in parts/FILE as carve wrote it, for one that was not edited. */
int part_as_carved(const struct assembly *s, const struct fitted *row,
		   struct image *im, struct err *e);

/* Where fs/DIR was changed, build the file system anew into its place. */
int place_tree(struct assembly *s, struct fitted *row, struct err *e);

/* Where what lies inside containers was changed, put it back into them. */
int renew_parts(struct assembly *s, struct err *e);

/* Make right the checksums of what holds a changed part, inner ones first. */
void mend_sums(struct assembly *s);

/* Prove what was changed; say what became of each part. */
int prove_parts(struct assembly *s, struct err *e);
/* Say it of the rows up to a failure. */
void tell_rows(struct assembled *a);

/* Count the blocks that differ from the input. */
void count_blocks(struct assembly *s);

/*
 * The bytes of a part and those it may grow into; grows: beyond them too, as
 * it ends the file. put_room() puts back what may be longer or shorter then,
 * else has as many bytes.
 */
struct view room_of_part(const struct assembled *a, const struct fitted *row,
			 bool *grows);
void put_room(struct assembled *a, struct fitted *row, struct view bytes);

/* The old file system of a part: [at, at + was), room up to what follows. */
struct spot {
	uint64_t at;		/* in the image */
	uint64_t was, room;
	uint64_t end;		/* of the part, and what it may take besides */
	bool grows;		/* ... and the file may become longer */
	uint8_t fill;		/* what slack consists of */
	struct view behind;	/* up to end */
};
struct spot spot_of(const struct assembly *s, const struct fitted *row);

/* The bytes of a part in the image; those up to its end are for probing. */
struct view part_in(const struct assembled *a, const struct fitted *row);
/* Bytes up to the last one that is not erased. */
uint64_t used_of(const struct assembled *a, struct view v);

#endif

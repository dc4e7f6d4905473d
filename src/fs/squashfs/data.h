/* data.h - what of a tree becomes which blocks of data, and where they lie */
#ifndef FS_SQUASHFS_DATA_H
#define FS_SQUASHFS_DATA_H

#include "fs/fs.h"
#include "fs/squashfs/options.h"
#include "fs/squashfs/read.h"

#define SQUASH_RAW (1u << 24)		/* in a word: stored as it is */
#define SQUASH_NOWHERE UINT32_MAX	/* no fragment */

/* A file as the image has it; of several names only once. */
struct squash_file {
	const struct node *n;
	uint32_t *word;			/* per block: size, SQUASH_RAW; 0: a hole */
	uint64_t blocks;
	uint64_t start;			/* of the first in the image */
	uint64_t sparse;		/* bytes in holes, as is said of it */
	uint32_t tail;			/* bytes in a fragment */
	uint32_t fragment, offset;
	bool ranked;			/* comes first, by this */
	uint64_t rank;
	bool kept;			/* has its blocks from the original */
	struct view run;		/* ... which are these */
	bool has_run, has_end;		/* it is known where they were: */
	uint64_t was_at;		/* the blocks, and the end: which of */
	uint32_t was_fragment, was_offset;	/* the old fragments, where */
	struct squash_file *twin;	/* has the same blocks, stored before */
	struct squash_file *next;	/* in the fragment */
	uint32_t run_sum, tail_sum;	/* what to know equal ones by */
	uint32_t head_sum;		/* ... their first blocks */
	uint16_t hole_key;		/* ... if the first block is a hole */
	uint64_t planned;		/* blocks, before an end of zeros is */
	uint32_t planned_tail;		/* seen to be a hole */
};

struct squash_fragment {
	uint64_t start;
	uint32_t word, size;		/* as stored; plain */
	struct squash_file *first, *last;	/* whose ends are in it */
	struct view kept;		/* as it is in the original, or empty */
};

/* A fragment of the original: its number and place, and if that is at hand */
struct squash_old {
	uint64_t number, at;
	struct view stored;		/* ... what is there */
	uint32_t word;
	uint32_t users, kept;		/* files there; those that keep it */
	uint32_t index;			/* in the new image, plus one */
};

/* What is packed as one: a block of a file, or a fragment. */
struct squash_chunk {
	struct squash_file *file;	/* NULL: a fragment */
	uint32_t index;			/* SQUASH_NOWHERE: a file begins here */
};

struct squash_data {
	const struct squash_plan *plan;
	const struct squash_reader *was;	/* of the original, or NULL */
	struct kept *count;		/* of its blocks; with was */
	struct squash_file *file;	/* in the order in which they are stored */
	size_t files, files_cap;
	struct squash_old *old;
	size_t olds;
	struct squash_fragment *fragment;
	size_t fragments, fragments_cap;
	struct squash_chunk *chunk;
	size_t chunks, chunks_cap;
};

/* How many blocks, and whether the end is in a fragment: before holes. */
void squash_shape(const struct squash_plan *p, struct squash_file *f);

/* Some bytes of a file; from any thread. */
int squash_piece(const struct node *n, uint64_t off, size_t size,
		 struct buf *out, struct err *e);

/* Look at all files on all CPUs: holes and sums. */
int squash_measure(struct squash_data *d, struct err *e);

/* Before: take from the original what is the same, or from the list where */
void squash_reuse(struct squash_data *d);
void squash_recall(struct squash_data *d);	/* it was. */

/* What was somewhere keeps its place among the others of which that is known. */
int squash_put_back(struct squash_data *d, struct err *e);

/* Behind it: what is stored, in which order, what is there already. */
int squash_arrange(struct squash_data *d, struct err *e);

/* Of arranging: chunks are appended; ends go to a fragment being filled. */
void squash_add_run(struct squash_data *d, struct squash_file *f);
void squash_add_chunk(struct squash_data *d, struct squash_file *f, uint32_t index);
struct squash_fragment *squash_add_fragment(struct squash_data *d);
void squash_add_end(struct squash_fragment *k, struct squash_file *f);

/* Whether files that were measured have the same blocks, the same end; or -1. */
struct squash_eye { uint64_t block; struct buf a, b; };
int squash_same_run(struct squash_eye *y, const struct squash_file *a,
		    const struct squash_file *b, struct err *e);
int squash_same_tail(struct squash_eye *y, const struct squash_file *a,
		     const struct squash_file *b, struct err *e);
bool squash_begin_alike(const struct squash_file *a, const struct squash_file *b);
void squash_eye_free(struct squash_eye *y);

/* A file's beginning, with its old blocks if it keeps them; an old fragment. */
bool squash_is_copied(const struct squash_data *d, const struct squash_chunk *c);

/* Pack it all on all CPUs and append it to out, whose image begins at start. */
int squash_store(struct squash_data *d, size_t start, struct buf *out,
		 struct err *e);

void squash_data_free(struct squash_data *d);

#endif

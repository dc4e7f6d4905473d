/* pastlog.h - the states of files that a log still tells of, for its readers */
#ifndef FS_PASTLOG_H
#define FS_PASTLOG_H

#include "fs/inodes.h"
#include "fs/past.h"

/* What one record of a log did to the content of a file. */
struct past_step {
	uint64_t size;		/* of the file from then on */
	bool grows;		/* no size is said: as far as data reach */
	bool leads;		/* a part of what the next records do: the size
				   is that after them, or data are cut by them */
	uint64_t from, n;	/* bytes that it wrote; n 0: none */
	uint64_t blank;		/* so many behind them are no more */
	bool hole;		/* they are zeros */
};

/*
 * A file and its records, the oldest first: the format's own, by index. Where
 * a number was given again after a deletion, each file that had it is one.
 */
struct past_file {
	uint32_t ino;
	size_t first, n;	/* in the format's table */
	uint32_t mode;		/* of the last */
	uint32_t dir;		/* the last name that led to it ... */
	uint64_t age;		/* ... the higher, the later */
	const char *name;
	size_t length;		/* 0: none is left */
	struct node *live;	/* what it is now; NULL: deleted */
	bool stale;		/* ... not what its last record says */
	struct node *place;	/* a directory: in the tree of the past */
	bool busy;		/* its own place is being looked for */
};

/* The records [first, end) of f make one state that it had. */
struct past_state { const struct past_file *f; size_t first, end; };

struct past_log {
	struct tree *t;			/* of the past */
	struct tree live;
	const struct past_format *format;
	void *own;			/* the format's */
	uint32_t root;			/* its number */
	struct inodes now;		/* the nodes of live by number */
	struct past_file *file;		/* rising in ino, the newest file last */
	size_t files;
	struct past_state *state;
	size_t n, cap;
	uint64_t left;			/* of the work that is allowed; a file may
					   take half of it */
	bool limited;			/* ... and one would have taken more */
};

/* What a file system with a log says of itself. k: index in its table. */
struct past_format {
	const char *limit;		/* "jffs2.past-limit" */
	int (*read)(struct view v, struct tree *t, struct err *e);
	/* After read() of live: fills file. */
	int (*collect)(struct past_log *p, struct err *e);
	/* False: the record tells nothing of content. */
	bool (*step)(const struct past_log *p, size_t k, struct past_step *s);
	/* Append the step's n bytes; false: it cannot be used. */
	bool (*load)(const struct past_log *p, size_t k, struct buf *out);
	/* Mode, owner and time of n; false: nothing is known. */
	bool (*attributes)(const struct past_log *p, const struct past_state *s,
			   struct node *n);
	/* The rest of n, which is no directory: what is lost is its damage. */
	void (*fill)(struct past_log *p, const struct past_state *s, struct node *n);
	void (*free)(void *own);
};

/* fs->history for such a format; own is in t's arena and t's from then on. */
int past_history(struct past_log *p, struct view v, struct err *e);

/* The node of the live tree that has this number; or NULL. */
struct node *past_live(const struct past_log *p, uint32_t ino);

/* What was there of f and is no more: appended to p->state. */
void past_states(struct past_log *p, const struct past_file *f);
/* All of p->state as files in p->t. */
int past_put(struct past_log *p, struct err *e);

/* The directory of the past for this number; NULL: too many files. */
struct node *past_place(struct past_log *p, uint32_t ino, struct err *e);
/*
 * "#12", a file with past or else a directory: of a number that no name leads
 * to, or none that can be one.
 */
struct node *past_nameless(struct past_log *p, uint32_t ino, struct past *past,
			   struct err *e);

/* [from, end) of n's content is gone, as text says; at: of its newest record. */
void past_lost(struct past_log *p, struct node *n, uint64_t at, const char *code,
	       const char *text, uint64_t from, uint64_t end);
/* n may have been written to since: to be said last, where nothing is lost. */
void past_unsure(struct past_log *p, struct node *n, uint64_t at, const char *code);

/*
 * Numbers that the writer of a log gave to its records one after the other. A
 * record that is gone has left a gap.
 */
struct past_numbers {
	struct past_number { uint64_t number, since; } *v;
	size_t n, cap;
};

/* slack: so many just before it were given to what is no part of a file. */
void past_number(struct past_numbers *s, uint64_t number, unsigned slack);
void past_numbers_end(struct past_numbers *s);		/* no more will come */
/* Whether each number from a to b is there; both are. */
bool past_is_whole(const struct past_numbers *s, uint64_t a, uint64_t b);
void past_numbers_free(struct past_numbers *s);

#endif

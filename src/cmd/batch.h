/* batch.h - the pieces of fwtool batch: inputs, children, lines */
#ifndef CMD_BATCH_H
#define CMD_BATCH_H

#include <sys/types.h>

#include "cmd/cmd.h"
#include "core/hash.h"

struct batch_opts {
	uint64_t timeout;		/* seconds for one input */
	uint64_t memory;		/* bytes for one input */
	const char *from;		/* --from: a file with names */
	const char *shard;		/* "K/N" */
	bool resume;
};

/* The inputs, in the order they are begun: sorted within a directory. */
struct inputs { char **path; size_t n, cap; };

/*
 * Every regular file at and below the operands. Symbolic links below them
 * are not followed; a project of ours is left out.
 */
int inputs_gather(struct inputs *in, char *const *operands, int n, struct err *e);
/* The names in a file ("-": standard input), one a line or NUL after each. */
int inputs_from(struct inputs *in, const char *file, struct err *e);
/* Leave every N-th only, the K-th of 1..N. */
int inputs_shard(struct inputs *in, const char *shard, struct err *e);
/*
 * DIR/PATH of an input without ways up ("..", a leading "/"), what is above
 * it made. The caller frees it; NULL: it cannot be made.
 */
char *batch_place(const char *dir, const char *path, struct err *e);
void inputs_free(struct inputs *in);

/* What earlier lines have done: digests of bytes, or of a name and bytes; sorted. */
struct digests { char (*v)[SHA256_TEXT]; size_t n, cap; };
bool batch_has(const struct digests *d, const char *path, const char *hash);

/* What became of one input. */
enum fate { FATE_DONE, FATE_KNOWN, FATE_TIMEOUT, FATE_OUTPUT, FATE_SIGNAL, FATES };

struct job {
	const char *path;
	pid_t pid;			/* 0: a free place */
	int fd[3];			/* its result, its talk, what it is */
	struct buf got[3];
	int64_t began, ms;		/* milliseconds: when, how long */
	enum fate fate;
	int status, signal;
};

enum { JOB_RESULT, JOB_TALK, JOB_HASH, JOB_MOST = 64 << 20 };

/*
 * Start "fwtool argv... -- path" with its limits. It first sends its input's
 * digest on JOB_HASH, and ends there if known has it.
 */
int job_start(struct job *j, char *const *argv, const struct batch_opts *o,
	      const struct digests *known, struct err *e);
/* Take what is there to read; returns whether all its pipes are closed. */
bool job_read(struct job *j);
void job_kill(struct job *j, enum fate why);
void job_wait(struct job *j);		/* fills fate, status, signal */
const char *job_digest(const struct job *j);	/* "" where there is none */
void job_free(struct job *j);

/* One batch under way. */
struct batch {
	struct run *r;
	struct batch_opts o;
	char **child;			/* the command and its options */
	bool json;
	struct inputs in;
	struct digests known;
	int fd;				/* where lines go */
	struct job *job;		/* slots of them */
	unsigned slots;
	size_t begun, ended;
	size_t good, bad, skipped;
};

enum { MOST_SLOTS = 256, MOST_WORDS = 250 };

/* Run them all, lines to b->fd; says the sum. Returns a status, or -1. */
int batch_run(struct batch *b, struct err *e);

/* The line of one input: a document of its own, or a text for people. */
void batch_line(struct buf *out, const struct job *j, bool json);
/*
 * What the lines of an earlier run have done (not those that were cut short),
 * and how many bytes of it are whole lines. A line whose name is that of an
 * input counts for this input alone, any other for all that have its bytes.
 */
uint64_t batch_known(struct digests *d, const struct inputs *in, struct view lines);

#endif

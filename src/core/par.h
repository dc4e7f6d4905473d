/* par.h - a worker pool whose results come in order */
#ifndef CORE_PAR_H
#define CORE_PAR_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

#include "core/err.h"

/* Set once by cmd/ from -j; 0 means one worker per CPU of this process. */
void par_use(unsigned jobs);
unsigned par_jobs(void);

/*
 * Call work(i, arg) for every i in [0, n) on the workers, and done(i, arg)
 * in rising order of i on the calling thread, as soon as that is possible.
 * No more than `ahead` items are worked on or waiting at once, so results
 * can live in a ring of that many slots (i % ahead). Stops at the first
 * done() that returns -1, whose err is e; returns 0 or -1. work() must not
 * log and must not fail: it leaves its error in the slot for done().
 * done may be NULL.
 */
struct par {
	void (*work)(size_t i, void *arg);
	int (*done)(size_t i, void *arg, struct err *e);
	void *arg;
	size_t ahead;		/* 0: 4 per worker */
};

int par_run(const struct par *p, size_t n, struct err *e);

/*
 * One thing besides what the caller goes on with; it is done at once where
 * there is but one CPU. work() must neither log nor fail.
 */
struct aside {
	void (*work)(void *arg);
	void *arg;
	pthread_t thread;
	bool is_running;
};

void aside_start(struct aside *a, void (*work)(void *arg), void *arg);
void aside_wait(struct aside *a);	/* takes a zeroed one too */

#endif

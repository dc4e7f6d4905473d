/* batchrun.c - as many children at once as there are places */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "acquire/clock.h"
#include "cmd/batch.h"
#include "core/mem.h"
#include "core/out.h"
#include "core/par.h"

/*
 * The child's line: one worker where several children share the machine, and
 * its directory, -d DIR/PATH, made as needed.
 */
static int child_line(struct batch *b, const char *path, char **argv, char **dir,
		      struct err *e)
{
	size_t n = 0;

	argv[n++] = b->child[0];
	if (b->slots > 1)
		argv[n++] = (char *)(uintptr_t)"-j1";
	for (char **word = b->child + 1; *word; word++)
		argv[n++] = *word;
	argv[n] = *dir = NULL;
	if (!b->r->common->dir)
		return 0;
	*dir = batch_place(b->r->common->dir, path, e);
	argv[n] = (char *)(uintptr_t)"-d";
	argv[n + 1] = *dir;
	argv[n + 2] = NULL;
	return *dir ? 0 : -1;
}

static int begin(struct batch *b, struct job *j, struct err *e)
{
	char *argv[MOST_WORDS + 6], *dir;
	int bad;

	j->path = b->in.path[b->begun++];
	bad = child_line(b, j->path, argv, &dir, e);
	if (!bad)
		bad = job_start(j, argv, &b->o, &b->known, e);
	free(dir);
	return bad;
}

static int end(struct batch *b, struct job *j, struct err *e)
{
	struct buf line = { 0 };
	int bad = 0;

	job_wait(j);
	b->ended++;
	if (j->fate == FATE_DONE && batch_has(&b->known, j->path, job_digest(j)))
		j->fate = FATE_KNOWN;
	if (j->fate == FATE_KNOWN) {
		b->skipped++;
	} else {
		batch_line(&line, j, b->json);
		bad = write_view(b->fd, buf_view(&line), e);
		if (j->fate == FATE_DONE && j->status <= STATUS_NO)
			b->good++;
		else
			b->bad++;
	}
	buf_free(&line);
	job_free(j);
	progress(b->r, "batch", b->ended, b->in.n);
	return bad;
}

/* Wait until a child says something, at most until the next one is late. */
static void wait_any(struct batch *b)
{
	struct pollfd fds[3 * MOST_SLOTS];
	int64_t now = now_ms(), left = 1000;
	nfds_t n = 0;

	for (unsigned i = 0; i < b->slots; i++) {
		struct job *j = &b->job[i];
		int64_t late = j->began + (int64_t)b->o.timeout * 1000 - now;

		for (unsigned k = 0; j->pid && k < 3; k++)
			if (j->fd[k] >= 0)
				fds[n++] = (struct pollfd){ j->fd[k], POLLIN, 0 };
		if (j->pid && j->fate == FATE_DONE && late <= 0)
			job_kill(j, FATE_TIMEOUT);
		else if (j->pid && late > 0 && late < left)
			left = late;
	}
	poll(fds, n, (int)left);
}

static int work(struct batch *b, struct err *e)
{
	unsigned busy = 0;
	int bad = 0;

	while (!bad && (busy || b->begun < b->in.n)) {
		for (unsigned i = 0; !bad && i < b->slots; i++) {
			struct job *j = &b->job[i];

			if (!j->pid && b->begun < b->in.n) {
				bad = begin(b, j, e);
				busy += !bad;
			} else if (j->pid && job_read(j)) {
				bad = end(b, j, e);
				busy--;
			}
		}
		if (!bad && (busy == b->slots || b->begun == b->in.n) && busy)
			wait_any(b);
	}
	return bad;
}

int batch_run(struct batch *b, struct err *e)
{
	int status;

	b->slots = par_jobs() < MOST_SLOTS ? par_jobs() : MOST_SLOTS;
	b->job = xcalloc(b->slots, sizeof(*b->job));
	status = work(b, e);
	for (unsigned i = 0; i < b->slots; i++)
		if (b->job[i].pid)
			job_kill(&b->job[i], FATE_SIGNAL);
	free(b->job);
	if (b->fd != STDOUT_FILENO)
		close(b->fd);
	if (status < 0)
		return -1;
	progress_end(b->r);
	say(b->r, "%zu inputs: %zu done, %zu with trouble, %zu known already", b->in.n,
	    b->good, b->bad, b->skipped);
	return b->bad ? STATUS_PARTIAL : STATUS_OK;
}

/* par.c - a worker pool whose results come in order */
#include "core/par.h"

#include <sched.h>
#include <stdlib.h>

#include "core/mem.h"

enum { MOST_WORKERS = 64 };

static unsigned chosen;

void par_use(unsigned jobs)
{
	chosen = jobs < MOST_WORKERS ? jobs : MOST_WORKERS;
}

unsigned par_jobs(void)
{
	cpu_set_t set;

	if (chosen)
		return chosen;
	if (sched_getaffinity(0, sizeof(set), &set) < 0)
		return 1;
	return CPU_COUNT(&set) < MOST_WORKERS ? (unsigned)CPU_COUNT(&set)
					      : MOST_WORKERS;
}

struct pool {
	const struct par *p;
	pthread_mutex_t lock;
	pthread_cond_t free, ready;
	size_t n, next, finished, ahead, waiting;
	unsigned char *is_done;		/* a ring of `ahead` flags */
	int stop;
};

static void *worker(void *arg)
{
	struct pool *w = arg;

	pthread_mutex_lock(&w->lock);
	while (!w->stop && w->next < w->n) {
		size_t i = w->next;

		if (i >= w->finished + w->ahead) {
			w->waiting++;
			pthread_cond_wait(&w->free, &w->lock);
			w->waiting--;
			continue;
		}
		w->next++;
		pthread_mutex_unlock(&w->lock);
		w->p->work(i, w->p->arg);
		pthread_mutex_lock(&w->lock);
		w->is_done[i % w->ahead] = 1;
		if (i == w->finished)
			pthread_cond_signal(&w->ready);
	}
	pthread_mutex_unlock(&w->lock);
	return NULL;
}

/* Take the results in order; the lock is held but for the calls of done(). */
static int collect(struct pool *w, struct err *e)
{
	int r = 0;

	while (!r && w->finished < w->n) {
		size_t i = w->finished;

		if (!w->is_done[i % w->ahead]) {
			pthread_cond_wait(&w->ready, &w->lock);
			continue;
		}
		pthread_mutex_unlock(&w->lock);
		if (w->p->done)
			r = w->p->done(i, w->p->arg, e);
		pthread_mutex_lock(&w->lock);
		w->is_done[i % w->ahead] = 0;
		w->finished++;
		if (w->waiting)
			pthread_cond_signal(&w->free);
	}
	w->stop = 1;
	pthread_cond_broadcast(&w->free);
	return r;
}

static int run_alone(const struct par *p, size_t n, struct err *e)
{
	for (size_t i = 0; i < n; i++) {
		p->work(i, p->arg);
		if (p->done && p->done(i, p->arg, e) < 0)
			return -1;
	}
	return 0;
}

int par_run(const struct par *p, size_t n, struct err *e)
{
	pthread_t thread[MOST_WORKERS];
	unsigned jobs = par_jobs(), started = 0;
	struct pool w = {
		.p = p, .n = n, .lock = PTHREAD_MUTEX_INITIALIZER,
		.free = PTHREAD_COND_INITIALIZER,
		.ready = PTHREAD_COND_INITIALIZER,
	};
	int r;

	if (jobs <= 1 || n <= 1)
		return run_alone(p, n, e);
	w.ahead = p->ahead ? p->ahead : (size_t)jobs * 4;
	w.is_done = xcalloc(w.ahead, 1);
	while (started < jobs &&
	       !pthread_create(&thread[started], NULL, worker, &w))
		started++;
	if (!started) {
		free(w.is_done);
		return run_alone(p, n, e);
	}
	pthread_mutex_lock(&w.lock);
	r = collect(&w, e);
	pthread_mutex_unlock(&w.lock);
	while (started)
		pthread_join(thread[--started], NULL);
	free(w.is_done);
	return r;
}

static void *run_aside(void *arg)
{
	struct aside *a = arg;

	a->work(a->arg);
	return NULL;
}

void aside_start(struct aside *a, void (*work)(void *arg), void *arg)
{
	*a = (struct aside){ .work = work, .arg = arg };
	a->is_running = par_jobs() > 1 &&
			!pthread_create(&a->thread, NULL, run_aside, a);
	if (!a->is_running)
		work(arg);
}

void aside_wait(struct aside *a)
{
	if (a->is_running)
		pthread_join(a->thread, NULL);
	a->is_running = false;
}

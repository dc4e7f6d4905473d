/* maps.c - what was touched of mapped files is given back */
#include "core/maps.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "core/mem.h"

/*
 * MOST_MAPPED: up to here, a chip of the usual size, all may stay.
 * WINDOW: about what the kernel maps around a single byte that is touched.
 * RECENT: windows that a thread works in at once, one after the other.
 */
enum {
	MOST_MAPPED = 16 << 20, MOST_TOUCHED = 8 << 20, WINDOW = 256 << 10,
	RECENT = 4,
};

struct map { const void *p; size_t n; };

struct maps {
	pthread_mutex_t lock;
	struct map *v;
	size_t n, cap, bytes;
	atomic_size_t touched;
};

static struct maps *maps(void)
{
	static struct maps m = { .lock = PTHREAD_MUTEX_INITIALIZER };

	return &m;
}

/* Whether this thread was in that window a moment ago. */
static bool is_again(struct view v)
{
	static _Thread_local uintptr_t recent[RECENT];
	static _Thread_local unsigned oldest;
	uintptr_t at = (uintptr_t)v.p / WINDOW, end = (uintptr_t)v.p + v.len;

	for (unsigned i = 0; i < RECENT; i++)
		if (recent[i] == at) {
			recent[i] = end / WINDOW;
			return true;
		}
	recent[oldest++ % RECENT] = end / WINDOW;
	return false;
}

void maps_touched(struct view v)
{
	size_t n = v.len + (is_again(v) ? 0 : WINDOW);

	if (atomic_fetch_add(&maps()->touched, n) + n >= MOST_TOUCHED)
		maps_give_back();
}

void maps_give_back(void)
{
	struct maps *m = maps();

	pthread_mutex_lock(&m->lock);
	atomic_store(&m->touched, 0);
	for (size_t i = 0; i < m->n && m->bytes > MOST_MAPPED; i++)
		madvise((void *)(uintptr_t)m->v[i].p, m->v[i].n, MADV_DONTNEED);
	pthread_mutex_unlock(&m->lock);
}

void maps_add(const void *p, size_t n)
{
	struct maps *m = maps();

	pthread_mutex_lock(&m->lock);
	m->v = xgrow(m->v, &m->cap, m->n + 1, sizeof(*m->v));
	m->v[m->n++] = (struct map){ p, n };
	m->bytes += n;
	pthread_mutex_unlock(&m->lock);
}

void maps_remove(const void *p)
{
	struct maps *m = maps();

	pthread_mutex_lock(&m->lock);
	for (size_t i = m->n; i-- > 0;)
		if (m->v[i].p == p) {
			m->bytes -= m->v[i].n;
			m->v[i] = m->v[--m->n];
			break;
		}
	if (!m->n) {
		free(m->v);
		m->v = NULL;
		m->cap = 0;
	}
	pthread_mutex_unlock(&m->lock);
}

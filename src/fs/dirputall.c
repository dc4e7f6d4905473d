/* dirputall.c - the files of a tree on disk, written by all CPUs at once */
#include <pthread.h>
#include <stdlib.h>

#include "core/log.h"
#include "core/par.h"
#include "fs/dirput.h"
#include "fs/lots.h"

/*
 * What is larger or deeper than usual is left to the calling thread, so that
 * the workers neither wait behind it nor take many descriptors.
 */
enum { BIG_FILE = 16 << 20, DEEP = 16 };

struct slot { struct file_fate fate[LOT_FILES]; };

struct writing {
	struct saving *s;
	struct lots lots;
	struct slot *slot;
	size_t slots;
	pthread_mutex_t lock;		/* of idle */
	struct hand *idle, own;		/* own is the calling thread's */
	uint64_t done;
};

static bool is_deep(const struct node *n)
{
	unsigned depth = 0;

	for (; n->parent; n = n->parent)
		if (++depth > DEEP)
			return true;
	return false;
}

static bool is_for_workers(const struct node *n)
{
	return n->size < BIG_FILE && !is_deep(n);
}

static struct hand *take_hand(struct writing *w)
{
	struct hand *h;

	pthread_mutex_lock(&w->lock);
	h = w->idle;
	if (h)
		w->idle = h->next;
	pthread_mutex_unlock(&w->lock);
	if (!h) {
		h = xcalloc(1, sizeof(*h));
		h->walk.root = w->s->walk.root;
	}
	return h;
}

static void give_back(struct writing *w, struct hand *h)
{
	pthread_mutex_lock(&w->lock);
	h->next = w->idle;
	w->idle = h;
	pthread_mutex_unlock(&w->lock);
}

/* On a worker. */
static void work(size_t i, void *arg)
{
	struct writing *w = arg;
	struct file_fate *fate = w->slot[i % w->slots].fate;
	const struct lot *l = &w->lots.lot[i];
	struct hand *h = take_hand(w);

	memset(fate, 0, l->n * sizeof(*fate));
	for (size_t j = 0; j < l->n; j++) {
		struct node *n = w->lots.file[l->from + j].n;

		if (is_for_workers(n) && !file_put(w->s, h, n, &fate[j]))
			break;
	}
	give_back(w, h);
}

static void forget(struct file_fate *f)
{
	free(f->damage);
	free(f->failure);
	*f = (struct file_fate){ 0 };
}

/* In the order of the list: say what is damaged, or end with what failed. */
static int settle(const struct saving *s, struct file_fate *f,
		  const struct node *n, struct err *e)
{
	struct buf path = { 0 };
	int r = 0;

	if (f->damage) {
		tree_path(n, &path);
		within(f->damage, "%s", buf_string(&path));
		buf_free(&path);
	}
	if (f->failure || (f->damage && !s->o->partial)) {
		*e = f->failure ? *f->failure : *f->damage;
		r = -1;
	} else if (f->damage) {
		log_err(LOG_WARNING, f->damage);
	}
	forget(f);
	return r;
}

static int done(size_t i, void *arg, struct err *e)
{
	struct writing *w = arg;
	struct file_fate *fate = w->slot[i % w->slots].fate;
	const struct lot *l = &w->lots.lot[i];

	for (size_t j = 0; j < l->n; j++) {
		struct node *n = w->lots.file[l->from + j].n;

		if (!is_for_workers(n))
			file_put(w->s, &w->own, n, &fate[j]);
		if (settle(w->s, &fate[j], n, e) < 0)
			return -1;
		w->done += n->size;
	}
	if (w->s->o->progress)
		w->s->o->progress(w->done, w->lots.bytes, w->s->o->arg);
	return 0;
}

static void free_hands(struct writing *w)
{
	struct hand *next;

	for (struct hand *h = w->idle; h; h = next) {
		next = h->next;
		dirwalk_free(&h->walk);
		buf_free(&h->b);
		free(h);
	}
	dirwalk_free(&w->own.walk);
	buf_free(&w->own.b);
}

static void free_writing(struct writing *w)
{
	for (size_t i = 0; i < w->slots; i++)
		for (size_t j = 0; j < LOT_FILES; j++)
			forget(&w->slot[i].fate[j]);
	free_hands(w);
	lots_free(&w->lots);
	free(w->slot);
}

/* The directories are there already. */
int dir_save_files(struct saving *s, struct err *e)
{
	struct writing w = { .s = s, .lock = PTHREAD_MUTEX_INITIALIZER,
			     .own.walk.root = s->walk.root };
	struct par p = { work, done, &w, (size_t)par_jobs() * 4 };
	int r;

	for (size_t i = 0; i < s->n; i++)
		if (is_file(s->list[i]))
			lots_add(&w.lots, s->list[i], i);
	lots_cut(&w.lots);
	w.slots = p.ahead;
	w.slot = xcalloc(w.slots, sizeof(*w.slot));
	r = par_run(&p, w.lots.n, e);
	free_writing(&w);
	return r;
}

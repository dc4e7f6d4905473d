/* dirputall.c - the files of a tree on disk, written by all CPUs at once */
#include <pthread.h>
#include <stdlib.h>

#include "core/log.h"
#include "core/par.h"
#include "fs/dirput.h"

/*
 * What is larger or deeper than usual is left to the calling thread, so that
 * the workers neither wait behind it nor take many descriptors.
 */
enum { BIG_FILE = 16 << 20, DEEP = 16 };

/*
 * Neighbours in the list, written by one worker: what they share in the image
 * is unpacked once. A worker gets a dozen and more of them, so that all end
 * together.
 */
enum {
	CHUNK_FILES = 512, CHUNKS_EACH = 16,
	LEAST_CHUNK = 256 << 10, MOST_CHUNK = 2 << 20,
};

struct chunk { size_t from, n; };

struct slot { struct file_fate fate[CHUNK_FILES]; };

struct writing {
	struct saving *s;
	struct node **file;
	size_t files, capfile;
	struct chunk *chunk;
	size_t chunks, capchunk;
	struct slot *slot;
	size_t slots;
	pthread_mutex_t lock;		/* of idle */
	struct hand *idle, own;		/* own is the calling thread's */
	uint64_t bytes, done;
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

struct ordered { struct node *n; size_t i; };

static int by_place(const void *a, const void *b)
{
	const struct ordered *x = a, *y = b;

	if (x->n->place != y->n->place)
		return x->n->place < y->n->place ? -1 : 1;
	return x->i < y->i ? -1 : x->i > y->i;
}

/* What lies together is written together: much of it is unpacked together. */
static void sort(struct writing *w)
{
	struct ordered *by = xcalloc(w->files + 1, sizeof(*by));

	for (size_t i = 0; i < w->files; i++)
		by[i] = (struct ordered){ w->file[i], i };
	qsort(by, w->files, sizeof(*by), by_place);
	for (size_t i = 0; i < w->files; i++)
		w->file[i] = by[i].n;
	free(by);
}

static uint64_t bytes_of_chunk(struct writing *w)
{
	uint64_t n;

	for (size_t i = 0; i < w->files; i++)
		w->bytes += w->file[i]->size;
	n = w->bytes / par_jobs() / CHUNKS_EACH;
	return n < LEAST_CHUNK ? LEAST_CHUNK : n > MOST_CHUNK ? MOST_CHUNK : n;
}

static bool shares_place(const struct writing *w, size_t i)
{
	return w->file[i]->place && w->file[i]->place == w->file[i - 1]->place;
}

static void cut(struct writing *w)
{
	uint64_t most = bytes_of_chunk(w), bytes = 0;

	for (size_t i = 0; i < w->files; i++) {
		struct chunk *c = w->chunks ? &w->chunk[w->chunks - 1] : NULL;
		uint64_t size = w->file[i]->size;

		if (c && c->n < CHUNK_FILES &&
		    (size <= most - bytes || shares_place(w, i))) {
			c->n++;
			bytes += size < most - bytes ? size : most - bytes;
			continue;
		}
		w->chunk = xgrow(w->chunk, &w->capchunk, w->chunks + 1,
				 sizeof(*w->chunk));
		w->chunk[w->chunks++] = (struct chunk){ i, 1 };
		bytes = size < most ? size : most;
	}
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
	const struct chunk *c = &w->chunk[i];
	struct hand *h = take_hand(w);

	memset(fate, 0, c->n * sizeof(*fate));
	for (size_t j = 0; j < c->n; j++) {
		struct node *n = w->file[c->from + j];

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
	const struct chunk *c = &w->chunk[i];

	for (size_t j = 0; j < c->n; j++) {
		struct node *n = w->file[c->from + j];

		if (!is_for_workers(n))
			file_put(w->s, &w->own, n, &fate[j]);
		if (settle(w->s, &fate[j], n, e) < 0)
			return -1;
		w->done += n->size;
	}
	if (w->s->o->progress)
		w->s->o->progress(w->done, w->bytes, w->s->o->arg);
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
		for (size_t j = 0; j < CHUNK_FILES; j++)
			forget(&w->slot[i].fate[j]);
	free_hands(w);
	free(w->slot);
	free(w->chunk);
	free(w->file);
}

/* The directories are there already. */
int dir_save_files(struct saving *s, struct err *e)
{
	struct writing w = { .s = s, .lock = PTHREAD_MUTEX_INITIALIZER,
			     .own.walk.root = s->walk.root };
	struct par p = { work, done, &w, (size_t)par_jobs() * 4 };
	int r;

	for (size_t i = 0; i < s->n; i++) {
		if (!is_file(s->list[i]))
			continue;
		w.file = xgrow(w.file, &w.capfile, w.files + 1, sizeof(*w.file));
		w.file[w.files++] = s->list[i];
	}
	sort(&w);
	cut(&w);
	w.slots = p.ahead;
	w.slot = xcalloc(w.slots, sizeof(*w.slot));
	r = par_run(&p, w.chunks, e);
	free_writing(&w);
	return r;
}

/* blocks.c - the blocks of many files, packed on all CPUs, taken in order */
#include "fs/blocks.h"

#include <pthread.h>
#include <stdlib.h>

#include "core/mem.h"
#include "core/par.h"

enum { CHUNK = 32 };	/* blocks: of one file or of many small ones */

/* A file's bytes are there from the first chunk that needs them to its end. */
struct load {
	const struct node *n;
	pthread_mutex_t lock;
	struct buf bytes;
	struct err *err;	/* or NULL */
	bool done;
	size_t first;		/* block, of all */
};

struct slot { uint8_t *data, *result; };	/* of CHUNK blocks each */

struct job {
	const struct blocks *p;
	struct load *load;
	struct slot *slot;
	size_t slots, blocks;
	uint32_t *file_of;	/* chunk -> the file of its first block */
	pthread_mutex_t lock;
	void **idle;		/* encoders, the one used last on top: its tables are near */
	size_t idles;
};

static int load_bytes(struct load *l, struct err *e)
{
	if (l->n->content.load(&l->n->content, &l->bytes, e) < 0)
		return -1;
	if (l->bytes.len != l->n->size)
		return fail(e, ERR_IO, "has %zu bytes, had %llu; leave it alone while "
			    "it is read", l->bytes.len, (unsigned long long)l->n->size);
	return 0;
}

static void load(struct load *l)
{
	struct err e = { 0 };

	pthread_mutex_lock(&l->lock);
	if (!l->done && load_bytes(l, &e) < 0) {
		l->err = xmalloc(sizeof(*l->err));
		*l->err = e;
	}
	l->done = true;
	pthread_mutex_unlock(&l->lock);
}

static struct view bytes_of(const struct job *j, size_t file, size_t block)
{
	const struct load *l = &j->load[file];
	size_t size = j->p->size;

	return view_upto(buf_view(&l->bytes), (block - l->first) * size, size);
}

static size_t chunk_end(const struct job *j, size_t chunk)
{
	size_t end = (chunk + 1) * CHUNK;

	return end < j->blocks ? end : j->blocks;
}

/* A block's file, going on from the file of the block before. */
static size_t find(const struct job *j, size_t file, size_t block)
{
	while (file + 1 < j->p->files && j->load[file + 1].first <= block)
		file++;
	return file;
}

static void *take_encoder(struct job *j)
{
	void *k = NULL;

	pthread_mutex_lock(&j->lock);
	if (j->idles)
		k = j->idle[--j->idles];
	pthread_mutex_unlock(&j->lock);
	return k ? k : j->p->open(j->p->how);
}

static void give_encoder(struct job *j, void *k)
{
	pthread_mutex_lock(&j->lock);
	j->idle[j->idles++] = k;
	pthread_mutex_unlock(&j->lock);
}

static void work(size_t chunk, void *arg)
{
	struct job *j = arg;
	struct slot *s = &j->slot[chunk % j->slots];
	size_t file = j->file_of[chunk], end = chunk_end(j, chunk);
	void *encoder = take_encoder(j);

	for (size_t i = chunk * CHUNK; i < end; i++) {
		size_t k = i % CHUNK;

		file = find(j, file, i);
		load(&j->load[file]);
		if (!j->load[file].err)
			j->p->pack(encoder, bytes_of(j, file, i),
				   s->data + k * j->p->size,
				   s->result + k * j->p->result);
	}
	give_encoder(j, encoder);
}

static int done(size_t chunk, void *arg, struct err *e)
{
	struct job *j = arg;
	struct slot *s = &j->slot[chunk % j->slots];
	size_t file = j->file_of[chunk], end = chunk_end(j, chunk);

	for (size_t i = chunk * CHUNK; i < end; i++) {
		size_t k = i % CHUNK;
		struct block block;
		struct load *l;

		file = find(j, file, i);
		l = &j->load[file];
		if (l->err) {
			*e = *l->err;
			return within(e, "%s", l->n->name);
		}
		block = (struct block){
			file, i - l->first, bytes_of(j, file, i),
			s->result + k * j->p->result, s->data + k * j->p->size,
			i + 1 == l[1].first
		};
		if (j->p->take(j->p->arg, &block, e) < 0)
			return -1;
		if (block.is_last)
			buf_free(&l->bytes);
	}
	return 0;
}

static void start(struct job *j, const struct blocks *p)
{
	size_t chunks;

	j->load = xcalloc(p->files + 1, sizeof(*j->load));
	for (size_t i = 0; i < p->files; i++) {
		j->load[i].n = p->file[i];
		j->load[i].first = j->blocks;
		pthread_mutex_init(&j->load[i].lock, NULL);
		j->blocks += (p->file[i]->size + p->size - 1) / p->size;
	}
	j->load[p->files].first = j->blocks;
	chunks = (j->blocks + CHUNK - 1) / CHUNK;
	j->file_of = xcalloc(chunks + 1, sizeof(*j->file_of));
	for (size_t i = 0, file = 0; i < chunks; i++)
		j->file_of[i] = (uint32_t)(file = find(j, file, i * CHUNK));
	j->slots = par_jobs() * (size_t)4;
	j->slot = xcalloc(j->slots, sizeof(*j->slot));
	j->idle = xcalloc(j->slots, sizeof(void *));
	for (size_t i = 0; i < j->slots; i++)
		j->slot[i] = (struct slot){ xmalloc(CHUNK * p->size),
					    xmalloc(CHUNK * p->result) };
}

static void stop(struct job *j)
{
	for (size_t i = 0; i < j->slots; i++) {
		free(j->slot[i].data);
		free(j->slot[i].result);
	}
	while (j->idles)
		j->p->close(j->idle[--j->idles]);
	pthread_mutex_destroy(&j->lock);
	free(j->idle);
	for (size_t i = 0; i < j->p->files; i++) {
		pthread_mutex_destroy(&j->load[i].lock);
		buf_free(&j->load[i].bytes);
		free(j->load[i].err);
	}
	free(j->load);
	free(j->slot);
	free(j->file_of);
}

int blocks_run(const struct blocks *p, struct err *e)
{
	struct job j = { .p = p, .lock = PTHREAD_MUTEX_INITIALIZER };
	struct par par = { work, done, &j, 0 };
	int r;

	start(&j, p);
	par.ahead = j.slots;
	r = par_run(&par, (j.blocks + CHUNK - 1) / CHUNK, e);
	stop(&j);
	return r;
}

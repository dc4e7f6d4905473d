/* pack.c - blocks of files, compressed on all CPUs */
#include "fs/ubifs/pack.h"

#include <pthread.h>
#include <stdlib.h>

#include "core/mem.h"
#include "core/par.h"
#include "fs/ubifs/encode.h"

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

struct slot {
	uint8_t out[CHUNK][UBIFS_BLOCK];
	size_t size[CHUNK];	/* 0: a hole */
	uint16_t compr[CHUNK];
};

struct job {
	const struct ubifs_packing *p;
	struct load *load;
	struct slot *slot;
	size_t slots, blocks;
	uint32_t *file_of;	/* chunk -> the file of its first block */
	pthread_mutex_t lock;
	struct ubifs_encoder **idle;
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

static struct view block_of(const struct job *j, size_t file, size_t i)
{
	const struct load *l = &j->load[file];

	return view_upto(buf_view(&l->bytes), (i - l->first) * UBIFS_BLOCK,
			 UBIFS_BLOCK);
}

static size_t chunk_end(const struct job *j, size_t chunk)
{
	size_t end = (chunk + 1) * CHUNK;

	return end < j->blocks ? end : j->blocks;
}

/* A block's file, going on from the file of the block before. */
static size_t find(const struct job *j, size_t file, size_t i)
{
	while (file + 1 < j->p->files && j->load[file + 1].first <= i)
		file++;
	return file;
}

static struct ubifs_encoder *take_encoder(struct job *j)
{
	struct ubifs_encoder *k = NULL;

	pthread_mutex_lock(&j->lock);
	if (j->idles)
		k = j->idle[--j->idles];
	pthread_mutex_unlock(&j->lock);
	return k ? k : ubifs_encoder_new(j->p->o);
}

static void give_encoder(struct job *j, struct ubifs_encoder *k)
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
	struct ubifs_encoder *k = take_encoder(j);

	for (size_t i = chunk * CHUNK; i < end; i++) {
		size_t at = i % CHUNK;
		struct view v;

		file = find(j, file, i);
		load(&j->load[file]);
		v = block_of(j, file, i);
		s->size[at] = 0;
		if (!j->load[file].err && view_run(v, 0) < v.len)
			s->size[at] = ubifs_encode(k, v, s->out[at], &s->compr[at]);
	}
	give_encoder(j, k);
}

static int give(struct job *j, const struct slot *s, size_t file, size_t i,
		struct err *e)
{
	struct load *l = &j->load[file];
	size_t at = i % CHUNK;
	struct ubifs_packed b = {
		l->n, (uint32_t)(i - l->first), s->compr[at],
		(uint32_t)block_of(j, file, i).len, { s->out[at], s->size[at], 0 }
	};

	if (l->err) {
		*e = *l->err;
		return within(e, "%s", l->n->name);
	}
	if (s->size[at] && j->p->take(j->p->arg, &b, e) < 0)
		return -1;
	if (i + 1 < l[1].first)
		return 0;
	buf_free(&l->bytes);
	return j->p->end(j->p->arg, l->n, e);
}

static int done(size_t chunk, void *arg, struct err *e)
{
	struct job *j = arg;
	size_t file = j->file_of[chunk], end = chunk_end(j, chunk);

	for (size_t i = chunk * CHUNK; i < end; i++) {
		file = find(j, file, i);
		if (give(j, &j->slot[chunk % j->slots], file, i, e) < 0)
			return -1;
	}
	return 0;
}

static void start(struct job *j, const struct ubifs_packing *p)
{
	size_t chunks;

	j->load = xcalloc(p->files + 1, sizeof(*j->load));
	for (size_t i = 0; i < p->files; i++) {
		j->load[i].n = p->file[i];
		j->load[i].first = j->blocks;
		pthread_mutex_init(&j->load[i].lock, NULL);
		j->blocks += (p->file[i]->size + UBIFS_BLOCK - 1) / UBIFS_BLOCK;
	}
	j->load[p->files].first = j->blocks;
	chunks = (j->blocks + CHUNK - 1) / CHUNK;
	j->file_of = xcalloc(chunks + 1, sizeof(*j->file_of));
	for (size_t i = 0, file = 0; i < chunks; i++)
		j->file_of[i] = (uint32_t)(file = find(j, file, i * CHUNK));
	j->slots = par_jobs() * (size_t)4;
	j->slot = xcalloc(j->slots, sizeof(*j->slot));
	j->idle = xcalloc(j->slots, sizeof(struct ubifs_encoder *));
}

static void stop(struct job *j)
{
	while (j->idles)
		ubifs_encoder_free(j->idle[--j->idles]);
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

int ubifs_pack(const struct ubifs_packing *p, struct err *e)
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

/* pages.c - the pages of many files, compressed on all CPUs */
#include "fs/jffs2/pages.h"

#include <pthread.h>
#include <stdlib.h>

#include "core/mem.h"
#include "core/par.h"

enum { CHUNK = 32 };	/* pages: of one file or of many small ones */

/* A file's bytes are there from the first chunk that needs them to its end. */
struct load {
	const struct node *n;
	pthread_mutex_t lock;
	struct buf bytes;
	struct err *err;	/* or NULL */
	bool done;
	size_t first;		/* page, of all */
};

struct slot {
	uint8_t *out;
	struct packed packed[CHUNK];
};

struct job {
	const struct pages *p;
	struct load *load;
	struct slot *slot;
	size_t slots, pages;
	uint32_t *file_of;	/* chunk -> the file of its first page */
	pthread_mutex_t lock;
	struct packer **idle;	/* the one used last on top: its tables are near */
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

static struct view page_of(const struct job *j, size_t file, size_t page)
{
	const struct load *l = &j->load[file];
	size_t size = j->p->pagesize;

	return view_upto(buf_view(&l->bytes), (page - l->first) * size, size);
}

static size_t chunk_end(const struct job *j, size_t chunk)
{
	size_t end = (chunk + 1) * CHUNK;

	return end < j->pages ? end : j->pages;
}

/* A page's file, going on from the file of the page before. */
static size_t find(const struct job *j, size_t file, size_t page)
{
	while (file + 1 < j->p->files && j->load[file + 1].first <= page)
		file++;
	return file;
}

static struct packer *take_packer(struct job *j)
{
	struct packer *p = NULL;

	pthread_mutex_lock(&j->lock);
	if (j->idles)
		p = j->idle[--j->idles];
	pthread_mutex_unlock(&j->lock);
	return p ? p : packer_new(j->p->how);
}

static void give_packer(struct job *j, struct packer *p)
{
	pthread_mutex_lock(&j->lock);
	j->idle[j->idles++] = p;
	pthread_mutex_unlock(&j->lock);
}

static void work(size_t chunk, void *arg)
{
	struct job *j = arg;
	struct slot *s = &j->slot[chunk % j->slots];
	size_t file = j->file_of[chunk], end = chunk_end(j, chunk);
	struct packer *packer = take_packer(j);

	for (size_t i = chunk * CHUNK; i < end; i++) {
		size_t k = i % CHUNK;
		struct view v;

		file = find(j, file, i);
		load(&j->load[file]);
		v = page_of(j, file, i);
		if (!j->load[file].err)
			s->packed[k] = pack_page(packer, v, v.len,
						 s->out + k * j->p->pagesize);
	}
	give_packer(j, packer);
}

static int done(size_t chunk, void *arg, struct err *e)
{
	struct job *j = arg;
	struct slot *s = &j->slot[chunk % j->slots];
	size_t file = j->file_of[chunk], end = chunk_end(j, chunk);

	for (size_t i = chunk * CHUNK; i < end; i++) {
		size_t k = i % CHUNK;
		struct page page;
		struct load *l;

		file = find(j, file, i);
		l = &j->load[file];
		if (l->err) {
			*e = *l->err;
			return within(e, "%s", l->n->name);
		}
		page = (struct page){
			file, i - l->first, page_of(j, file, i), s->packed[k],
			s->out + k * j->p->pagesize, i + 1 == l[1].first
		};
		if (j->p->take(j->p->arg, &page, e) < 0)
			return -1;
		if (page.is_last)
			buf_free(&l->bytes);
	}
	return 0;
}

static void start(struct job *j, const struct pages *p)
{
	size_t chunks;

	j->load = xcalloc(p->files + 1, sizeof(*j->load));
	for (size_t i = 0; i < p->files; i++) {
		j->load[i].n = p->file[i];
		j->load[i].first = j->pages;
		pthread_mutex_init(&j->load[i].lock, NULL);
		j->pages += (p->file[i]->size + p->pagesize - 1) / p->pagesize;
	}
	j->load[p->files].first = j->pages;
	chunks = (j->pages + CHUNK - 1) / CHUNK;
	j->file_of = xcalloc(chunks, sizeof(*j->file_of));
	for (size_t i = 0, file = 0; i < chunks; i++)
		j->file_of[i] = (uint32_t)(file = find(j, file, i * CHUNK));
	j->slots = par_jobs() * (size_t)4;
	j->slot = xcalloc(j->slots, sizeof(*j->slot));
	j->idle = xcalloc(j->slots, sizeof(struct packer *));
	for (size_t i = 0; i < j->slots; i++)
		j->slot[i].out = xmalloc(CHUNK * p->pagesize);
}

static void stop(struct job *j)
{
	for (size_t i = 0; i < j->slots; i++)
		free(j->slot[i].out);
	while (j->idles)
		packer_free(j->idle[--j->idles]);
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

int pages_run(const struct pages *p, struct err *e)
{
	struct job j = { .p = p, .lock = PTHREAD_MUTEX_INITIALIZER };
	struct par par = { work, done, &j, 0 };
	int r;

	start(&j, p);
	par.ahead = j.slots;
	r = par_run(&par, (j.pages + CHUNK - 1) / CHUNK, e);
	stop(&j);
	return r;
}

/* store.c - packing what was arranged, on all CPUs */
#include <stdlib.h>

#include "core/mem.h"
#include "core/par.h"
#include "fs/squashfs/data.h"

struct slot {
	struct buf plain;
	uint8_t *packed;
	size_t size;			/* of it; 0: the plain bytes are stored */
	struct err e;
	bool bad;
};

struct storing {
	struct squash_data *d;
	struct buf *out;
	size_t start;
	struct slot *slot;
	size_t slots;
	pthread_mutex_t lock;
	struct squash_packer **idle;
	size_t idles;
};

static struct squash_packer *take_packer(struct storing *s)
{
	struct squash_packer *p = NULL;

	pthread_mutex_lock(&s->lock);
	if (s->idles)
		p = s->idle[--s->idles];
	pthread_mutex_unlock(&s->lock);
	return p ? p : squash_packer_new(&s->d->plan->how, true);
}

static void give_packer(struct storing *s, struct squash_packer *p)
{
	pthread_mutex_lock(&s->lock);
	s->idle[s->idles++] = p;
	pthread_mutex_unlock(&s->lock);
}

static int load_fragment(const struct squash_data *d, uint32_t which,
			 struct buf *out, struct err *e)
{
	const struct squash_file *f = d->fragment[which].first;

	for (; f; f = f->next) {
		if (squash_piece(f->n, f->n->size - f->tail, f->tail, out, e) < 0)
			return within(e, "%s", f->n->name);
	}
	return 0;
}

static int load_block(const struct squash_data *d, const struct squash_chunk *c,
		      struct buf *out, struct err *e)
{
	uint64_t at = (uint64_t)c->index * d->plan->how.block_size;
	uint64_t left = c->file->n->size - at;
	size_t n = left < d->plan->how.block_size ? left : d->plan->how.block_size;

	if (squash_piece(c->file->n, at, n, out, e) < 0)
		return within(e, "%s", c->file->n->name);
	return 0;
}

static bool is_raw(const struct squash_plan *p, const struct squash_chunk *c)
{
	return c->file ? p->o.raw_data : p->o.raw_fragments;
}

bool squash_is_copied(const struct squash_data *d, const struct squash_chunk *c)
{
	return c->file ? c->index == SQUASH_NOWHERE
		       : d->fragment[c->index].kept.len > 0;
}

static void copy(struct storing *s, const struct squash_chunk *c)
{
	uint64_t at = s->out->len - s->start;

	if (c->file) {
		c->file->start = at;
		put_view(s->out, c->file->run);
		return;
	}
	s->d->fragment[c->index].start = at;
	put_view(s->out, s->d->fragment[c->index].kept);
}

static void work(size_t i, void *arg)
{
	struct storing *s = arg;
	struct slot *k = &s->slot[i % s->slots];
	const struct squash_chunk *c = &s->d->chunk[i];
	struct squash_packer *p;

	buf_clear(&k->plain);
	k->size = 0;
	k->bad = false;
	if (squash_is_copied(s->d, c))
		return;
	if (c->file)
		k->bad = load_block(s->d, c, &k->plain, &k->e) < 0;
	else
		k->bad = load_fragment(s->d, c->index, &k->plain, &k->e) < 0;
	if (k->bad || is_raw(s->d->plan, c))
		return;
	p = take_packer(s);
	k->size = squash_pack(p, buf_view(&k->plain), k->packed);
	give_packer(s, p);
}

static int done(size_t i, void *arg, struct err *e)
{
	struct storing *s = arg;
	struct slot *k = &s->slot[i % s->slots];
	const struct squash_chunk *c = &s->d->chunk[i];
	uint64_t at = s->out->len - s->start;
	uint32_t word = (uint32_t)k->size;

	if (k->bad) {
		*e = k->e;
		return -1;
	}
	if (squash_is_copied(s->d, c)) {
		copy(s, c);
		return 0;
	}
	if (k->size) {
		put(s->out, k->packed, k->size);
	} else {
		put_view(s->out, buf_view(&k->plain));
		word = (uint32_t)k->plain.len | SQUASH_RAW;
	}
	if (c->file) {
		c->file->word[c->index] = word;
	} else {
		s->d->fragment[c->index].start = at;
		s->d->fragment[c->index].word = word;
	}
	return 0;
}

int squash_store(struct squash_data *d, size_t start, struct buf *out,
		 struct err *e)
{
	struct storing s = {
		.d = d, .out = out, .start = start, .slots = par_jobs() * (size_t)4,
		.lock = PTHREAD_MUTEX_INITIALIZER,
	};
	struct par par = { work, done, &s, s.slots };
	int r;

	s.slot = xcalloc(s.slots, sizeof(*s.slot));
	s.idle = xcalloc(s.slots, sizeof(struct squash_packer *));
	for (size_t i = 0; i < s.slots; i++)
		s.slot[i].packed = xmalloc(d->plan->how.block_size);
	r = par_run(&par, d->chunks, e);
	for (size_t i = 0; i < s.slots; i++) {
		buf_free(&s.slot[i].plain);
		free(s.slot[i].packed);
	}
	while (s.idles)
		squash_packer_free(s.idle[--s.idles]);
	pthread_mutex_destroy(&s.lock);
	free(s.slot);
	free(s.idle);
	return r;
}

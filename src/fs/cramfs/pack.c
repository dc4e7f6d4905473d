/* pack.c - the content of files, packed on all CPUs */
#include "fs/cramfs/pack.h"

#include <lzma.h>
#include <pthread.h>
#include <stdlib.h>
#include <zlib.h>

#include "core/mem.h"
#include "core/pagedeflate.h"
#include "core/par.h"

/* What one worker keeps between files. */
struct slot {
	struct packed packed;
	struct pagedeflate *pages;
	z_stream zlib;
	bool zlib_ready;
	struct buf plain, was;
	struct err e;
	int failed;
};

struct job {
	const struct packing *p;
	struct slot *slot;
	size_t slots;
	pthread_mutex_t lock;
	struct pagedeflate **idle;	/* the one used last on top: it is near */
	size_t idles;
};

static bool by_pages(struct slot *s, struct view page, struct buf *out)
{
	size_t most = compressBound((uLong)page.len), n;

	n = pagedeflate_zlib(s->pages, page, buf_room(out, most), most);
	out->len += n;
	return n > 0;
}

/* As zlib's compress() makes it, but without setting up anew each time. */
static bool by_zlib(struct slot *s, struct view page, struct buf *out)
{
	size_t most = compressBound((uLong)page.len);
	z_stream *z = &s->zlib;

	if (page.len <= PAGEDEFLATE_MOST)
		return by_pages(s, page, out);
	if (s->zlib_ready)
		s->zlib_ready = deflateReset(z) == Z_OK;
	else
		s->zlib_ready = deflateInit(z, Z_DEFAULT_COMPRESSION) == Z_OK;
	if (!s->zlib_ready)
		return false;
	z->next_in = (z_const Bytef *)page.p;
	z->avail_in = (uInt)page.len;
	z->next_out = buf_room(out, most);
	z->avail_out = (uInt)most;
	if (deflate(z, Z_FINISH) != Z_STREAM_END)
		return false;
	out->len += most - z->avail_out;
	return true;
}

/* The head of OpenRG's blocks: 5 bytes of properties, 4 of the plain size. */
static bool by_lzma(struct slot *s, struct view page, struct buf *out)
{
	enum { PROPS = 0x5d, DICT = 1 << 16, LEVEL = 9 };
	size_t most = page.len + page.len / 8 + 256, got = 0;
	lzma_options_lzma opt;
	lzma_filter chain[] = {
		{ LZMA_FILTER_LZMA1EXT, &opt }, { LZMA_VLI_UNKNOWN, NULL },
	};
	uint8_t *p;

	(void)s;
	lzma_lzma_preset(&opt, LEVEL);
	opt.dict_size = DICT;
	opt.ext_flags = 0;
	lzma_set_ext_size(opt, page.len);
	out->endian = LITTLE;
	put8(out, PROPS);
	put32(out, DICT);
	put32(out, (uint32_t)page.len);
	p = buf_room(out, most);
	if (lzma_raw_buffer_encode(chain, NULL, page.p, page.len, p, &got, most) !=
	    LZMA_OK)
		return false;
	out->len += got;
	return true;
}

/* Block i as the original has it, if it is packed the same way. */
static struct view old_block(const struct origin_of *was,
			     const struct cramfs_options *o, uint32_t i)
{
	struct view block = { 0 };
	bool stored;

	if (!was->r || was->r->s.page != o->page ||
	    was->r->s.packing != (enum cramfs_packing)o->packing ||
	    i >= cramfs_blocks(&was->r->s, &was->inode) ||
	    !cramfs_block(was->r->v, &was->r->s, &was->inode, i, &block, &stored) ||
	    stored)
		return (struct view){ 0 };
	return block;
}

static bool pack_page(struct slot *s, const struct packing *p, size_t file,
		      uint32_t i, struct view page)
{
	const struct origin_of *was = p->was ? &p->was[file] : NULL;
	struct view before = view_upto(buf_view(&s->was), i * p->o->page, p->o->page);
	struct buf *out = &s->packed.data;

	if (was && before.len && view_equal(page, before)) {
		struct view old = old_block(was, p->o, i);

		s->packed.kept += old.len > 0;
		put_view(out, old);
		if (old.len)
			return true;
	}
	if (p->o->holes && view_run(page, 0) == page.len)
		return true;
	return (p->o->packing == CRAMFS_LZMA ? by_lzma : by_zlib)(s, page, out);
}

static int load(struct slot *s, const struct node *n)
{
	if (S_ISLNK(n->mode)) {
		put(&s->plain, n->target, strlen(n->target));
		return 0;
	}
	n = tree_self(n);
	if (n->size && n->content.load(&n->content, &s->plain, &s->e) < 0)
		return -1;
	if (s->plain.len != n->size)
		return fail(&s->e, ERR_IO, "changed while it was read; leave it alone");
	return 0;
}

static void load_old(struct slot *s, const struct origin_of *was)
{
	struct err ignored = { 0 };

	buf_clear(&s->was);
	if (was && was->r && cramfs_content(was->r, &was->inode, &s->was, &ignored) < 0)
		buf_clear(&s->was);
}

static int pack(struct slot *s, const struct packing *p, size_t file)
{
	struct packed *k = &s->packed;
	struct view all;

	buf_clear(&s->plain);
	buf_clear(&k->data);
	k->n = p->file[file];
	k->kept = 0;
	if (load(s, k->n) < 0)
		return -1;
	load_old(s, p->was ? &p->was[file] : NULL);
	all = buf_view(&s->plain);
	k->blocks = (uint32_t)((all.len + p->o->page - 1) / p->o->page);
	k->end = xrealloc(k->end, (k->blocks + 1) * sizeof(*k->end));
	for (uint32_t i = 0; i < k->blocks; i++) {
		if (!pack_page(s, p, file, i, view_upto(all, i * p->o->page,
							p->o->page)))
			return fail(&s->e, ERR_LIMIT, "cannot be packed");
		k->end[i] = (uint32_t)k->data.len;
	}
	return 0;
}

static void work(size_t i, void *arg)
{
	struct job *j = arg;
	struct slot *s = &j->slot[i % j->slots];

	pthread_mutex_lock(&j->lock);
	s->pages = j->idles ? j->idle[--j->idles] : NULL;
	pthread_mutex_unlock(&j->lock);
	if (!s->pages)
		s->pages = pagedeflate_new();
	s->failed = pack(s, j->p, i);
	pthread_mutex_lock(&j->lock);
	j->idle[j->idles++] = s->pages;
	pthread_mutex_unlock(&j->lock);
}

static int done(size_t i, void *arg, struct err *e)
{
	struct job *j = arg;
	struct slot *s = &j->slot[i % j->slots];
	struct buf path = { 0 };

	if (!s->failed)
		return j->p->take(i, &s->packed, j->p->arg, e);
	*e = s->e;
	tree_path(j->p->file[i], &path);
	err_about(e, buf_string(&path));
	buf_free(&path);
	return -1;
}

int pack_files(const struct packing *p, struct err *e)
{
	struct job j = { .p = p, .slots = (size_t)par_jobs() * 4,
			 .lock = PTHREAD_MUTEX_INITIALIZER };
	struct par par = { work, done, &j, j.slots };
	int r;

	j.slot = xcalloc(j.slots, sizeof(*j.slot));
	j.idle = xcalloc(j.slots, sizeof(*j.idle));
	r = par_run(&par, p->files, e);
	for (size_t i = 0; i < j.slots; i++) {
		struct slot *s = &j.slot[i];

		buf_free(&s->plain);
		buf_free(&s->was);
		buf_free(&s->packed.data);
		free(s->packed.end);
		if (s->zlib_ready)
			deflateEnd(&s->zlib);
	}
	while (j.idles)
		pagedeflate_free(j.idle[--j.idles]);
	pthread_mutex_destroy(&j.lock);
	free(j.idle);
	free(j.slot);
	return r;
}

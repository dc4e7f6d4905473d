/* samples.c - by which compressors the data of an image were made */
#include "fs/jffs2/samples.h"

#include <stdlib.h>

#include "core/mem.h"
#include "core/par.h"
#include "fs/jffs2/unpack.h"

enum {
	PER_METHOD = 64,
	MOST_SAMPLES = PER_METHOD * 4,
	SLICE = 16,
	TELLING = 1024,		/* bytes that any compressor can do something to */
	MANY = 20,
};

/* A node that holds a whole page, and was not pressed for room. */
struct sample { const struct jrec *r; struct view data; uint8_t *page; };

struct samples {
	struct sample v[MOST_SAMPLES];
	unsigned n;
	size_t nodes[256], telling;	/* of each method; large ones */
};

struct way { const char *compress; int mode; bool smaller; };

/* Likely ones first: of two that explain as much the first is taken. */
static const struct way ways[] = {
	{ "zlib,rtime", PACK_PRIORITY, false },
	{ "zlib,rtime", PACK_SIZE, false },
	{ "zlib", PACK_PRIORITY, false },
	{ "zlib,rtime", PACK_PRIORITY, true },
	{ "rtime", PACK_PRIORITY, false },
	{ "lzo,zlib,rtime", PACK_PRIORITY, false },
	{ "lzo,zlib,rtime", PACK_SIZE, false },
	{ "lzo,zlib,rtime", PACK_FAVOURLZO, false },
	{ "lzo,rtime", PACK_PRIORITY, false },
	{ "lzo,zlib", PACK_PRIORITY, false },
	{ "lzo", PACK_PRIORITY, false },
	{ "lzo,rtime", PACK_SIZE, false },
	{ "lzo,rtime", PACK_FAVOURLZO, false },
	{ "lzo,zlib", PACK_SIZE, false },
	{ "lzo,zlib", PACK_FAVOURLZO, false },
	{ "rtime,zlib", PACK_PRIORITY, false },
	{ "zlib,lzo,rtime", PACK_PRIORITY, false },
	{ "none", PACK_PRIORITY, false },
	{ 0 },
};

static bool is_whole(const struct jlog *l, const struct jffs2_options *o,
		     const struct jinode *n, const struct jrec *r)
{
	uint64_t left = o->eraseblock - r->at % o->eraseblock;

	if (!S_ISREG(n->mode) || n->offset % o->pagesize || !n->dsize)
		return false;
	if (n->dsize != o->pagesize && n->dsize != n->isize - n->offset)
		return false;
	(void)l;
	return left >= JFFS2_INODE_SIZE + (uint64_t)n->dsize;
}

static void take(struct samples *s, const struct jlog *l,
		 const struct jffs2_options *o, const struct jrec *r)
{
	struct sample *new = &s->v[s->n];
	struct jinode n;

	if (!jinode_get(l->v, r->at, l->endian, &n) || !is_whole(l, o, &n, r))
		return;
	new->page = xmalloc(n.dsize);
	if (jffs2_unpack(n.compr, n.data, new->page, n.dsize) < 0) {
		free(new->page);
		return;
	}
	new->r = r;
	new->data = n.data;
	s->n++;
}

static bool is_of(const struct jrec *r, uint8_t compr)
{
	return r->type == JFFS2_INODE && r->state == J_GOOD && r->compr == compr &&
	       r->size;
}

/* Some of each method, from all over the image. */
static void collect(struct samples *s, const struct jlog *l,
		    const struct jffs2_options *o, uint8_t compr)
{
	unsigned most = s->n + PER_METHOD;
	size_t all = 0, step, seen = 0;

	for (size_t i = 0; i < l->n; i++)
		all += is_of(&l->rec[i], compr);
	step = all / PER_METHOD + 1;
	for (size_t i = 0; i < l->n && s->n < most; i++)
		if (is_of(&l->rec[i], compr) && seen++ % step == 0)
			take(s, l, o, &l->rec[i]);
}

static bool gives(struct packer *p, const struct sample *s, uint8_t *room)
{
	struct view page = { s->page, s->r->size, 0 };
	struct packed got = pack_page(p, page, page.len, room);

	return got.compr == s->r->compr && got.used == page.len &&
	       view_equal((struct view){ room, got.size, 0 }, s->data);
}

/* Some of the samples, tried by one worker. */
struct trial {
	const struct samples *s;
	const struct pack_how *how;
	size_t pagesize;
	unsigned same[MOST_SAMPLES / SLICE];
};

static void try_slice(size_t i, void *arg)
{
	struct trial *t = arg;
	struct packer *p = packer_new(t->how);
	uint8_t *room = xmalloc(t->pagesize);
	unsigned from = (unsigned)i * SLICE, n = 0;

	for (unsigned k = from; k < from + SLICE && k < t->s->n; k++)
		n += gives(p, &t->s->v[k], room);
	t->same[i] = n;
	free(room);
	packer_free(p);
}

static unsigned score(const struct samples *s, const struct way *w,
		      size_t pagesize)
{
	struct pack_how how = {
		.mode = (enum pack_mode)w->mode, .smaller = w->smaller
	};
	struct trial t = { .s = s, .how = &how, .pagesize = pagesize };
	struct par p = { .work = try_slice, .arg = &t };
	struct err e = { 0 };
	unsigned n = 0;

	if (pack_parse(&how, w->compress, &e) < 0)
		return 0;
	par_run(&p, (s->n + SLICE - 1) / SLICE, &e);
	for (unsigned i = 0; i < MOST_SAMPLES / SLICE; i++)
		n += t.same[i];
	return n;
}

static void count(struct samples *s, const struct jlog *l)
{
	for (size_t i = 0; i < l->n; i++) {
		const struct jrec *r = &l->rec[i];

		if (!is_of(r, r->compr))
			continue;
		s->nodes[r->compr]++;
		s->telling += r->size >= TELLING;
	}
}

/*
 * Where there is much data, a compressor that was used has left its mark;
 * rtime, the last resort, wherever another one was used.
 */
static bool is_likely(const struct samples *s, const struct way *w)
{
	bool others = s->nodes[JFFS2_COMPR_ZLIB] || s->nodes[JFFS2_COMPR_LZO];

	if (others && !s->nodes[JFFS2_COMPR_RTIME] && strstr(w->compress, "rtime"))
		return false;
	if (s->telling < MANY)
		return true;
	return (s->nodes[JFFS2_COMPR_ZLIB] || !strstr(w->compress, "zlib")) &&
	       (s->nodes[JFFS2_COMPR_LZO] || !strstr(w->compress, "lzo"));
}

void samples_try(const struct jlog *l, struct jffs2_options *o)
{
	static const uint8_t methods[] = {
		JFFS2_COMPR_ZLIB, JFFS2_COMPR_NONE, JFFS2_COMPR_RTIME, JFFS2_COMPR_LZO
	};
	struct samples s = { 0 };
	unsigned best = 0;

	count(&s, l);
	for (unsigned i = 0; i < sizeof(methods); i++)
		collect(&s, l, o, methods[i]);
	for (const struct way *w = ways; w->compress && best < s.n; w++) {
		unsigned n = is_likely(&s, w) ? score(&s, w, o->pagesize)
					    : 0;

		if (n <= best)
			continue;
		best = n;
		o->compress = w->compress;
		o->mode = w->mode;
		o->smaller = w->smaller;
	}
	for (unsigned i = 0; i < s.n; i++)
		free(s.v[i].page);
}

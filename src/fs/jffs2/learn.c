/* learn.c - the options that an image was made with */
#include <stdlib.h>

#include "core/mem.h"
#include "fs/jffs2/log.h"
#include "fs/jffs2/options.h"
#include "fs/jffs2/plan.h"
#include "fs/jffs2/read.h"
#include "fs/jffs2/samples.h"

enum { USUAL_ERASE = 0x10000, MOST_GUESS = 64 << 20, LEAST_DATA = 128, SOME = 4,
       PAGE = 4096 };

static bool is_cleanmarker(const struct jrec *r)
{
	return r->type == JFFS2_CLEANMARKER;
}

static bool has_data(const struct jrec *r)
{
	return r->type == JFFS2_INODE && r->state == J_GOOD && r->size &&
	       r->compr != JFFS2_COMPR_ZERO;
}

/* What the nodes say when looked at one after the other. */
struct seen {
	uint64_t end;		/* of the last node that is no cleanmarker */
	uint64_t last_marker;	/* where the last cleanmarker lies */
	uint64_t most, page;	/* data in a node; in the first of several */
	size_t markers, gaps, data, xattrs;
	size_t largest;		/* nodes with as much data as `most` */
	uint32_t marker;	/* bytes of one */
	uint64_t borders;	/* what divides all places where a block begins */
	bool at_border;		/* the next node begins a block */
};

/* A node that ends within a page though its file goes on was cut by a block's
   end; the rest of the page then begins the next block. */
static bool is_cut(const struct jlog *l, const struct jrec *r)
{
	struct jinode n;

	return (r->from + r->size) % PAGE && jinode_get(l->v, r->at, l->endian, &n) &&
	       S_ISREG(n.mode) && r->from + r->size < n.isize;
}

static uint64_t common(uint64_t a, uint64_t b)
{
	while (b) {
		uint64_t rest = a % b;

		a = b;
		b = rest;
	}
	return a;
}

/*
 * The first node of a longer file holds a page, unless the block's end cut
 * it, or the compressor took less.
 */
static void look_at_page(struct seen *s, const struct jlog *l, const struct jrec *r)
{
	uint64_t left = l->erase - (r->at + jffs2_pad(r->totlen)) % l->erase;
	struct jinode n;

	if (r->from || left < JFFS2_INODE_SIZE + LEAST_DATA || r->size <= s->page ||
	    !jinode_get(l->v, r->at, l->endian, &n))
		return;
	if (S_ISREG(n.mode) && n.isize > r->size)
		s->page = r->size;
}

static void look(struct seen *s, const struct jlog *l, const struct jrec *r)
{
	if (is_cleanmarker(r)) {
		s->marker = s->markers++ ? s->marker : r->totlen;
		s->last_marker = r->at;
		return;
	}
	if (r->at > s->end && s->end && !s->markers)
		s->gaps++;
	if (s->at_border && r->at > JFFS2_MIN_ERASE)
		s->borders = common(s->borders, r->at);
	s->at_border = false;
	s->end = r->at + jffs2_pad(r->totlen);
	s->xattrs += r->type == JFFS2_XATTR;
	if (!has_data(r))
		return;
	s->data++;
	s->at_border = !s->markers && is_cut(l, r);
	s->largest = r->size > s->most ? 1 : s->largest + (r->size == s->most);
	if (r->size > s->most)
		s->most = r->size;
	look_at_page(s, l, r);
}

/*
 * One cleanmarker, no gap and no page cut short leave it open how large a
 * block is: then it is the usual one, or what the image was padded to.
 */
static uint64_t erase_of(const struct jlog *l, const struct seen *s)
{
	uint64_t n = USUAL_ERASE, both = common(s->gaps ? l->erase : 0, s->borders);

	if (s->markers > 1 || (s->gaps && (both & -both) < JFFS2_MIN_ERASE))
		return l->erase;
	if (both)
		return both & -both;
	while (n < s->end && n < MOST_GUESS)
		n *= 2;
	for (uint64_t p = JFFS2_MIN_ERASE; p <= MOST_GUESS; p *= 2)
		if (s->markers && p == l->v.len && p >= s->end)
			return p;
	return n;
}

/*
 * Files of one page leave it open: then it is as large as nearly always, or
 * has room for what is there. So do nodes that fill a block.
 */
static uint64_t page_of(const struct seen *s, uint64_t erase)
{
	uint64_t usual = jffs2_defaults.pagesize;
	bool open = s->largest < SOME ||
		    s->most + JFFS2_INODE_SIZE + s->marker + LEAST_DATA > erase;

	if (s->most > JFFS2_MOST_PAGE)
		return usual;
	while (open && usual < s->most)
		usual *= 2;
	if (open)
		return usual;
	return s->page == s->most || s->most > usual ? s->most : usual;
}

static uint64_t round_up(uint64_t n, uint64_t to)
{
	return (n + to - 1) / to * to;
}

/* How the image goes on behind its last node. */
static void learn_tail(struct jffs2_options *o, const struct jlog *l,
		       const struct seen *s)
{
	uint64_t size = l->v.len, padded = round_up(s->end, o->eraseblock);

	if (size <= s->end)
		return;
	if (size == padded)
		o->pad = "";
	else if (!s->markers)
		o->pad_to = size;
	else if (s->last_marker >= s->end)
		o->pad_to = s->last_marker + o->eraseblock;
	if (o->pad_to > size)
		o->pad_to = 0;
	if (!o->pad && o->pad_to < size)
		o->fill_to = size;
}

/* Whether this order gives the inode numbers that are there. */
static bool gives_inodes(const struct tree *t, enum jffs2_order order)
{
	struct steps s = { .order = order };
	struct err e = { 0 };
	bool same = steps_make(&s, t, &e) == 0;

	for (size_t i = 0; same && i < s.n; i++)
		if (s.v[i].kind != STEP_XATTRS)
			same = tree_self(s.v[i].n)->mark == tree_self(s.v[i].n)->ino;
	steps_free(&s);
	return same;
}

static void learn_from(const struct jlog *l, const struct tree *t,
		       struct jffs2_options *o)
{
	struct seen s = { 0 };

	for (size_t i = 0; i < l->n; i++)
		look(&s, l, &l->rec[i]);
	o->big = l->endian == BIG;
	o->eraseblock = erase_of(l, &s);
	o->cleanmarkers = s.markers > 0;
	if (s.markers && s.marker <= o->eraseblock / 2)
		o->cleanmarker = s.marker;
	o->pagesize = page_of(&s, o->eraseblock);
	o->xattr = s.xattrs > 0;
	learn_tail(o, l, &s);
	if (!gives_inodes(t, ORDER_NAME) && gives_inodes(t, ORDER_INODE))
		o->order = ORDER_INODE;
	if (s.data && s.most)
		samples_try(l, o);
}

int jffs2_learn(struct view v, const struct tree *t, void *opts, struct err *e)
{
	const struct jlog *l = jffs2_log_of(t, v);
	struct jlog own = { 0 };

	if (!l && jlog_scan(&own, v, e) < 0)
		return -1;
	learn_from(l ? l : &own, t, opts);
	jlog_free(&own);
	return 0;
}

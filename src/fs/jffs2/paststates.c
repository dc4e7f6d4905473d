/* paststates.c - the states of one file that its nodes still tell */
#include <stdlib.h>

#include "fs/jffs2/past.h"
#include "fs/jffs2/unpack.h"

enum {
	MOST_DATA = 1 << 20,	/* unpacked, of a node; pages are at most 64K */
	MOST_SIZE = 256 << 20,	/* of a file, as far as it has data */
	NODE_WORK = 32,		/* a node counts as so many bytes looked at */
};

/* What each byte of a file is, as the nodes are gone through in order. */
enum { NOTHING, HOLE, OLD, NEW };

/*
 * A state is worth keeping when a node comes that takes from it what was
 * written since the last one that was kept (NEW). So a file that is written
 * anew from front to back has been in two states, not in one for each page,
 * and one that only grew in none but the last.
 */
struct replay {
	struct oldlog *p;
	const struct oldfile *f;
	uint8_t *data, *kind;	/* size bytes each */
	size_t size, cap;
	size_t first;		/* the node that emptied the file last */
	struct buf page;	/* the node at hand, unpacked */
};

static bool is_hole(const struct jrec *n)
{
	return n->compr == JFFS2_COMPR_ZERO;
}

/* Whether every node goes on where the one before ended. */
static bool only_grew(const struct oldlog *p, const struct oldfile *f)
{
	uint64_t end = 0, size = 0;
	struct jinode i;

	for (size_t k = 0; k < f->n; k++) {
		if (!oldlog_inode(p, f->nodes[k], &i) || i.isize < size ||
		    (f->nodes[k]->size && f->nodes[k]->from < end))
			return false;
		size = i.isize;
		if (f->nodes[k]->size)
			end = (uint64_t)f->nodes[k]->from + f->nodes[k]->size;
	}
	return true;
}

static bool work(struct oldlog *p, uint64_t n)
{
	p->left = n < p->left ? p->left - n : 0;
	return p->left;
}

static void name_state(struct oldstate *s)
{
	const struct oldfile *f = s->f;

	if (f->live && f->live->parent) {
		s->dir = f->live->parent->ino;
		s->age = UINT32_MAX;
		s->name = f->live->name;
		s->length = strlen(s->name);
	} else if (f->named) {
		s->dir = f->named->dir;
		s->age = f->named->rec->version;
		s->name = (const char *)f->named->name.p;
		s->length = f->named->name.len;
	}
}

static void keep(struct oldlog *p, const struct oldfile *f, size_t first,
		 size_t end)
{
	struct oldstate *s;

	p->state = xgrow(p->state, &p->cap, p->n + 1, sizeof(*p->state));
	s = &p->state[p->n++];
	*s = (struct oldstate){ .f = f, .first = first, .end = end };
	name_state(s);
}

static bool has_new(const struct replay *r, size_t from, size_t end)
{
	end = end < r->size ? end : r->size;
	return from < end && memchr(r->kind + from, NEW, end - from);
}

/* Whether writing the page at from takes anything that is NEW. */
static bool takes(const struct replay *r, size_t from, size_t end)
{
	if (!has_new(r, from, end))
		return false;
	end = end < r->size ? end : r->size;
	for (size_t i = from; i < end; i++) {
		size_t k = i - from;
		uint8_t now = k < r->page.len ? r->page.p[k] : 0;

		if (r->kind[i] == NEW && r->data[i] != now)
			return true;
	}
	return false;
}

/* False where the node cannot be used. */
static bool load_page(struct replay *r, const struct jrec *n)
{
	struct jinode i;

	buf_clear(&r->page);
	if (is_hole(n))
		return true;
	if (n->size > MOST_DATA || !oldlog_inode(r->p, n, &i) ||
	    jffs2_unpack(i.compr, i.data, buf_room(&r->page, n->size), n->size))
		return false;
	r->page.len += n->size;
	return true;
}

static void grow(struct replay *r, size_t size)
{
	size_t cap = r->cap;

	if (size <= r->size)
		return;
	r->data = xgrow(r->data, &cap, size, 1);
	r->kind = xgrow(r->kind, &r->cap, size, 1);
	memset(r->data + r->size, 0, size - r->size);
	memset(r->kind + r->size, NOTHING, size - r->size);
	work(r->p, size - r->size);
	r->size = size;
}

static void write_page(struct replay *r, const struct jrec *n, uint64_t end)
{
	size_t have;

	if (!is_hole(n))
		grow(r, end);
	if (n->from >= r->size)
		return;
	have = end < r->size ? end - n->from : r->size - n->from;
	memset(r->data + n->from, 0, have);
	memset(r->kind + n->from, is_hole(n) ? HOLE : NEW, have);
	if (r->page.len)
		memcpy(r->data + n->from, r->page.p, r->page.len);
}

static void next_state(struct replay *r, size_t k)
{
	keep(r->p, r->f, r->first, k);
	work(r->p, r->size + NODE_WORK * (k - r->first));
	for (size_t i = 0; i < r->size; i++)
		if (r->kind[i] == NEW)
			r->kind[i] = OLD;
}

static void step(struct replay *r, size_t k)
{
	const struct jrec *n = r->f->nodes[k];
	uint64_t end = (uint64_t)n->from + n->size;
	struct jinode i;
	bool data;

	if (!oldlog_inode(r->p, n, &i))
		return;
	data = n->size && end <= MOST_SIZE && load_page(r, n);
	if ((i.isize < r->size && has_new(r, i.isize, r->size)) ||
	    (data && takes(r, n->from, end)))
		next_state(r, k);
	if (i.isize < r->size)
		r->size = i.isize;
	if (!i.isize)
		r->first = k;
	if (data)
		write_page(r, n, end);
	work(r->p, NODE_WORK + (is_hole(n) ? 0 : n->size));
}

/* Whether the last node is not what counts: it was marked obsolete. */
static bool is_past(const struct oldlog *p, const struct oldfile *f)
{
	const struct jfile *now = jmodel_file(&p->r->m, f->ino);

	return now && now->latest &&
	       now->latest->version != f->nodes[f->n - 1]->version;
}

static void replay(struct oldlog *p, const struct oldfile *f)
{
	struct replay r = { .p = p, .f = f };

	for (size_t k = 0; k < f->n && p->left; k++)
		step(&r, k);
	if (!f->live || is_past(p, f))
		keep(p, f, r.first, f->n);
	free(r.data);
	free(r.kind);
	buf_free(&r.page);
}

void oldlog_states(struct oldlog *p, const struct oldfile *f)
{
	struct jinode last;

	if (!oldlog_inode(p, f->nodes[f->n - 1], &last))
		return;
	if (S_ISREG(last.mode) && !only_grew(p, f))
		replay(p, f);
	else if (!f->live)
		keep(p, f, 0, f->n);
}

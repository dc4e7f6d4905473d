/* live.c - which nodes of an old log are still needed, and where it has room */
#include <stdlib.h>

#include "core/mem.h"
#include "fs/jffs2/update.h"

enum {
	LEAST_TAIL = 256,	/* bytes; less at a block's end is left alone */
};

bool name_stays(const struct update *u, const struct node *c)
{
	const struct fate *dir = fate_of(u, c->parent);
	const struct node *n;

	if (!dir)
		return false;
	n = tree_child(u->t, dir->n, c->name, strlen(c->name));
	return n && tree_self(n)->mark == tree_self(c)->mark;
}

static void mark(struct update *u, const struct jrec *r)
{
	u->live[r - u->model->log.rec] = 1;
}

/* Whether a part of [from, from + size) keeps its content. */
static bool is_kept(const struct update *u, const struct fate *f, uint32_t from,
		    uint32_t size)
{
	uint64_t page = u->plan->o.pagesize, end = (uint64_t)from + size;

	if (!f->content)
		return true;
	if (!f->pages)
		return false;
	for (uint64_t i = from / page; i * page < end && i * page < f->n->size; i++)
		if (!f->pages[i])
			return true;
	return false;
}

static void mark_data(struct update *u, const struct jfile *file,
		      const struct fate *f)
{
	struct jfrags fr = { 0 };

	jfrags_make(&fr, file, jfile_node(file)->size, false);
	for (size_t i = 0; i < fr.n; i++)
		if (fr.v[i].node &&
		    (!f || is_kept(u, f, fr.v[i].from, fr.v[i].size)))
			mark(u, fr.v[i].node);
	jfrags_free(&fr);
}

static void mark_names(struct update *u, const struct jfile *dir, bool all)
{
	for (size_t i = 0; i < dir->nnames; i++) {
		const struct jname *k = &dir->names[i];
		const struct node *c = tree_child(&u->was, jfile_node(dir),
						  (const char *)k->name, k->n);

		if (c && k->ino && (all || name_stays(u, c)))
			mark(u, k->rec);
	}
}

static void mark_file(struct update *u, const struct jfile *file, bool all)
{
	const struct node *n = jfile_node(file);
	const struct fate *f = n ? fate_of(u, n) : NULL;
	bool as_it_was = all || (f && !f->attrs && !f->content);

	if (!n || (!f && !all))
		return;
	if (file->latest && as_it_was)
		mark(u, file->latest);
	if (S_ISREG(n->mode) ? n->size > 0 : as_it_was)
		mark_data(u, file, all || as_it_was ? NULL : f);
	mark_names(u, file, all);
}

static void mark_xattrs(struct update *u, bool all)
{
	const struct jlog *l = &u->model->log;

	for (size_t i = 0; i < l->n; i++) {
		const struct jrec *r = &l->rec[i];
		const struct jfile *file;
		const struct fate *f;

		if (!jrec_good(r) || (r->type != JFFS2_XATTR && r->type != JFFS2_XREF))
			continue;
		file = r->type == JFFS2_XREF ? jmodel_file(u->model, r->ino) : NULL;
		f = file && jfile_node(file) ? fate_of(u, jfile_node(file)) : NULL;
		if (all || r->type == JFFS2_XATTR || (f && !f->xattrs))
			mark(u, r);
	}
}

size_t live_mark(struct update *u, bool all)
{
	size_t n = u->model->log.n, count = 0;

	if (!u->live)
		u->live = xmalloc(n);
	memset(u->live, 0, n);
	for (size_t i = 0; i < u->model->nfiles; i++)
		mark_file(u, &u->model->file[i], all);
	mark_xattrs(u, all);
	for (size_t i = 0; i < n; i++)
		count += u->live[i];
	return count;
}

static void add_room(struct update *u, uint64_t at)
{
	struct free_room *r = &u->room;

	r->at = xgrow(r->at, &r->cap, r->n + 1, sizeof(*r->at));
	r->at[r->n++] = at;
}

/*
 * `end` is where the nodes of the block at `start` end; 0: it has none. Where
 * there are other bytes behind them, who knows how far a reader follows.
 */
static void look_at_block(struct update *u, uint64_t start, uint64_t end)
{
	struct view v = view_upto(u->model->log.v, start, u->m.l.block);
	uint64_t used = v.len - view_tail_run(v, 0xff);

	if (!used)
		add_room(u, start);
	else if (end >= start + used && end - start + LEAST_TAIL <= u->m.l.block)
		add_room(u, end);
}

bool log_is_cut(const struct update *u)
{
	const struct jlog *l = &u->model->log;
	struct jwalk w = {
		.v = l->v, .endian = l->endian, .erase = l->erase,
		.pos = l->v.len / u->m.l.block * u->m.l.block,
	};

	while (jwalk_next(&w))
		;
	return w.cut > l->v.len;
}

void room_find(struct update *u)
{
	const struct jlog *l = &u->model->log;
	uint64_t block = u->m.l.block, size = l->marked ? l->end : l->v.len, end = 0;
	size_t k = 0;

	u->room.n = u->room.next = 0;
	for (uint64_t at = 0; at < size; at += block, end = 0) {
		for (; k < l->n && l->rec[k].at < at + block; k++)
			end = l->rec[k].at + jffs2_pad(l->rec[k].totlen);
		look_at_block(u, at, end);
	}
}

uint64_t room_next(struct layout *l)
{
	struct update *u = l->log;
	uint64_t end = u->model->log.v.len;

	if (u->room.next < u->room.n)
		return u->room.at[u->room.next++];
	if (l->at < end)
		return (end + l->block - 1) / l->block * l->block;
	return l->at;
}

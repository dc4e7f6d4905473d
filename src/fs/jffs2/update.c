/* update.c - a new tree into an old log: what is unchanged keeps its bytes */
#include "fs/jffs2/update.h"

#include <stdlib.h>

#include "core/mem.h"
#include "fs/jffs2/put.h"

#define END_MARK "\xde\xad\xc0\xde"

/* The pages that differ, or all; whether there was one. */
static int write_pages(struct update *u, struct fate *f, bool *any, struct err *e)
{
	size_t size = u->plan->o.pagesize;
	struct buf b = { 0 };

	if (f->n->content.load(&f->n->content, &b, e) < 0 || b.len != f->n->size) {
		buf_free(&b);
		return e->kind ? -1 : fail(e, ERR_IO, "changed while it was read; "
					   "leave it alone");
	}
	for (size_t i = 0; i * size < b.len; i++) {
		struct page page = {
			.index = i, .bytes = view_upto(buf_view(&b), i * size, size)
		};

		if (f->pages && !f->pages[i])
			continue;
		emit_page(&u->m, f->n, &page, &f->id);
		*any = true;
	}
	buf_free(&b);
	return 0;
}

/* Take all old attributes off the inode. */
static void drop_xattrs(struct update *u, const struct fate *f)
{
	const struct jlog *l = &u->model->log;

	for (size_t i = 0; i < l->n && f->was && !u->compact; i++) {
		const struct jrec *r = &l->rec[i];
		struct buf b = { .endian = u->m.node.endian };
		struct jxref x = { .ino = f->id.ino, .xid = r->from };

		if (r->type != JFFS2_XREF || !jrec_good(r) || r->ino != f->id.ino)
			continue;
		x.seqno = (u->xattrs.seqno += 2) | 1;
		jxref_put(&b, &x);
		layout_need(&u->m.l, b.len);
		layout_put(&u->m.l, buf_view(&b));
		buf_free(&b);
	}
}

static int write_fate(struct update *u, struct fate *f, struct err *e)
{
	bool any = false;

	if (S_ISREG(f->n->mode) && f->content && f->n->size &&
	    write_pages(u, f, &any, e) < 0)
		return -1;
	if (!any && (f->attrs || f->content))
		emit_inode(&u->m, f->n, &f->id);
	if (!f->xattrs)
		return 0;
	drop_xattrs(u, f);
	return xattrs_write(&u->xattrs, &u->m.l, &u->plan->o, f->n, f->id.ino, e);
}

static void write_name(struct update *u, const struct node *n)
{
	struct fate *dir = fate_of(u, n->parent);

	emit_name(&u->m, n, dir->id.ino, fate_of(u, n)->id.ino, ++dir->id.version);
}

static int add_name(const struct node *n, const char *path, void *arg)
{
	struct update *u = arg;
	const struct fate *dir = n->parent ? fate_of(u, n->parent) : NULL;
	const struct node *c;

	(void)path;
	if (!dir)
		return 0;
	c = dir->was ? tree_child(&u->was, dir->was, n->name, strlen(n->name)) : NULL;
	if (!c || tree_self(c)->mark != tree_self(n)->mark)
		write_name(u, n);
	return 0;
}

/* What is below a directory that goes is gone with it. */
static int delete_name(const struct node *c, const char *path, void *arg)
{
	struct update *u = arg;
	struct fate *dir = c->parent ? fate_of(u, c->parent) : NULL;
	struct jdirent d = { .name = view_text(c->name) };

	(void)path;
	if (!dir || tree_child(u->t, dir->n, c->name, strlen(c->name)))
		return 0;
	d.pino = dir->id.ino;
	d.version = ++dir->id.version;
	if (dir->n->mtime != TREE_NO_TIME)
		d.mctime = (uint32_t)dir->n->mtime;
	jdirent_put(&u->m.node, &d);
	layout_need(&u->m.l, u->m.node.len);
	layout_put(&u->m.l, buf_view(&u->m.node));
	buf_clear(&u->m.node);
	return 0;
}

static int write_changes(struct update *u, struct err *e)
{
	for (size_t i = 0; i < u->n; i++)
		if (write_fate(u, &u->fate[i], e) < 0)
			return jffs2_complain(u->fate[i].n, e);
	tree_each(u->t, add_name, u);
	if (!u->compact)
		tree_each(&u->was, delete_name, u);
	return 0;
}

static void find_seqno(struct update *u)
{
	const struct jlog *l = &u->model->log;

	for (size_t i = 0; i < l->n; i++) {
		const struct jrec *r = &l->rec[i];

		if (r->type == JFFS2_XATTR && r->ino > u->xattrs.xid)
			u->xattrs.xid = r->ino;
		if (r->type == JFFS2_XREF && r->version > u->xattrs.seqno)
			u->xattrs.seqno = r->version & ~UINT32_C(1);
	}
}

/* The versions that the log has, whatever a first try made of them. */
static void reset_versions(struct update *u)
{
	for (size_t i = 0; i < u->n; i++) {
		const struct jfile *f = jmodel_file(u->model, u->fate[i].id.ino);

		u->fate[i].id.version = u->fate[i].was && f ? f->most_version : 0;
	}
	xattr_pool_free(&u->xattrs);
	find_seqno(u);
}

/* Append to what is there. */
static int patch(struct update *u, struct err *e)
{
	struct layout *l = &u->m.l;
	struct view was = u->model->log.v;

	put_view(l->out, was);
	room_find(u);
	l->next_block = room_next;
	l->log = u;
	l->at = room_next(l);
	if (write_changes(u, e) < 0)
		return -1;
	if (was.len % l->block == 0 && (l->out->len - l->start) % l->block)
		put_fill(l->out, 0xff, l->block - (l->out->len - l->start) % l->block);
	return 0;
}

static bool is_erased_with_marker(struct view v, uint64_t block)
{
	struct view last = v.len >= block ? view_from(v, v.len - block)
					  : (struct view){ 0 };

	return last.len && last.p[0] != 0xff &&
	       view_run(view_from(last, JFFS2_HEADER_SIZE), 0xff) ==
	       last.len - JFFS2_HEADER_SIZE;
}

/* OpenWrt's "erase what follows" stays where it is, or goes behind the log. */
static void put_mark(struct layout *l, const struct jlog *log)
{
	uint64_t grid = JFFS2_MIN_ERASE, at = (log->end + grid - 1) / grid * grid;

	while (view_has(log->v, at, 4) && !view_is(log->v, at, END_MARK, 4))
		at += JFFS2_MIN_ERASE;
	layout_pad(l);
	layout_fill(l, at);
	if (l->at == at)
		layout_put(l, view_from(log->v, at));
	else
		layout_put(l, view_text(END_MARK));
}

/* Copy what is needed in the order in which it lies, then append. */
static int compact(struct update *u, struct err *e)
{
	struct layout *l = &u->m.l;
	const struct jlog *log = &u->model->log;
	bool padded = log->v.len > log->end || is_erased_with_marker(log->v, l->block);

	l->out->len = l->start;
	l->at = 0;
	l->next_block = NULL;
	u->compact = true;
	reset_versions(u);
	for (size_t i = 0; i < log->n; i++) {
		struct view v = view_upto(log->v, log->rec[i].at,
					  jffs2_pad(log->rec[i].totlen));

		if (!u->live[i])
			continue;
		layout_need(l, v.len);
		layout_put(l, v);
		layout_put(l, (struct view){ (const uint8_t *)"\xff\xff\xff",
					     -v.len & 3, 0 });
	}
	if (write_changes(u, e) < 0)
		return -1;
	if (log->marked)
		put_mark(l, log);
	else if (is_erased_with_marker(log->v, l->block) && log->v.len > l->at)
		layout_pad_to(l, log->v.len);
	else if (padded)
		layout_fill(l, log->v.len);
	return 0;
}

static int too_large(const struct layout *l, uint64_t room, struct err *e)
{
	uint64_t needs = (l->at + l->block - 1) / l->block * l->block;

	return fail(e, ERR_LIMIT, "needs %llu blocks, room for %llu (%llu bytes too "
		    "many); see fwtool ls --by-size, or remove files",
		    (unsigned long long)(needs / l->block),
		    (unsigned long long)(room / l->block),
		    (unsigned long long)(needs - room / l->block * l->block));
}

static bool is_same(const struct update *u)
{
	for (size_t i = 0; i < u->n; i++)
		if (!u->fate[i].was || u->fate[i].attrs || u->fate[i].xattrs ||
		    u->fate[i].content)
			return false;
	return true;
}

static int write_log(struct update *u, uint64_t room, struct kept *kept,
		     struct err *e)
{
	struct layout *l = &u->m.l;

	kept->total = live_mark(u, true);
	kept->kept = live_mark(u, false);
	find_seqno(u);
	if (is_same(u) && kept->kept == kept->total && u->t->nodes == u->was.nodes) {
		put_view(l->out, u->model->log.v);
		return 0;
	}
	if (!u->model->log.marked && !log_is_cut(u)) {
		if (patch(u, e) < 0)
			return -1;
		if (!room || l->out->len - l->start <= room)
			return 0;
	}
	if (compact(u, e) < 0)
		return -1;
	return room && l->out->len - l->start > room ? too_large(l, room, e) : 0;
}

int jffs2_update(struct view was, const struct tree *t, const void *opts,
		 uint64_t room, struct buf *out, struct kept *kept, struct err *e)
{
	struct jffs2_plan plan;
	struct update u = { .t = t, .plan = &plan };
	enum endian endian = out->endian;
	int r = -1;

	if (jffs2_check_options(opts, &plan, e) < 0)
		return -1;
	tree_init(&u.was);
	emit_start(&u.m, &plan, out);
	if (jffs2_read(was, &u.was, e) < 0)
		goto out;
	u.model = &((struct jreader *)u.was.reader)->m;
	if (fates_make(&u, e) < 0 || fates_compare(&u, e) < 0)
		goto out;
	r = write_log(&u, room, kept, e);
out:
	fates_free(&u);
	emit_free(&u.m);
	xattr_pool_free(&u.xattrs);
	free(u.room.at);
	free(u.live);
	tree_free(&u.was);
	out->endian = endian;
	return r;
}

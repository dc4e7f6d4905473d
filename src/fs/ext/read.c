/* read.c - ext2, ext3 and ext4 as a tree */
#include <stdlib.h>

#include "core/maps.h"
#include "core/mem.h"
#include "core/work.h"
#include "fs/ext/ext.h"
#include "fs/inodes.h"

enum { LEAST_WORK = 64 << 20, WORK_A_BYTE = 4, SPARE_BLOCKS = 64 };

struct walk {
	struct ext_reader *r;
	struct inodes seen;
	struct node **queue;		/* directories that were not read yet */
	size_t n, cap;
};

static bool is_type(uint32_t mode)
{
	return S_ISREG(mode) || S_ISDIR(mode) || S_ISLNK(mode) || ext_is_device(mode) ||
	       S_ISFIFO(mode) || S_ISSOCK(mode);
}

static void lost(struct walk *w, const struct node *dir, uint64_t at,
		 struct view name, const char *what)
{
	struct buf b = { 0 };

	put_view(&b, name);
	tree_damage(w->r->t, at, dir, "ext.entry", "\"%s\" in it %s; it is missing",
		    buf_string(&b), what);
	buf_free(&b);
}

/* Takes back the node of a link whose target is lost. */
static void drop(struct walk *w, struct node *n, struct view name, uint64_t at)
{
	struct node *dir = n->parent;

	tree_remove(w->r->t, n);
	lost(w, dir, at, name, "is a symbolic link without a target");
}

static void fill(struct walk *w, struct node *n, const struct ext_inode *i,
		 struct view name)
{
	struct stat st = { .st_ino = i->number, .st_nlink = 2 };

	n->same = inodes_known(&w->seen, 0, i->number);
	if (n->same) {
		n->mode = n->same->mode;
		return;
	}
	if (S_ISLNK(i->mode) && !ext_link(w->r, n, i)) {
		drop(w, n, name, i->raw.at);
		return;
	}
	ext_fill(w->r, n, i);
	if (i->links > 1 || S_ISDIR(i->mode))
		inodes_first(&w->seen, &st, n);
	if (!S_ISDIR(i->mode))
		return;
	w->queue = xgrow(w->queue, &w->cap, w->n + 1, sizeof(*w->queue));
	w->queue[w->n++] = n;
}

static int add(struct walk *w, struct node *dir, const struct ext_entry *d,
	       struct err *e)
{
	struct tree *t = w->r->t;
	size_t most = t->most_nodes ? t->most_nodes : TREE_MOST_NODES;
	struct ext_inode i;
	bool there = ext_inode_get(&w->r->x, d->inode, &i);
	struct node *n, *known = inodes_known(&w->seen, 0, d->inode);

	if (!there || !is_type(i.mode)) {
		lost(w, dir, d->name.at, d->name, there ? "has an inode of no type"
		     : "has an inode that is not there");
		return 0;
	}
	if (known && S_ISDIR(known->mode)) {
		lost(w, dir, d->name.at, d->name, "is a directory that is elsewhere");
		return 0;
	}
	n = tree_add(t, dir, (const char *)d->name.p, d->name.len, i.mode, e);
	if (n)
		fill(w, n, &i, d->name);
	else if (e->kind == ERR_LIMIT && t->nodes >= most)
		return -1;
	else if (e->kind == ERR_LIMIT)
		lost(w, dir, d->name.at, d->name, "is nested too deep");
	else
		tree_damage(t, d->name.at, dir, "ext.name", "%s", e->text);
	return 0;
}

static bool is_dots(struct view name)
{
	return name.len && name.len < 3 && !memcmp(name.p, "..", name.len);
}

static int read_block(struct walk *w, struct node *dir, struct view v,
		      struct err *e)
{
	struct ext_entry d;
	size_t at = 0;
	int r = 0;

	work_add(v.len);
	maps_touched(v);
	while (!r && ext_entry_next(v, &at, &d))
		if (!is_dots(d.name))
			r = add(w, dir, &d, e);
	if (!r && at != v.len)
		tree_damage(w->r->t, v.at + at, dir, "ext.dir", "has a damaged entry; "
			    "what follows it is missing");
	return r;
}

/* The parent's inode, and entries; behind them the rest is an attribute. */
static int read_inline(struct walk *w, struct node *dir, const struct ext_inode *i,
		       struct err *e)
{
	struct view more = ext_inline(i);

	if (read_block(w, dir, view_from(i->map, 4), e) < 0)
		return -1;
	return more.len ? read_block(w, dir, more, e) : 0;
}

static bool take_block(struct ext_reader *r)
{
	r->tired = r->tired || !r->dir_blocks;
	if (!r->tired)
		r->dir_blocks--;
	return !r->tired && !ext_is_tired(r);
}

static int read_run(struct walk *w, struct node *dir, const struct ext_inode *i,
		    const struct ext_run *run, struct err *e)
{
	for (uint64_t k = 0; run->at && k < run->n && take_block(w->r); k++) {
		struct view v = ext_block(&w->r->x, run->at + k);

		if (!v.len)
			tree_damage(w->r->t, ext_place(&w->r->x, run->at + k), dir,
				    "ext.dir", "has blocks outside the image");
		else if (!ext_dir_holds(&w->r->x, i, v))
			tree_damage(w->r->t, v.at, dir, "ext.dir", "has a block with a "
				    "wrong checksum");
		if (!v.len)
			break;
		if (read_block(w, dir, v, e) < 0)
			return -1;
	}
	return 0;
}

static int read_dir(struct walk *w, struct node *dir, struct err *e)
{
	struct ext_reader *r = w->r;
	struct ext_run run = { .sums = true };
	struct ext_inode i;

	if (!ext_inode_get(&r->x, dir->ino, &i))
		return 0;
	if (i.flags & EXT_ENCRYPTED) {
		tree_damage(r->t, i.raw.at, dir, "ext.encrypted", "is encrypted; what is "
			    "in it cannot be read");
		return 0;
	}
	if (i.flags & EXT_INLINE)
		return read_inline(w, dir, &i, e);
	for (uint64_t k = 0; k < i.size / r->x.block && !ext_is_tired(r); k += run.n) {
		const char *wrong = ext_map(&r->x, &i, k, &run);
		uint64_t left = i.size / r->x.block - k;

		if (wrong)
			tree_damage(r->t, i.raw.at, dir, "ext.dir", "%s", wrong);
		run.n = run.n < left ? run.n : left;
		if (!wrong && read_run(w, dir, &i, &run, e) < 0)
			return -1;
	}
	return 0;
}

static int read_all(struct walk *w, struct err *e)
{
	struct tree *t = w->r->t;
	struct ext_inode root;
	int r = 0;

	if (!ext_inode_get(&w->r->x, EXT_ROOT, &root) || !S_ISDIR(root.mode))
		return fail_at(e, w->r->x.v.at, "ext volume has no root directory; read "
			       "it again");
	fill(w, t->root, &root, (struct view){ 0 });
	for (size_t i = 0; !r && i < w->n; i++)
		r = read_dir(w, w->queue[i], e);
	if (w->r->tired)
		tree_damage(t, w->r->x.v.at, NULL, "ext.shared", "ext volume has blocks "
			    "that are used again and again; not all of it was read");
	return r;
}

/* What is wrong with the volume itself. */
static void check_volume(struct ext_reader *r)
{
	uint32_t wrong = ext_groups_wrong(&r->x);

	if (r->x.copy)
		tree_damage(r->t, r->x.v.at, NULL, "ext.super", "ext volume has a damaged "
			    "superblock; what its older copy says is taken");
	if (wrong)
		tree_damage(r->t, r->x.v.at, NULL, "ext.group", "ext volume has %u damaged "
			    "group descriptor%s", wrong, wrong == 1 ? "" : "s");
	if (r->x.incompat & ~(uint32_t)EXT_KNOWN)
		tree_damage(r->t, r->x.v.at, NULL, "ext.feature", "ext volume has features "
			    "that are not known here (0x%x); what was read may be wrong",
			    r->x.incompat & ~(uint32_t)EXT_KNOWN);
}

int ext_read(struct view v, struct tree *t, struct err *e)
{
	struct ext_reader *r = arena_alloc(&t->arena, sizeof(*r));
	struct walk w = { .r = r };
	int result;

	r->t = t;
	if (!ext_get(v, &r->x) && !ext_get_copy(v, &r->x))
		return fail_at(e, v.at, "no ext2, ext3 or ext4 volume; see fwtool scan");
	r->start = work_done();
	r->work = LEAST_WORK + WORK_A_BYTE * r->x.v.len;
	r->dir_blocks = r->x.v.len / r->x.block + SPARE_BLOCKS;
	ext_replay(r);
	check_volume(r);
	result = read_all(&w, e);
	free(w.queue);
	free(w.seen.slot);
	tree_finish(t);
	return result;
}

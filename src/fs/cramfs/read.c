/* read.c - a cramfs image as a tree */
#include "fs/cramfs/read.h"

#include <stdlib.h>

#include "core/log.h"
#include "core/text.h"
#include "fs/inodes.h"

/* A target is read by the kernel as one page. */
enum { MOST_TARGET = 4095 };

/* Directories found and not yet looked into. */
struct walk {
	struct cramfs_reader *r;
	struct inodes seen;	/* directories by the place of their listing */
	struct dir { struct node *node; struct cramfs_inode inode; } *v;
	size_t n, cap, next;
	uint64_t listed;	/* bytes of listings so far */
};

struct entry { struct view name; uint64_t at; struct cramfs_inode inode; };

static void unnamed(struct walk *w, struct node *dir, const struct entry *k,
		    const char *code, const char *why)
{
	struct buf b = { 0 };

	put_escaped(&b, k->name);
	tree_damage(w->r->t, w->r->v.at + k->at, dir, code,
		    "cramfs name \"%s\" %s", buf_string(&b), why);
	buf_free(&b);
}

static int load(const struct content *c, struct buf *out, struct err *e)
{
	const struct cramfs_reader *r = c->from;
	struct cramfs_inode f = cramfs_inode_at(r, c->key);

	return cramfs_content(r, &f, out, e);
}

/* The number as Linux has it, the upper bits of the minor one at the top. */
static void set_device(struct node *n, uint32_t dev)
{
	n->major = dev >> 8 & 0xfff;
	n->minor = (dev & 0xff) | (dev >> 12 & 0xfff00);
}

static bool set_target(struct walk *w, struct node *n, const struct entry *k)
{
	struct tree *t = w->r->t;
	struct buf b = { 0 };
	struct err e = { 0 };
	bool ok;

	ok = k->inode.size && k->inode.size <= MOST_TARGET &&
	     !cramfs_content(w->r, &k->inode, &b, &e) && !memchr(b.p, 0, b.len);
	n->target = ok ? arena_copy(&t->arena, b.p, b.len) : "";
	buf_free(&b);
	return ok;
}

static void queue(struct walk *w, struct node *n, const struct cramfs_inode *d)
{
	struct stat st = { .st_nlink = 2, .st_ino = (ino_t)d->offset + 1 };

	if (d->size)
		inodes_first(&w->seen, &st, n);
	w->v = xgrow(w->v, &w->cap, w->n + 1, sizeof(*w->v));
	w->v[w->n++] = (struct dir){ n, *d };
}

static void fill(struct walk *w, struct node *n, const struct entry *k)
{
	const struct cramfs_inode *i = &k->inode;

	n->mode = i->mode;
	n->uid = i->uid;
	n->gid = i->gid;
	n->content.key = k->at;
	if (S_ISREG(i->mode)) {
		n->size = i->size;
		n->content = (struct content){ load, w->r, k->at };
	}
	if (S_ISCHR(i->mode) || S_ISBLK(i->mode))
		set_device(n, i->size);
	if (S_ISDIR(i->mode))
		queue(w, n, i);
}

static bool is_type(uint32_t mode)
{
	return S_ISREG(mode) || S_ISDIR(mode) || S_ISLNK(mode) || S_ISCHR(mode) ||
	       S_ISBLK(mode) || S_ISFIFO(mode) || S_ISSOCK(mode);
}

/* Why the entry cannot be in the tree, or NULL. */
static const char *unusable(const struct walk *w, const struct entry *k)
{
	const struct cramfs_inode *i = &k->inode;

	if (!is_type(i->mode))
		return "has no usable inode; it is not written";
	if (S_ISDIR(i->mode) && i->size &&
	    inodes_known(&w->seen, 0, (ino_t)i->offset + 1))
		return "leads to a directory that is elsewhere already; not written";
	return NULL;
}

static int add_entry(struct walk *w, struct node *dir, struct entry *k,
		     struct err *e)
{
	struct tree *t = w->r->t;
	size_t most = t->most_nodes ? t->most_nodes : TREE_MOST_NODES;
	const char *why = unusable(w, k), *name = (const char *)k->name.p;
	struct err no = { 0 };
	struct node *n;

	if (why) {
		unnamed(w, dir, k, "cramfs.inode", why);
		return 0;
	}
	n = tree_add(t, dir, name, k->name.len, k->inode.mode, &no);
	if (!n && no.kind == ERR_LIMIT && t->nodes >= most) {
		*e = no;
		return -1;
	}
	if (!n) {
		unnamed(w, dir, k, "cramfs.name", no.kind == ERR_LIMIT ?
			"is nested too deep; not written" :
			tree_child(t, dir, name, k->name.len) ?
			"comes twice; the second is not written" :
			"leaves the tree; not written");
		return 0;
	}
	fill(w, n, k);
	if (S_ISLNK(n->mode) && !set_target(w, n, k)) {
		tree_remove(t, n);
		unnamed(w, dir, k, "cramfs.target",
			"is a symbolic link whose target is lost; it is not written");
	}
	return 0;
}

static void cut_listing(struct walk *w, const struct dir *d, uint64_t at,
			const char *why)
{
	tree_damage(w->r->t, w->r->v.at + at, d->node, "cramfs.directory",
		    "cramfs directory %s; the rest of it is missing", why);
}

static int add_listing(struct walk *w, const struct dir *d, struct err *e)
{
	struct cramfs_reader *r = w->r;
	struct cursor c = cursor(view_upto(r->v, d->inode.offset, d->inode.size),
				 r->s.endian);

	w->listed += c.v.len;
	if (w->listed > r->v.len) {
		cut_listing(w, d, d->inode.offset, "is used by others too");
		return 0;
	}
	while (c.pos < c.v.len) {
		struct entry k = { .at = d->inode.offset + c.pos };

		k.inode = cramfs_inode(&r->s, &c);
		k.name = get_view(&c, k.inode.namelen);
		k.name.len -= view_tail_run(k.name, 0);
		if (!cursor_ok(&c) || !k.name.len) {
			cut_listing(w, d, k.at, "has an entry without a name");
			return 0;
		}
		if (add_entry(w, d->node, &k, e) < 0)
			return -1;
	}
	if (c.v.len < d->inode.size)
		cut_listing(w, d, d->inode.offset, "ends outside the image");
	return 0;
}

static int walk(struct cramfs_reader *r, struct err *e)
{
	struct walk w = { .r = r };
	struct entry root = { .inode = r->s.root };
	int result = 0;

	root.at = r->s.base + CRAMFS_SUPER - CRAMFS_INODE;
	fill(&w, r->t->root, &root);
	for (; !result && w.next < w.n; w.next++) {
		struct dir d = w.v[w.next];

		result = add_listing(&w, &d, e);
	}
	free(w.v);
	free(w.seen.slot);
	return result;
}

/* Linux reads it all the same, and so do we; but what is wrong is not known. */
static void check_sum(const struct cramfs_reader *r)
{
	uint32_t crc = r->s.crc, is;

	if (!(r->s.flags & CRAMFS_V2) || r->v.len < r->s.size)
		return;
	is = cramfs_crc(r->v, &r->s);
	if (is != crc && is != __builtin_bswap32(crc))
		warn_at("cramfs.crc", r->v.at + r->s.base + 32, "cramfs crc32 is %08x, "
			"of the image it is %08x; what is wrong cannot be told", crc,
			is);
}

int cramfs_read(struct view v, struct tree *t, struct err *e)
{
	struct cramfs_reader *r = arena_alloc(&t->arena, sizeof(*r));
	int result;

	r->v = v;
	r->t = t;
	t->reader = r;
	if (!cramfs_get(v, &r->s))
		return fail_at(e, v.at, "cramfs superblock that breaks its own rules; "
			       "read the image again");
	cramfs_settle(v, &r->s);
	check_sum(r);
	result = walk(r, e);
	tree_finish(t);
	return result;
}

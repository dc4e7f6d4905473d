/* read.c - a jffs2 image as a tree, as the kernel would show it */
#include "fs/jffs2/read.h"

#include <stdlib.h>

#include "core/log.h"
#include "core/text.h"
#include "fs/jffs2/unpack.h"

/* Directories found and not yet looked into. */
struct queue {
	struct jfile **v;
	size_t n, cap, next;
};

static uint64_t place(const struct jreader *r, const struct jrec *n)
{
	return r->m.log.v.at + n->at;
}

/* The newest node that tells what f is; a damaged one if there is no other. */
static const struct jrec *told_by(const struct jfile *f)
{
	const struct jrec *best = f->latest;

	for (size_t i = 0; i < f->n && !f->latest; i++)
		if (f->nodes[i]->state == J_BAD_DATA)
			best = f->nodes[i];
	return best;
}

/*
 * Link targets and device numbers are data of the one node that holds them.
 * Empty where it is gone.
 */
static void get_data(struct jreader *r, const struct jfile *f, struct buf *out)
{
	struct jfrags fr = { 0 };
	struct jinode n;

	jfrags_make(&fr, f, JFFS2_MOST_TARGET + 1, false);
	if (fr.n == 1 && fr.v[0].node &&
	    jinode_get(r->m.log.v, fr.v[0].node->at, r->m.log.endian, &n)) {
		size_t size = fr.v[0].size;

		if (jffs2_unpack(n.compr, n.data, buf_room(out, size), size) == 0)
			out->len += size;
	}
	jfrags_free(&fr);
}

static void set_target(struct jreader *r, struct node *node, const struct jfile *f,
		       const struct jrec *told)
{
	struct buf b = { 0 };

	get_data(r, f, &b);
	if (!b.len || b.len > JFFS2_MOST_TARGET)
		tree_damage(r->t, place(r, told), node, "jffs2.target",
			    "symbolic link %s; it is not written",
			    b.len ? "with more than 254 bytes" : "without a target");
	node->target = arena_copy(&r->t->arena, b.p, b.len);
	buf_free(&b);
}

static void set_device(struct jreader *r, struct node *node, const struct jfile *f,
		       const struct jrec *told)
{
	struct buf b = { 0 };

	get_data(r, f, &b);
	if (!jffs2_device(buf_view(&b), r->m.log.endian, &node->major, &node->minor))
		tree_damage(r->t, place(r, told), node, "jffs2.device",
			    "device node without a number");
	buf_free(&b);
}

static void set_content(struct jreader *r, struct node *node, const struct jfile *f,
			const struct jinode *n)
{
	/* With nothing left of it, its size is still worth knowing. */
	node->size = f->latest ? jfile_size(f, n->isize) : 0;
	node->content = (struct content){
		jffs2_load, r, (uint64_t)(f - r->m.file)
	};
}

static void fill(struct jreader *r, struct node *node, struct jfile *f)
{
	const struct jrec *told = told_by(f);
	struct jinode n;

	f->mark = node;
	node->ino = f->ino;
	if (!told || !jinode_get(r->m.log.v, told->at, r->m.log.endian, &n))
		return;
	node->mode = n.mode & (S_IFMT | 07777);
	node->uid = n.uid;
	node->gid = n.gid;
	node->mtime = n.mtime;
	if (S_ISREG(n.mode))
		set_content(r, node, f, &n);
	else if (S_ISLNK(n.mode))
		set_target(r, node, f, told);
	else if (S_ISCHR(n.mode) || S_ISBLK(n.mode))
		set_device(r, node, f, told);
}

/* 0: nothing is known of it. */
static uint32_t mode_of(const struct jreader *r, const struct jfile *f)
{
	const struct jrec *told = told_by(f);
	struct jinode n;

	if (told && jinode_get(r->m.log.v, told->at, r->m.log.endian, &n))
		return n.mode & (S_IFMT | 07777);
	return f->nnames ? S_IFDIR | 0755 : 0;
}

static bool is_type(uint32_t mode)
{
	return S_ISREG(mode) || S_ISDIR(mode) || S_ISLNK(mode) || S_ISCHR(mode) ||
	       S_ISBLK(mode) || S_ISFIFO(mode) || S_ISSOCK(mode);
}

/* Say of a name why what it names is not in the tree. */
static void unnamed(struct jreader *r, struct node *dir, const struct jname *k,
		    const char *code, const char *why)
{
	struct buf b = { 0 };

	put_escaped(&b, (struct view){ k->name, k->n, 0 });
	tree_damage(r->t, place(r, k->rec), dir, code, "jffs2 name \"%s\" %s",
		    buf_string(&b), why);
	buf_free(&b);
}

static void add_link(struct jreader *r, struct node *dir, const struct jname *k,
		     struct node *first)
{
	struct node *node;
	struct err e = { 0 };

	if (S_ISDIR(first->mode)) {
		unnamed(r, dir, k, "jffs2.dir-link",
			"leads to a directory that is elsewhere already; not written");
		return;
	}
	node = tree_add(r->t, dir, (const char *)k->name, k->n, first->mode, &e);
	if (!node) {
		unnamed(r, dir, k, "jffs2.name", "cannot be a file's; not written");
		return;
	}
	node->same = first;
	node->ino = first->ino;
}

/* Inodes are written before their names and go after them. */
static int add_name(struct jreader *r, struct node *dir, const struct jname *k,
		    struct queue *q, struct err *e)
{
	struct jfile *f = jmodel_file(&r->m, k->ino);
	struct err why = { 0 };
	struct node *node;
	uint32_t mode;

	if (!k->ino)
		return 0;
	if (!f || (!f->n && !f->nnames)) {
		unnamed(r, dir, k, "jffs2.no-inode",
			"leads to an inode that is not there; it is not written");
		return 0;
	}
	if (jfile_node(f)) {
		add_link(r, dir, k, jfile_node(f));
		return 0;
	}
	mode = mode_of(r, f);
	if (!is_type(mode)) {
		unnamed(r, dir, k, "jffs2.inode",
			"has no usable inode; it is not written");
		return 0;
	}
	node = tree_add(r->t, dir, (const char *)k->name, k->n, mode, &why);
	if (!node && r->t->nodes >= (r->t->most_nodes ? r->t->most_nodes :
							 TREE_MOST_NODES)) {
		*e = why;
		return -1;
	}
	if (!node) {
		unnamed(r, dir, k, "jffs2.name", why.kind == ERR_LIMIT ?
			"is nested too deep; not written" :
			"leaves the tree; not written");
		return 0;
	}
	fill(r, node, f);
	if (S_ISDIR(mode)) {
		q->v = xgrow(q->v, &q->cap, q->n + 1, sizeof(struct jfile *));
		q->v[q->n++] = f;
	}
	return 0;
}

static int add_names(struct jreader *r, struct jfile *dir, struct queue *q,
		     struct err *e)
{
	for (size_t i = 0; i < dir->nnames; i++)
		if (add_name(r, jfile_node(dir), &dir->names[i], q, e) < 0)
			return -1;
	return 0;
}

static int build(struct jreader *r, struct err *e)
{
	struct jfile *root = jmodel_file(&r->m, JFFS2_ROOT_INO);
	struct queue q = { 0 };
	int result;

	if (!root)
		return 0;
	fill(r, r->t->root, root);
	if (!S_ISDIR(r->t->root->mode))
		r->t->root->mode = S_IFDIR | 0755;
	result = add_names(r, root, &q, e);
	for (; !result && q.next < q.n; q.next++)
		result = add_names(r, q.v[q.next], &q, e);
	free(q.v);
	return result;
}

static void free_model(struct tree *t)
{
	struct jreader *r = t->reader;

	jmodel_free(&r->m);
}

int jffs2_read(struct view v, struct tree *t, struct err *e)
{
	struct jreader *r = arena_alloc(&t->arena, sizeof(*r));

	r->t = t;
	if (jmodel_make(&r->m, v, e) < 0) {
		jmodel_free(&r->m);
		return -1;
	}
	t->reader = r;
	t->on_free = free_model;
	if (build(r, e) < 0)
		return -1;
	jffs2_xattrs(r);
	jffs2_damage(r);
	tree_finish(t);
	return 0;
}

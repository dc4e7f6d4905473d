/* read.c - a jffs2 image as a tree, as the kernel would show it */
#include "fs/jffs2/read.h"

#include <stdlib.h>

#include "core/log.h"
#include "core/text.h"

/* Directories found and not yet looked into. */
struct queue {
	struct jfile **v;
	size_t n, cap, next;
};

static uint64_t place(const struct jreader *r, const struct jrec *n)
{
	return r->m.log.v.at + n->at;
}

static bool is_type(uint32_t mode)
{
	return S_ISREG(mode) || S_ISDIR(mode) || S_ISLNK(mode) || S_ISCHR(mode) ||
	       S_ISBLK(mode) || S_ISFIFO(mode) || S_ISSOCK(mode);
}

/* Whether data is what a file of this mode needs to be one. */
static bool is_enough(uint32_t mode, const struct buf *data)
{
	if (S_ISLNK(mode))
		return data->len && data->len <= JFFS2_MOST_TARGET;
	if (S_ISCHR(mode) || S_ISBLK(mode))
		return data->len == 2 || data->len == 4;
	return true;
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

static size_t most_nodes(const struct tree *t)
{
	return t->most_nodes ? t->most_nodes : TREE_MOST_NODES;
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
static int add_file(struct jreader *r, struct node *dir, const struct jname *k,
		    struct jfile *f, struct err *e)
{
	uint32_t mode = jfile_mode(r, f);
	struct err why = { 0 };
	struct buf data = { 0 };
	struct node *node = NULL;

	if (S_ISLNK(mode) || S_ISCHR(mode) || S_ISBLK(mode))
		jfile_data(r, f, &data);
	if (!is_type(mode) || !is_enough(mode, &data))
		unnamed(r, dir, k, "jffs2.inode",
			"has no usable inode; it is not written");
	else if (!(node = tree_add(r->t, dir, (const char *)k->name, k->n, mode,
				   &why)))
		unnamed(r, dir, k, "jffs2.name", why.kind == ERR_LIMIT ?
			"is nested too deep; not written" :
			"leaves the tree; not written");
	if (node)
		jfile_fill(r, node, f, &data);
	buf_free(&data);
	if (why.kind != ERR_LIMIT || r->t->nodes < most_nodes(r->t))
		return 0;
	*e = why;
	return -1;
}

/* Inodes are written before their names and go after them. */
static int add_name(struct jreader *r, struct node *dir, const struct jname *k,
		    struct queue *q, struct err *e)
{
	struct jfile *f = jmodel_file(&r->m, k->ino);

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
	if (add_file(r, dir, k, f, e) < 0)
		return -1;
	if (jfile_node(f) && S_ISDIR(jfile_node(f)->mode)) {
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
	jfile_fill(r, r->t->root, root, &(struct buf){ 0 });
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

const struct jlog *jffs2_log_of(const struct tree *t, struct view v)
{
	const struct jreader *r = t->on_free == free_model ? t->reader : NULL;

	return r && r->m.log.v.p == v.p && r->m.log.v.len == v.len ? &r->m.log
								   : NULL;
}

/* What people should know of an image that is unusual, once. */
static void remark(const struct jreader *r)
{
	bool rubin = false;

	for (size_t i = 0; i < r->m.log.n; i++) {
		const struct jrec *n = &r->m.log.rec[i];

		if (n->type == JFFS2_INODE && jrec_good(n) &&
		    (n->compr == JFFS2_COMPR_RUBINMIPS ||
		     n->compr == JFFS2_COMPR_DYNRUBIN))
			rubin = true;
	}
	if (rubin)
		note("jffs2.rubin", "packed by rubin: the two kinds are told apart as "
		     "Linux does, which is not as its headers say");
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
	remark(r);
	tree_finish(t);
	return 0;
}

/* walk.c - the directories of squashfs, from the root down */
#include "fs/squashfs/read.h"

#include <stdlib.h>

#include "core/text.h"
#include "fs/inodes.h"

/* MOST_DAMAGES: an image with more is hostile, or none. */
enum { MOST_DAMAGES = 10000 };

/* Directories found and not yet looked into; names by place of the inode. */
struct walk {
	struct squash_reader *r;
	struct inodes seen;
	struct dir { struct node *node; uint64_t inode; } *v;
	size_t n, cap, next;
};

struct entry { struct view name; uint64_t inode; struct squash_record n; };

static void unnamed(struct walk *w, struct node *dir, struct view name,
		    const char *code, const char *why)
{
	const struct squash_reader *r = w->r;
	struct buf b = { 0 };

	put_escaped(&b, name);
	tree_damage(r->t, squash_place(r, &r->dirs, name.at), dir, code,
		    "squashfs name \"%s\" %s", buf_string(&b), why);
	buf_free(&b);
}

static void see(struct walk *w, struct node *node, const struct entry *k)
{
	struct stat st = { .st_nlink = 2, .st_ino = (ino_t)k->inode + 1 };

	inodes_first(&w->seen, &st, node);
	if (!S_ISDIR(node->mode))
		return;
	w->v = xgrow(w->v, &w->cap, w->n + 1, sizeof(*w->v));
	w->v[w->n++] = (struct dir){ node, k->inode };
}

static int add_node(struct walk *w, struct node *dir, const struct entry *k,
		    struct node *first, struct err *e)
{
	struct tree *t = w->r->t;
	size_t most = t->most_nodes ? t->most_nodes : TREE_MOST_NODES;
	uint32_t mode = first ? first->mode : squash_mode(&k->n);
	struct err why = { 0 };
	struct node *node;

	node = tree_add(t, dir, (const char *)k->name.p, k->name.len, mode, &why);
	if (!node && why.kind == ERR_LIMIT && t->nodes >= most) {
		*e = why;
		return -1;
	}
	if (!node) {
		unnamed(w, dir, k->name, "squashfs.name", why.kind == ERR_LIMIT ?
			"is nested too deep; not written" :
			tree_child(t, dir, (const char *)k->name.p, k->name.len) ?
			"comes twice; the second is not written" :
			"leaves the tree; not written");
		return 0;
	}
	if (first) {
		node->same = first;
		node->ino = first->ino;
		return 0;
	}
	squash_fill(w->r, node, &k->n, k->inode);
	see(w, node, k);
	return 0;
}

static int add_entry(struct walk *w, struct node *dir, struct entry *k,
		     bool there, struct err *e)
{
	struct squash_reader *r = w->r;
	struct node *first = NULL;
	const char *why = "has no usable inode; it is not written";

	if (there)
		first = inodes_known(&w->seen, 0, (ino_t)k->inode + 1);
	if (first && !S_ISDIR(first->mode))
		return add_node(w, dir, k, first, e);
	if (first)
		why = "leads to a directory that is elsewhere already; not written";
	else if (there && squash_inode(&r->s, buf_view(&r->inodes.plain),
				       k->inode, &k->n))
		why = squash_unusable(r, &k->n);
	if (!why)
		return add_node(w, dir, k, NULL, e);
	unnamed(w, dir, k->name, "squashfs.inode", why);
	return 0;
}

static int too_much(const struct squash_reader *r, struct err *e)
{
	return r->t->damages < MOST_DAMAGES ? 0 :
	       fail_at(e, r->v.at, "squashfs with more than %d places of damage; "
		       "read it again", MOST_DAMAGES);
}

/* The entries behind a head; *pos moves behind the last. */
static int add_entries(struct walk *w, struct node *dir,
		       const struct squash_record *head, uint64_t end,
		       uint64_t *pos, struct err *e)
{
	struct squash_reader *r = w->r;
	struct view table = buf_view(&r->dirs.plain);
	uint64_t block = r->s.inode_table + head->f[SQ_START];

	for (uint64_t i = 0; i < head->f[SQ_COUNT] && *pos < end; i++) {
		struct squash_record n;
		struct entry k;
		bool there;

		if (!squash_dir_entry(&r->s, table, *pos, &n))
			return 1;
		k.name = view_sub(table, n.end, n.f[SQ_SIZE]);
		k.name.at = n.end;
		*pos = n.end + n.f[SQ_SIZE];
		there = squash_find(&r->inodes, block, n.f[SQ_OFFSET], &k.inode);
		if (add_entry(w, dir, &k, there, e) < 0 || too_much(r, e) < 0)
			return -1;
	}
	return 0;
}

static void damaged(struct squash_reader *r, uint64_t pos,
		    const struct node *node, const char *what)
{
	tree_damage(r->t, squash_place(r, &r->dirs, pos), node, "squashfs.directory",
		    "squashfs directory %s; names in it are missing", what);
}

/*
 * From version 3 on a listing says 3 bytes more than it has, for "." and "..";
 * without them the last entry still begins before the end.
 */
static int add_listing(struct walk *w, const struct dir *d, struct err *e)
{
	struct squash_reader *r = w->r;
	struct view table = buf_view(&r->dirs.plain);
	struct squash_record n, head;
	uint64_t pos, end;
	int result = 0;

	squash_inode(&r->s, buf_view(&r->inodes.plain), d->inode, &n);
	if (n.f[SQ_SIZE] <= 3)
		return 0;
	if (!squash_find(&r->dirs, r->s.dir_table + n.f[SQ_START], n.f[SQ_OFFSET],
			 &pos)) {
		damaged(r, 0, d->node, "is not there");
		return 0;
	}
	/* Listings do not overlap: all of them are as long as the table. */
	r->listed += n.f[SQ_SIZE] - 3;
	if (!view_has(table, pos, n.f[SQ_SIZE] - 3) || r->listed > table.len) {
		damaged(r, pos, d->node, "is larger than all of them");
		return 0;
	}
	end = pos + n.f[SQ_SIZE] - 3;
	while (!result && pos < end) {
		if (!squash_dir_head(&r->s, table, pos, &head))
			result = 1;
		pos = head.end;
		if (!result)
			result = add_entries(w, d->node, &head, end, &pos, e);
	}
	if (result > 0)
		damaged(r, pos, d->node, "breaks off");
	return result < 0 ? -1 : 0;
}

static int add_root(struct walk *w, struct err *e)
{
	struct squash_reader *r = w->r;
	struct entry root = { .name = { 0 } };
	uint64_t block = r->s.inode_table + (r->s.root >> 16);

	if (!squash_find(&r->inodes, block, r->s.root & 0xffff, &root.inode) ||
	    !squash_inode(&r->s, buf_view(&r->inodes.plain), root.inode, &root.n) ||
	    root.n.f[SQ_TYPE] != SQ_DIR)
		return fail_at(e, r->v.at + block, "squashfs root directory cannot be "
			       "read; read the image again");
	squash_fill(r, r->t->root, &root.n, root.inode);
	see(w, r->t->root, &root);
	return 0;
}

int squash_walk(struct squash_reader *r, struct err *e)
{
	struct walk w = { .r = r };
	int result = add_root(&w, e);

	for (; !result && w.next < w.n; w.next++) {
		struct dir d = w.v[w.next];

		result = add_listing(&w, &d, e);
	}
	free(w.v);
	free(w.seen.slot);
	return result;
}

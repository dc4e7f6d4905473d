/* walk.c - the directories of UBIFS, from the root down */
#include "fs/ubifs/read.h"

#include <stdlib.h>

#include "core/text.h"
#include "fs/inodes.h"

/* MOST_DAMAGES: an image with more is hostile, or none. */
enum { MOST_DAMAGES = 10000 };

/* Directories found and not yet looked into; nodes by inode number. */
struct walk {
	struct ubifs_reader *r;
	struct inodes seen;
	struct node **v;
	size_t n, cap, next;
	uint64_t *sqnum;		/* of the names of one directory, sorted */
	size_t sqnums, capsqnum;
	const struct node *of;
};

static void unnamed(struct walk *w, struct node *dir,
		    const struct ubifs_entry *k, struct view name,
		    const char *code, const char *why)
{
	struct buf b = { 0 };

	put_escaped(&b, name);
	tree_damage(w->r->t, w->r->v.at + k->at, dir, code,
		    "ubifs name \"%s\" %s", buf_string(&b), why);
	buf_free(&b);
}

static struct stat stat_of(uint64_t inum)
{
	return (struct stat){ .st_nlink = 2, .st_ino = (ino_t)inum };
}

static void see(struct walk *w, struct node *node)
{
	struct stat st = stat_of(node->ino);

	inodes_first(&w->seen, &st, node);
	if (!S_ISDIR(node->mode))
		return;
	w->v = xgrow(w->v, &w->cap, w->n + 1, sizeof(*w->v));
	w->v[w->n++] = node;
}

static int add_node(struct walk *w, struct node *dir,
		    const struct ubifs_entry *k, struct view name,
		    uint32_t mode, struct node **node, struct err *e)
{
	struct tree *t = w->r->t;
	size_t most = t->most_nodes ? t->most_nodes : TREE_MOST_NODES;
	struct err why = { 0 };

	*node = tree_add(t, dir, (const char *)name.p, name.len, mode, &why);
	if (*node)
		return 0;
	if (why.kind == ERR_LIMIT && t->nodes >= most) {
		*e = why;
		return -1;
	}
	unnamed(w, dir, k, name, "ubifs.name", why.kind == ERR_LIMIT ?
		"is nested too deep; not written" :
		tree_child(t, dir, (const char *)name.p, name.len) ?
		"comes twice; the second is not written" :
		"leaves the tree; not written");
	return 0;
}

static int by_number(const void *pa, const void *pb)
{
	uint64_t a = *(const uint64_t *)pa, b = *(const uint64_t *)pb;

	return a < b ? -1 : a > b;
}

static uint64_t first_name(const struct node *dir)
{
	return (uint64_t)dir->ino << 32 |
	       (uint32_t)UBIFS_DENT << UBIFS_KIND_SHIFT;
}

/*
 * Inode numbers tell the order in which the names of a directory were
 * written, but for files of several names: these get their place.
 */
static void set_place(struct walk *w, const struct node *dir, struct node *node,
		      uint64_t sqnum)
{
	const struct ubifs_reader *r = w->r;
	uint64_t first = first_name(dir), last = first | UBIFS_HASH_MASK;
	struct buf as = { 0 };
	size_t at = 0;

	if (w->of != dir) {
		w->sqnums = 0;
		for (size_t i = ubifs_find(r, first);
		     i < r->n && r->e[i].key <= last; i++) {
			w->sqnum = xgrow(w->sqnum, &w->capsqnum, w->sqnums + 1,
					 sizeof(*w->sqnum));
			w->sqnum[w->sqnums++] = r->e[i].sqnum;
		}
		qsort(w->sqnum, w->sqnums, sizeof(*w->sqnum), by_number);
		w->of = dir;
	}
	for (size_t half, high = w->sqnums; at < high;) {
		half = at + (high - at) / 2;
		if (w->sqnum[half] < sqnum)
			at = half + 1;
		else
			high = half;
	}
	put_text(&as, "%s%sp=%zu", node->as ? node->as : "", node->as ? "," : "",
		 at);
	node->as = arena_copy(&r->t->arena, as.p, as.len);
	buf_free(&as);
}

static int add_name(struct walk *w, struct node *dir,
		    const struct ubifs_entry *k, struct err *e)
{
	struct ubifs_reader *r = w->r;
	struct ubifs_node n = ubifs_node_of(r, k);
	struct node *node, *first;
	struct ubifs_name name;
	struct ubifs_ino ino;
	const char *why;
	size_t i;

	if (!ubifs_name(r->v, &n, &name))
		return 0;
	first = inodes_known(&w->seen, 0, (ino_t)name.inum);
	if (first && !S_ISDIR(first->mode)) {
		if (add_node(w, dir, k, name.name, first->mode, &node, e) < 0)
			return -1;
		if (node) {
			node->same = first;
			node->ino = first->ino;
			set_place(w, dir, node, k->sqnum);
		}
		return 0;
	}
	why = first ? "leads to a directory that is elsewhere already; not written"
	    : !ubifs_inode(r, name.inum, &i, &ino)
	    ? "leads to an inode that is not there; it is not written"
	    : ubifs_unusable(&ino);
	if (why) {
		unnamed(w, dir, k, name.name, "ubifs.inode", why);
		return 0;
	}
	if (add_node(w, dir, k, name.name, ino.mode, &node, e) < 0)
		return -1;
	if (!node)
		return 0;
	ubifs_fill(r, node, i, &ino);
	if (ino.nlink > 1 && !S_ISDIR(ino.mode))
		set_place(w, dir, node, k->sqnum);
	see(w, node);
	return 0;
}

static int add_names(struct walk *w, struct node *dir, struct err *e)
{
	const struct ubifs_reader *r = w->r;
	uint64_t first = first_name(dir), last = first | UBIFS_HASH_MASK;

	for (size_t i = ubifs_find(r, first); i < r->n && r->e[i].key <= last; i++)
		if (add_name(w, dir, &r->e[i], e) < 0)
			return -1;
	return r->t->damages < MOST_DAMAGES ? 0 :
	       fail_at(e, r->v.at, "ubifs with more than %d places of damage; read it "
		       "again", MOST_DAMAGES);
}

static int add_root(struct walk *w, struct err *e)
{
	struct ubifs_reader *r = w->r;
	struct ubifs_ino ino;
	size_t i;

	if (!ubifs_inode(r, UBIFS_ROOT_INO, &i, &ino) || !S_ISDIR(ino.mode)) {
		if (!r->n)
			return fail_at(e, r->v.at, "ubifs in which no file can be "
				       "found; read the image again");
		tree_damage(r->t, r->v.at, r->t->root, "ubifs.root",
			    "inode of the ubifs root directory is missing");
		r->t->root->ino = UBIFS_ROOT_INO;
	} else {
		ubifs_fill(r, r->t->root, i, &ino);
	}
	see(w, r->t->root);
	return 0;
}

/* What is wrong with nodes, said of the files that they belong to. */
static void tell_faults(struct walk *w)
{
	struct ubifs_reader *r = w->r;

	for (size_t i = 0; i < r->faults; i++) {
		const struct ubifs_fault *f = &r->fault[i];
		uint32_t inum = ubifs_inum(f->key);
		struct node *node = f->key ? inodes_known(&w->seen, 0, inum) : NULL;
		struct damage *d = tree_damage(r->t, f->at, node, f->code, "%s",
					       f->text);

		if (!node || ubifs_kind(f->key) != UBIFS_DATA)
			continue;
		d->from = (f->key & UBIFS_HASH_MASK) * UBIFS_BLOCK;
		d->size = node->size < d->from ? 0 : node->size - d->from;
		if (d->size > UBIFS_BLOCK)
			d->size = UBIFS_BLOCK;
	}
}

int ubifs_walk(struct ubifs_reader *r, struct err *e)
{
	struct walk w = { .r = r };
	int result = add_root(&w, e);

	for (; !result && w.next < w.n; w.next++)
		result = add_names(&w, w.v[w.next], e);
	if (!result)
		tell_faults(&w);
	free(w.v);
	free(w.sqnum);
	free(w.seen.slot);
	return result;
}

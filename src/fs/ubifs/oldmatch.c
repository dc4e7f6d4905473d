/* oldmatch.c - which nodes of a tree UBIFS has already, and where */
#include <stdlib.h>

#include "core/mem.h"
#include "fs/meta.h"
#include "fs/ubifs/old.h"
#include "fs/ubifs/write.h"

static struct ubifs_was *was_of(const struct writer *w, const struct node *n)
{
	return &w->old->was[tree_self(n)->mark];
}

/* An inode is taken once: of names that are one file no more, by the first. */
static bool take_inode(struct writer *w, const struct node *n,
		       const struct node *old)
{
	struct ubifs_was *is = was_of(w, n);
	struct node *self = tree_self(old);

	if ((self->mode ^ tree_self(n)->mode) & S_IFMT || self->mark ||
	    !ubifs_inode(w->old->r, self->ino, &is->entry, &is->ino))
		return false;
	self->mark = 1;
	is->n = self;
	is->same_content = n->was && !n->same;
	ubifs_info_of(w, n)->inum = self->ino;
	ubifs_info_of(w, n)->creat = is->ino.creat;
	return true;
}

/* Children on both sides are sorted by name. */
static void match(struct writer *w, const struct node *n, const struct node *old)
{
	struct ubifs_info *info = ubifs_info_of(w, n);
	const struct node *o = NULL;

	if (!info->inum && !(old && take_inode(w, n, old)))
		info->inum = ++w->highest;
	if (old && !old->same && was_of(w, n)->n == old)
		o = old->child;
	for (const struct node *k = n->child; k; k = k->next) {
		while (o && strcmp(o->name, k->name) < 0)
			o = o->next;
		match(w, k, o && !strcmp(o->name, k->name) ? o : NULL);
	}
}

static void clear_marks(struct node *n)
{
	n->mark = 0;
	for (n = n->child; n; n = n->next)
		clear_marks(n);
}

void ubifs_old_match(struct writer *w, const struct tree *t,
		     const struct tree *old)
{
	struct ubifs_old *o = w->old;

	o->was = xcalloc(w->steps.infos, sizeof(*o->was));
	o->keep = xcalloc(o->r->n + 1, sizeof(*o->keep));
	for (size_t i = 0; i < w->steps.infos; i++)
		w->steps.info[i].inum = 0;
	w->highest = (uint32_t)o->r->m.highest_inum;
	if (o->r->n && ubifs_inum(o->r->e[o->r->n - 1].key) > w->highest)
		w->highest = ubifs_inum(o->r->e[o->r->n - 1].key);
	clear_marks(old->root);
	match(w, t->root, old->root);
}

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

/* Attributes are names of their own, each with an inode. */
static void keep_xattrs(struct ubifs_old *o, uint32_t inum)
{
	uint64_t first = ubifs_key_of(inum, UBIFS_XENT, 0);
	const struct ubifs_reader *r = o->r;
	struct ubifs_name name;
	struct ubifs_ino ino;
	size_t value;

	for (size_t i = ubifs_find(r, first);
	     i < r->n && r->e[i].key >> UBIFS_KIND_SHIFT == first >> UBIFS_KIND_SHIFT;
	     i++) {
		struct ubifs_node n = ubifs_node_of(r, &r->e[i]);

		if (!ubifs_name(r->v, &n, &name) ||
		    !ubifs_inode(r, name.inum, &value, &ino))
			continue;
		o->keep[i] = o->keep[value] = true;
	}
}

bool ubifs_old_inode(struct writer *w, const struct node *n)
{
	struct ubifs_was *is = was_of(w, n);
	const struct ubifs_info *info = ubifs_info_of(w, n);

	n = tree_self(n);
	is->same_inode = is->n && is->ino.nlink == info->nlink &&
		!node_difference(n, is->n) && same_text(n->as, is->n->as) &&
		(!S_ISDIR(n->mode) || is->ino.size == ubifs_dir_size(n));
	if (is->same_inode) {
		w->old->keep[is->entry] = true;
		keep_xattrs(w->old, info->inum);
	}
	return is->same_inode;
}

bool ubifs_old_name(struct writer *w, const struct node *n)
{
	const struct ubifs_reader *r = w->old->r;
	struct view want = view_text(n->name);
	uint64_t key = ubifs_name_key(w, n);
	struct ubifs_name name;

	for (size_t i = ubifs_find(r, key); i < r->n && r->e[i].key == key; i++) {
		struct ubifs_node k = ubifs_node_of(r, &r->e[i]);

		if (ubifs_name(r->v, &k, &name) && view_equal(name.name, want) &&
		    name.inum == ubifs_info_of(w, n)->inum)
			return w->old->keep[i] = true;
	}
	return false;
}

bool ubifs_old_block(struct writer *w, const struct ubifs_packed *p)
{
	const struct ubifs_reader *r = w->old->r;
	uint64_t key = ubifs_key_of(ubifs_info_of(w, p->file)->inum, UBIFS_DATA,
				    p->block);
	uint8_t plain[UBIFS_BLOCK];
	struct ubifs_node n;
	struct ubifs_data d;
	size_t i = ubifs_find(r, key);

	if (i == r->n || r->e[i].key != key)
		return false;
	n = ubifs_node_of(r, &r->e[i]);
	if (!ubifs_data(r->v, &n, &d) || d.size != p->bytes.len ||
	    d.cipher || ubifs_unpack(d.compr, d.bytes, plain, sizeof(plain)) !=
	    (long)d.size || memcmp(plain, p->bytes.p, d.size))
		return false;
	return w->old->keep[i] = true;
}

void ubifs_old_content(struct writer *w, const struct node *n)
{
	const struct ubifs_reader *r = w->old->r;
	uint64_t key = ubifs_key_of(ubifs_info_of(w, n)->inum, UBIFS_DATA, 0);
	uint64_t last = n->size ? (n->size - 1) / UBIFS_BLOCK : 0;

	if (last > UBIFS_HASH_MASK)
		last = UBIFS_HASH_MASK;
	for (size_t i = ubifs_find(r, key); i < r->n && r->e[i].key <= key + last; i++)
		w->old->keep[i] = true;
}

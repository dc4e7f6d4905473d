/* read.c - a romfs image as a tree, as Linux shows it */
#include <stdio.h>
#include <stdlib.h>

#include "core/text.h"
#include "fs/inodes.h"
#include "fs/romfs/write.h"

enum { MOST_TARGET = 4095 };

/* Directories found and not yet looked into, and links to be led somewhere. */
struct reader {
	struct view v;
	struct tree *t;
	struct inodes seen;	/* nodes by where their header lies */
	struct dir { struct node *node; uint32_t first; } *dir;
	size_t dirs, dircap, next;
	struct hard { struct node *dir; struct romfs_file f; uint32_t at; } *hard;
	size_t hards, hardcap;
	uint64_t steps;
};

static void unnamed(struct reader *r, struct node *dir,
		    const struct romfs_file *f, const char *code, const char *why)
{
	struct buf b = { 0 };

	put_escaped(&b, f->name);
	tree_damage(r->t, f->head.at, dir, code, "romfs name \"%s\" %s",
		    buf_string(&b), why);
	buf_free(&b);
}

static const uint32_t modes[] = {
	[ROMFS_DIR] = S_IFDIR | 0644, [ROMFS_FILE] = S_IFREG | 0644,
	[ROMFS_LINK] = S_IFLNK | 0777, [ROMFS_BLOCK] = S_IFBLK | 0600,
	[ROMFS_CHAR] = S_IFCHR | 0600, [ROMFS_SOCKET] = S_IFSOCK | 0644,
	[ROMFS_FIFO] = S_IFIFO | 0644,
};

static uint32_t mode_of(const struct romfs_file *f)
{
	bool x = f->exec && (f->type == ROMFS_DIR || f->type == ROMFS_FILE);

	return modes[f->type] | (x ? 0111 : 0);
}

static bool is_dots(const struct romfs_file *f)
{
	return view_equal(f->name, view_text(".")) ||
	       view_equal(f->name, view_text(".."));
}

/* Where the headers of a directory's name, its first "." and ".." lie. */
static void remember(struct reader *r, struct node *n, const char *what,
		     uint32_t at)
{
	char text[64];
	int len;

	if (n->as && strstr(n->as, what))
		return;
	len = snprintf(text, sizeof(text), "%s%s%x", n->as ? n->as : "", what, at);
	n->as = arena_copy(&r->t->arena, text, (size_t)len);
}

static void see(struct reader *r, struct node *n, uint32_t at)
{
	struct stat st = { .st_nlink = 2, .st_ino = at };

	inodes_first(&r->seen, &st, n);
}

static void set_content(struct reader *r, struct node *n,
			const struct romfs_file *f)
{
	struct view bytes = view_upto(r->v, f->data, f->size);

	if (bytes.len < f->size) {
		struct damage *d = tree_damage(r->t, f->head.at, n, "romfs.data",
			"romfs file ends outside the image");

		d->from = bytes.len;
		d->size = f->size - bytes.len;
		n->size = bytes.len;
	}
	tree_bytes(r->t, n, bytes);
}

static bool set_target(struct reader *r, struct node *n,
		       const struct romfs_file *f)
{
	struct view to = view_sub(r->v, f->data, f->size);

	if (!to.len || to.len > MOST_TARGET || memchr(to.p, 0, to.len))
		return false;
	n->target = arena_copy(&r->t->arena, to.p, to.len);
	return true;
}

static void fill(struct reader *r, struct node *n, const struct romfs_file *f,
		 uint32_t at)
{
	see(r, n, at);
	remember(r, n, "", at);
	if (f->type == ROMFS_FILE)
		set_content(r, n, f);
	if (f->type == ROMFS_BLOCK || f->type == ROMFS_CHAR) {
		n->major = f->spec >> 16;
		n->minor = f->spec & 0xffff;
	}
	if (f->type != ROMFS_DIR)
		return;
	r->dir = xgrow(r->dir, &r->dircap, r->dirs + 1, sizeof(*r->dir));
	r->dir[r->dirs++] = (struct dir){ n, f->spec & ~15u };
}

/* A node for the name; NULL and no error: it is damage, and told. */
static struct node *add_node(struct reader *r, struct node *dir,
			     const struct romfs_file *f, uint32_t mode,
			     struct err *e)
{
	size_t most = r->t->most_nodes ? r->t->most_nodes : TREE_MOST_NODES;
	const char *name = (const char *)f->name.p;
	struct err why = { 0 };
	struct node *n = tree_add(r->t, dir, name, f->name.len, mode, &why);

	if (!n && why.kind == ERR_LIMIT && r->t->nodes >= most)
		*e = why;
	else if (!n)
		unnamed(r, dir, f, "romfs.name", why.kind == ERR_LIMIT ?
			"is nested too deep; not written" :
			tree_child(r->t, dir, name, f->name.len) ?
			"comes twice; the second is not written" :
			"leaves the tree; not written");
	return n;
}

static int add_file(struct reader *r, struct node *dir,
		    const struct romfs_file *f, uint32_t at, struct err *e)
{
	struct node *n;

	if (is_dots(f)) {
		remember(r, dir, f->name.len == 1 ? "." : ":", at);
		return 0;
	}
	if (f->type == ROMFS_HARD) {
		r->hard = xgrow(r->hard, &r->hardcap, r->hards + 1, sizeof(*r->hard));
		r->hard[r->hards++] = (struct hard){ dir, *f, at };
		return 0;
	}
	n = add_node(r, dir, f, mode_of(f), e);
	if (!n)
		return e->kind ? -1 : 0;
	if (f->type == ROMFS_LINK && !set_target(r, n, f)) {
		tree_remove(r->t, n);
		unnamed(r, dir, f, "romfs.target",
			"is a symbolic link whose target is lost; it is not written");
		return 0;
	}
	fill(r, n, f, at);
	return 0;
}

static void cut(struct reader *r, struct node *dir, uint32_t at, const char *why)
{
	tree_damage(r->t, r->v.at + at, dir, "romfs.chain", "romfs chain of files "
		    "%s; the rest of the directory is missing", why);
}

/* Offsets rise along a chain, so it ends; the root's begins with the root. */
static int add_chain(struct reader *r, const struct dir *d, struct err *e)
{
	uint32_t at = d->first;
	struct romfs_file f;

	while (at) {
		if (++r->steps > r->v.len / ROMFS_HEADER) {
			cut(r, d->node, at, "is longer than all of the image");
			return 0;
		}
		if (!romfs_file(r->v, at, &f)) {
			cut(r, d->node, at, "leads to where no file is");
			return 0;
		}
		if (romfs_sum(f.head))
			tree_damage(r->t, r->v.at + at, d->node, "romfs.sum",
				    "romfs file header with a wrong checksum");
		if (inodes_known(&r->seen, 0, at) && !is_dots(&f)) {
			cut(r, d->node, at, "leads to one of another directory");
			return 0;
		}
		if (add_file(r, d->node, &f, at, e) < 0)
			return -1;
		if (f.next && f.next <= at) {
			cut(r, d->node, at, "turns back");
			return 0;
		}
		at = f.next;
	}
	return 0;
}

/* What a link leads to in the end; a link to a link is followed, as Linux does. */
static struct node *target_of(const struct reader *r, uint32_t at)
{
	enum { MOST = 16 };
	struct romfs_file f;

	for (int i = 0; i < MOST; i++) {
		struct node *n = inodes_known(&r->seen, 0, at);

		if (n || !romfs_file(r->v, at, &f) || f.type != ROMFS_HARD)
			return n;
		at = f.spec & ~15u;
	}
	return NULL;
}

static int add_links(struct reader *r, struct err *e)
{
	for (size_t i = 0; i < r->hards; i++) {
		struct hard *h = &r->hard[i];
		struct node *to = target_of(r, h->f.spec & ~15u), *n;

		if (!to || S_ISDIR(to->mode)) {
			unnamed(r, h->dir, &h->f, "romfs.link", to ?
				"is a link to a directory; it is not written" :
				"is a link to nothing; it is not written");
			continue;
		}
		n = add_node(r, h->dir, &h->f, to->mode, e);
		if (!n && e->kind)
			return -1;
		if (n) {
			n->same = to;
			remember(r, n, "", h->at);
		}
	}
	return 0;
}

static int walk(struct reader *r, struct err *e)
{
	uint32_t at = (uint32_t)romfs_head(r->v, 0);
	struct romfs_file root;

	if (!at || !romfs_file(r->v, at, &root) || root.type != ROMFS_DIR)
		return fail_at(e, r->v.at + at, "romfs root directory cannot be read; "
			       "read the image again");
	r->t->root->mode = mode_of(&root);
	fill(r, r->t->root, &root, at);
	for (; r->next < r->dirs; r->next++) {
		struct dir d = r->dir[r->next];

		if (add_chain(r, &d, e) < 0)
			return -1;
	}
	return add_links(r, e);
}

int romfs_read(struct view v, struct tree *t, struct err *e)
{
	struct reader r = { .v = v, .t = t };
	int result;

	if (!view_is(v, 0, ROMFS_MAGIC, 8))
		return fail_at(e, v.at, "no romfs begins here; read the image again");
	e->kind = ERR_NONE;
	result = walk(&r, e);
	tree_finish(t);
	free(r.dir);
	free(r.hard);
	free(r.seen.slot);
	return result;
}

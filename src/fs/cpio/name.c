/* name.c - the names of a cpio archive as places in a tree */
#include <stdio.h>

#include "core/text.h"
#include "fs/cpio/read.h"

static void unplaced(struct cpio_reader *r, const struct cpio_entry *n,
		     uint64_t at, const char *why)
{
	struct buf b = { 0 };

	put_escaped(&b, view_upto(n->name, 0, 100));
	tree_damage(r->t, at, NULL, "cpio.name", "cpio name \"%s%s\" %s",
		    buf_string(&b), n->name.len > 100 ? "..." : "", why);
	buf_free(&b);
}

/* "./", "/" and "//" mean nothing. */
static void skip_dots(struct view *name)
{
	for (;;) {
		if (view_is(*name, 0, "/", 1))
			*name = view_from(*name, 1);
		else if (view_is(*name, 0, "./", 2))
			*name = view_from(*name, 2);
		else
			break;
	}
	if (view_equal(*name, view_text(".")))
		*name = view_from(*name, 1);
}

/* The first part of the name, taken off it. */
static struct view first_part(struct view *name)
{
	const uint8_t *slash = memchr(name->p, '/', name->len);
	size_t n = slash ? (size_t)(slash - name->p) : name->len;
	struct view part = view_sub(*name, 0, n);

	*name = view_from(*name, n);
	skip_dots(name);
	return part;
}

static struct node *child(struct cpio_reader *r, struct node *dir, struct view part)
{
	return tree_child(r->t, dir, (const char *)part.p, part.len);
}

static struct node *add(struct cpio_reader *r, struct node *dir, struct view part,
			uint32_t mode, struct err *e)
{
	return tree_add(r->t, dir, (const char *)part.p, part.len, mode, e);
}

/* A directory that no entry tells of, but the names in it. */
static struct node *implied(struct cpio_reader *r, struct node *dir,
			    struct view part, struct err *e)
{
	struct node *n = add(r, dir, part, S_IFDIR | 0755, e);

	if (n)
		n->as = "-";
	return n;
}

/* Where the name belongs; *name is its last part then. */
static struct node *directory_of(struct cpio_reader *r, struct view *name,
				 struct err *e)
{
	struct node *dir = r->t->root, *next;
	struct view part = first_part(name);

	for (; name->len; part = first_part(name)) {
		next = child(r, dir, part);
		if (!next)
			next = implied(r, dir, part, e);
		if (!next)
			return NULL;
		if (!S_ISDIR(next->mode)) {
			fail(e, ERR_FORMAT, "is below a file; it is not written");
			return NULL;
		}
		dir = next;
	}
	*name = part;
	return dir;
}

/* What has that name makes room; a directory stays one. */
static bool make_room(struct cpio_reader *r, struct node *n, uint32_t mode)
{
	if (S_ISDIR(n->mode) && S_ISDIR(mode))
		return true;
	if (S_ISDIR(n->mode) && n->child)
		return false;
	r->replaced++;
	tree_remove(r->t, n);
	return true;
}

static struct node *place(struct cpio_reader *r, const struct cpio_entry *n,
			  struct err *e)
{
	uint32_t mode = (uint32_t)n->f[CPIO_MODE];
	struct view name = n->name;
	struct node *dir, *old;

	skip_dots(&name);
	if (!name.len && S_ISDIR(mode))
		return r->t->root;
	if (!name.len) {
		fail(e, ERR_FORMAT, "is the root, but no directory; not written");
		return NULL;
	}
	dir = directory_of(r, &name, e);
	old = dir ? child(r, dir, name) : NULL;
	if (old && !make_room(r, old, mode)) {
		fail(e, ERR_FORMAT, "is a directory with files already; not written");
		return NULL;
	}
	if (old && S_ISDIR(mode) && old->parent)
		return old;
	return dir ? add(r, dir, name, mode, e) : NULL;
}

static const char *why_not(const struct err *e)
{
	if (e->kind == ERR_LIMIT)
		return "is nested too deep; not written";
	return strstr(e->text, "leaves the tree") || strstr(e->text, "damaged")
	       ? "leaves the tree; not written" : e->text;
}

bool cpio_name(struct cpio_reader *r, const struct cpio_entry *n, uint64_t at,
	       size_t which, struct err *e)
{
	size_t most = r->t->most_nodes ? r->t->most_nodes : TREE_MOST_NODES;
	struct err why = { 0 };
	struct node *node = place(r, n, &why);
	char as[32];
	int len = r->archive ? snprintf(as, sizeof(as), "%u.%u", r->archive, r->order)
			     : snprintf(as, sizeof(as), "%u", r->order);

	if (!node && why.kind == ERR_LIMIT && r->t->nodes >= most) {
		*e = why;
		return false;
	}
	if (!node) {
		unplaced(r, n, at, why_not(&why));
		return false;
	}
	node->mode = (uint32_t)n->f[CPIO_MODE];
	node->mark = which + 1;
	node->as = arena_copy(&r->t->arena, as, (size_t)len);
	return true;
}

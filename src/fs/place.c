/* place.c - the names of an archive as places in a tree */
#include "fs/place.h"

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

static struct node *child(const struct placing *p, struct node *dir, struct view part)
{
	return tree_child(p->t, dir, (const char *)part.p, part.len);
}

static struct node *add(struct placing *p, struct node *dir, struct view part,
			uint32_t mode, struct err *e)
{
	return tree_add(p->t, dir, (const char *)part.p, part.len, mode, e);
}

/* A directory that no entry tells of, but the names in it. */
static struct node *implied(struct placing *p, struct node *dir,
			    struct view part, struct err *e)
{
	struct node *n = add(p, dir, part, S_IFDIR | 0755, e);

	if (n)
		n->as = p->implied;
	return n;
}

/* Where the name belongs; *name is its last part then. */
static struct node *directory_of(struct placing *p, struct view *name,
				 struct err *e)
{
	struct node *dir = p->t->root, *next;
	struct view part = first_part(name);

	for (; name->len; part = first_part(name)) {
		next = child(p, dir, part);
		if (!next)
			next = implied(p, dir, part, e);
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
static bool make_room(struct placing *p, struct node *n, uint32_t mode)
{
	if (S_ISDIR(n->mode) && S_ISDIR(mode))
		return true;
	if (S_ISDIR(n->mode) && n->child)
		return false;
	p->replaced++;
	tree_remove(p->t, n);
	return true;
}

struct node *place_name(struct placing *p, struct view name, uint32_t mode,
			struct err *e)
{
	struct node *dir, *old;

	skip_dots(&name);
	if (!name.len && S_ISDIR(mode))
		return p->t->root;
	if (!name.len) {
		fail(e, ERR_FORMAT, "is the root, but no directory; not written");
		return NULL;
	}
	dir = directory_of(p, &name, e);
	old = dir ? child(p, dir, name) : NULL;
	if (old && !make_room(p, old, mode)) {
		fail(e, ERR_FORMAT, "is a directory with files already; not written");
		return NULL;
	}
	if (old && S_ISDIR(mode) && old->parent)
		return old;
	return dir ? add(p, dir, name, mode, e) : NULL;
}

struct node *place_find(const struct placing *p, struct view name)
{
	struct node *n = p->t->root;

	skip_dots(&name);
	while (n && name.len)
		n = child(p, n, first_part(&name));
	return n;
}

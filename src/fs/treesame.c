/* treesame.c - whether two trees are the same in every attribute */
#include "core/par.h"
#include "fs/lots.h"
#include "fs/meta.h"

#include <stdlib.h>

struct pair { const struct node *a, *b; };

struct comparing {
	struct pair *pair;		/* nodes with the same path */
	size_t n, cap;
	struct lots lots;		/* of the pairs whose content may differ */
	struct slot { struct err e; bool bad, differs; size_t at; } *slot;
	size_t slots;
	struct buf *why;
	alike_fn *alike;		/* or NULL */
};

static int differs(struct comparing *c, const struct node *n, const char *what)
{
	if (c->why) {
		tree_path(n, c->why);
		put_text(c->why, ": %s", what);
	}
	return 0;
}

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

static const struct xattr *named(const struct xattr *x, const char *name)
{
	while (x && strcmp(x->name, name))
		x = x->next;
	return x;
}

/* In any order; mostly it is the same. */
bool tree_same_xattrs(const struct node *a, const struct node *b)
{
	const struct xattr *x = a->xattr, *y = b->xattr;

	for (; x && y; x = x->next, y = y->next) {
		const struct xattr *same = strcmp(x->name, y->name)
					 ? named(b->xattr, x->name) : y;

		if (!same || !view_equal(x->value, same->value))
			return false;
	}
	return x == y;
}

static bool is_device(const struct node *n)
{
	return S_ISCHR(n->mode) || S_ISBLK(n->mode);
}

const char *node_difference(const struct node *a, const struct node *b)
{
	a = tree_self(a);
	b = tree_self(b);
	if ((a->mode ^ b->mode) & S_IFMT)
		return "the type differs";
	if (a->mode != b->mode)
		return "the mode differs";
	if (a->uid != b->uid || a->gid != b->gid)
		return "the owner differs";
	if (a->mtime != b->mtime && a->mtime != TREE_NO_TIME &&
	    b->mtime != TREE_NO_TIME)
		return "the time differs";
	if (is_device(a) && (a->major != b->major || a->minor != b->minor))
		return "the device number differs";
	if (S_ISREG(a->mode) && a->size != b->size)
		return "the size differs";
	if (S_ISLNK(a->mode) && !same_text(a->target, b->target))
		return "the link's target differs";
	return tree_same_xattrs(a, b) ? NULL : "the extended attributes differ";
}

/* Collect the pairs below a and b; 0 where the names differ. */
static int collect(struct comparing *c, const struct node *a,
		   const struct node *b)
{
	const char *what = node_difference(a, b);

	if (what)
		return differs(c, a, what);
	c->pair = xgrow(c->pair, &c->cap, c->n + 1, sizeof(*c->pair));
	c->pair[c->n++] = (struct pair){ a, b };
	for (a = a->child, b = b->child; a && b; a = a->next, b = b->next) {
		int order = strcmp(a->name, b->name);

		if (order)
			return differs(c, order < 0 ? a : b,
				       "is in one of them only");
		if (!collect(c, a, b))
			return 0;
	}
	return a || b ? differs(c, a ? a : b, "is in one of them only") : 1;
}

/*
 * Hard links group the same paths: the first name of each group, by which it
 * is known, must be the same one on both sides.
 */
static int same_links(struct comparing *c)
{
	for (size_t i = 0; i < c->n; i++) {
		struct pair *p = &c->pair[i];
		struct node *a = tree_self(p->a), *b = tree_self(p->b);

		if (!a->mark)
			a->mark = i + 1;
		if (!b->mark)
			b->mark = i + 1;
		if (a->mark != b->mark)
			return differs(c, p->a, "is linked to another file");
	}
	return 1;
}

static bool has_content(const struct pair *p)
{
	const struct node *a = p->a;

	/* Of two lists, not two file systems, there is none. */
	return S_ISREG(a->mode) && !a->same && a->size &&
	       (a->content.load || tree_self(p->b)->content.load);
}

/* By where b lies: of what was built from a directory, that is the image. */
static void collect_contents(struct comparing *c)
{
	for (size_t i = 0; i < c->n; i++) {
		struct node *b = tree_self(c->pair[i].b);

		if (has_content(&c->pair[i]))
			lots_add(&c->lots, b->place ? b : tree_self(c->pair[i].a), i);
	}
	lots_cut(&c->lots);
}

static void compare(const struct comparing *c, const struct pair *p,
		    struct slot *s, struct buf *x, struct buf *y)
{
	const struct node *a = p->a, *b = tree_self(p->b);

	if (c->alike && a->was && c->alike(a->was, b))
		return;
	buf_clear(x);
	buf_clear(y);
	s->bad = a->content.load(&a->content, x, &s->e) < 0 ||
		 b->content.load(&b->content, y, &s->e) < 0;
	s->differs = !s->bad && !view_equal(buf_view(x), buf_view(y));
}

static void work(size_t i, void *arg)
{
	struct comparing *c = arg;
	struct slot *s = &c->slot[i % c->slots];
	const struct lot *l = &c->lots.lot[i];
	struct buf x = { 0 }, y = { 0 };

	*s = (struct slot){ 0 };
	for (size_t k = 0; k < l->n && !s->bad && !s->differs; k++) {
		s->at = c->lots.file[l->from + k].i;
		compare(c, &c->pair[s->at], s, &x, &y);
	}
	buf_free(&x);
	buf_free(&y);
}

static int done(size_t i, void *arg, struct err *e)
{
	struct comparing *c = arg;
	struct slot *s = &c->slot[i % c->slots];

	if (s->bad)
		*e = s->e;
	else if (s->differs)
		differs(c, c->pair[s->at].a, "the content differs");
	return s->bad || s->differs ? -1 : 0;
}

static void clear_marks(const struct node *n)
{
	((struct node *)(uintptr_t)n)->mark = 0;
	for (n = n->child; n; n = n->next)
		clear_marks(n);
}

int tree_same_but(const struct tree *a, const struct tree *b, alike_fn *alike,
		  struct buf *why, struct err *e)
{
	struct comparing c = { .why = why, .alike = alike };
	struct par p = { work, done, &c, 0 };
	int r;

	clear_marks(a->root);
	clear_marks(b->root);
	r = collect(&c, a->root, b->root) ? same_links(&c) : 0;
	if (r) {
		c.slots = (size_t)par_jobs() * 4;
		p.ahead = c.slots;
		c.slot = xcalloc(c.slots, sizeof(*c.slot));
		collect_contents(&c);
		e->kind = ERR_NONE;
		if (par_run(&p, c.lots.n, e) < 0)
			r = e->kind == ERR_NONE ? 0 : -1;
		free(c.slot);
	}
	clear_marks(a->root);
	clear_marks(b->root);
	lots_free(&c.lots);
	free(c.pair);
	return r;
}

int tree_same(const struct tree *a, const struct tree *b, struct buf *why,
	      struct err *e)
{
	return tree_same_but(a, b, NULL, why, e);
}

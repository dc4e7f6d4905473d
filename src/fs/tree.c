/* tree.c - a file system in memory: the waist of the hourglass */
#include "fs/tree.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/hash.h"

void tree_init(struct tree *t)
{
	*t = (struct tree){ 0 };
	t->root = arena_alloc(&t->arena, sizeof(*t->root));
	t->root->name = "";
	t->root->mode = S_IFDIR | 0755;
	t->root->mtime = TREE_NO_TIME;
	t->damage_end = &t->damage;
}

void tree_free(struct tree *t)
{
	if (t->on_free)
		t->on_free(t);
	free(t->slot);
	arena_free(&t->arena);
	*t = (struct tree){ 0 };
}

static uint64_t slot_of(const struct node *dir, const char *name, size_t n)
{
	struct view v = { (const uint8_t *)name, n, 0 };

	return hash_bytes(v) ^ (uintptr_t)dir * UINT64_C(0x9e3779b97f4a7c15) >> 16;
}

static void table_insert(struct tree *t, struct node *n)
{
	size_t i = slot_of(n->parent, n->name, strlen(n->name)) & (t->slots - 1);

	while (t->slot[i])
		i = (i + 1) & (t->slots - 1);
	t->slot[i] = n;
}

static void table_grow(struct tree *t)
{
	struct node **old = t->slot;
	size_t slots = t->slots;

	if ((t->nodes + 1) * 2 <= slots)
		return;
	t->slots = slots ? slots * 2 : 256;
	t->slot = xcalloc(t->slots, sizeof(*t->slot));
	for (size_t i = 0; i < slots; i++)
		if (old[i])
			table_insert(t, old[i]);
	free(old);
}

/* Those behind it that the gap would hide close up. */
static void table_remove(struct tree *t, const struct node *n)
{
	size_t most = t->slots - 1;
	size_t gap = slot_of(n->parent, n->name, strlen(n->name)) & most;

	while (t->slot[gap] != n)
		gap = (gap + 1) & most;
	for (size_t i = (gap + 1) & most; t->slot[i]; i = (i + 1) & most) {
		const struct node *k = t->slot[i];
		size_t home = slot_of(k->parent, k->name, strlen(k->name));

		if (((i - home) & most) < ((i - gap) & most))
			continue;
		t->slot[gap] = t->slot[i];
		gap = i;
	}
	t->slot[gap] = NULL;
}

struct node *tree_child(const struct tree *t, const struct node *dir,
			const char *name, size_t n)
{
	size_t i;

	if (!t->slots)
		return NULL;
	i = slot_of(dir, name, n) & (t->slots - 1);
	for (; t->slot[i]; i = (i + 1) & (t->slots - 1)) {
		struct node *k = t->slot[i];

		if (k->parent == dir && strlen(k->name) == n &&
		    !memcmp(k->name, name, n))
			return k;
	}
	return NULL;
}

static int check_name(const char *name, size_t n, struct err *e)
{
	if (!n)
		return fail(e, ERR_FORMAT, "a name is empty; the image is damaged");
	if (n > TREE_MOST_NAME)
		return fail(e, ERR_FORMAT, "a name has %zu bytes, 255 are the most; the "
			    "image is damaged", n);
	if (memchr(name, 0, n) || memchr(name, '/', n) ||
	    (n <= 2 && !memcmp(name, "..", n)))
		return fail(e, ERR_FORMAT, "name \"%.*s\" leaves the tree; not written",
			    (int)n, name);
	return 0;
}

static unsigned depth_of(const struct node *n)
{
	unsigned d = 0;

	for (; n->parent; n = n->parent)
		d++;
	return d;
}

struct node *tree_add(struct tree *t, struct node *dir, const char *name,
		      size_t n, uint32_t mode, struct err *e)
{
	size_t most = t->most_nodes ? t->most_nodes : TREE_MOST_NODES;
	struct node *k;

	if (check_name(name, n, e) < 0)
		return NULL;
	if (tree_child(t, dir, name, n)) {
		fail(e, ERR_FORMAT, "name \"%.*s\" comes twice in one directory; the "
		     "second is not written", (int)n, name);
		return NULL;
	}
	if (t->nodes >= most) {
		fail(e, ERR_LIMIT, "more than %zu files; raise --max-files", most);
		return NULL;
	}
	if (!dir->child && depth_of(dir) >= TREE_MOST_DEPTH) {
		fail(e, ERR_LIMIT, "directories are nested deeper than %d; the image is "
		     "hostile or damaged", TREE_MOST_DEPTH);
		return NULL;
	}
	table_grow(t);
	k = arena_alloc(&t->arena, sizeof(*k));
	k->name = arena_copy(&t->arena, name, n);
	k->mode = mode;
	k->mtime = TREE_NO_TIME;
	k->parent = dir;
	k->before = dir->last;
	if (dir->last)
		dir->last->next = k;
	else
		dir->child = k;
	dir->last = k;
	t->nodes++;
	table_insert(t, k);
	return k;
}

static void forget_below(struct tree *t, struct node *n)
{
	table_remove(t, n);
	for (struct node *k = n->child; k; k = k->next) {
		forget_below(t, k);
		k->parent = NULL;
	}
	t->nodes--;
}

void tree_remove(struct tree *t, struct node *n)
{
	struct node *dir = n->parent;

	*(n->before ? &n->before->next : &dir->child) = n->next;
	*(n->next ? &n->next->before : &dir->last) = n->before;
	forget_below(t, n);
	n->parent = n->before = n->next = NULL;
}

void tree_xattr(struct tree *t, struct node *n, const char *name,
		struct view value)
{
	struct xattr **x = &n->xattr, *new;

	while (*x && strcmp((*x)->name, name))
		x = &(*x)->next;
	value.p = (uint8_t *)arena_copy(&t->arena, value.p, value.len);
	if (*x) {
		(*x)->value = value;
		return;
	}
	new = arena_alloc(&t->arena, sizeof(*new));
	*new = (struct xattr){
		arena_copy(&t->arena, name, strlen(name)), value, NULL
	};
	*x = new;
}

static int load_bytes(const struct content *c, struct buf *out, struct err *e)
{
	(void)e;
	put(out, c->from, (size_t)c->key);
	return 0;
}

void tree_bytes(struct tree *t, struct node *n, struct view bytes)
{
	(void)t;
	n->size = bytes.len;
	n->content = (struct content){ load_bytes, bytes.p, bytes.len };
}

struct damage *tree_damage(struct tree *t, uint64_t at, const struct node *n,
			   const char *code, const char *fmt, ...)
{
	struct damage *d = arena_alloc(&t->arena, sizeof(*d));
	char text[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	d->at = at;
	d->node = n;
	d->code = code;
	d->text = arena_copy(&t->arena, text, strlen(text));
	*t->damage_end = d;
	t->damage_end = &d->next;
	t->damages++;
	return d;
}

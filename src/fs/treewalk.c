/* treewalk.c - paths in a tree, and all of its nodes in turn */
#include <string.h>

#include "fs/tree.h"

struct node *tree_find(const struct tree *t, const char *path)
{
	struct node *n = t->root;

	while (n) {
		size_t len;

		path += strspn(path, "/");
		if (!*path)
			break;
		len = strcspn(path, "/");
		n = tree_child(t, n, path, len);
		path += len;
	}
	return n;
}

void tree_path(const struct node *n, struct buf *out)
{
	if (!n->parent)
		return;
	tree_path(n->parent, out);
	if (n->parent->parent)
		put8(out, '/');
	put(out, n->name, strlen(n->name));
}

struct walk {
	int (*visit)(const struct node *n, const char *path, void *arg);
	void *arg;
	struct buf path;
};

static int walk(struct walk *w, const struct node *n)
{
	size_t len = w->path.len;

	if (w->visit(n, buf_string(&w->path), w->arg) < 0)
		return -1;
	for (const struct node *k = n->child; k; k = k->next) {
		if (len)
			put8(&w->path, '/');
		put(&w->path, k->name, strlen(k->name));
		if (walk(w, k) < 0)
			return -1;
		w->path.len = len;
	}
	return 0;
}

int tree_each(const struct tree *t,
	      int (*visit)(const struct node *n, const char *path, void *arg),
	      void *arg)
{
	struct walk w = { .visit = visit, .arg = arg };
	int r = walk(&w, t->root);

	buf_free(&w.path);
	return r;
}

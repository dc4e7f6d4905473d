/* past.c - a tree of what a file system holds no more */
#include "fs/past.h"

#include <stdio.h>

/* name~number, cut where it would be too long; its length. */
static size_t numbered(char room[TREE_MOST_NAME + 1], const char *name, size_t n,
		       uint64_t number)
{
	char tail[24];
	size_t more = (size_t)snprintf(tail, sizeof(tail), "~%llu",
				       (unsigned long long)number);

	if (n > TREE_MOST_NAME - more)
		n = TREE_MOST_NAME - more;
	memcpy(room, name, n);
	memcpy(room + n, tail, more + 1);
	return n + more;
}

struct node *past_dir(struct tree *t, struct node *dir, const char *name,
		      size_t n, struct err *e)
{
	char room[TREE_MOST_NAME + 1];
	struct node *k = tree_child(t, dir, name, n);
	const char *is = name;
	size_t len = n;

	for (uint64_t i = 1; k && !S_ISDIR(k->mode); i++) {
		len = numbered(room, name, n, i);
		is = room;
		k = tree_child(t, dir, is, len);
	}
	return k ? k : tree_add(t, dir, is, len, S_IFDIR | 0755, e);
}

struct node *past_add(struct tree *t, struct node *dir, const char *name,
		      size_t n, struct past *p, struct err *e)
{
	char room[TREE_MOST_NAME + 1];
	struct past *past;
	struct node *k;
	size_t len;

	do
		len = numbered(room, name, n, ++p->number);
	while (tree_child(t, dir, room, len));
	k = tree_add(t, dir, room, len, S_IFREG, e);
	if (!k)
		return NULL;
	past = arena_alloc(&t->arena, sizeof(*past));
	*past = *p;
	k->past = past;
	return k;
}

bool past_matches(const struct node *n, const char *path)
{
	struct buf b = { 0 };
	size_t len = strlen(path);
	const char *is;
	bool r;

	while (len && path[len - 1] == '/')
		len--;
	tree_path(n, &b);
	is = buf_string(&b);
	r = !len || (!strncmp(is, path, len) &&
		     (!is[len] || is[len] == '/' ||
		      (is[len] == '~' && !strpbrk(is + len + 1, "/~"))));
	buf_free(&b);
	return r;
}

static size_t prune(struct tree *t, struct node *dir, char *const *paths,
		    size_t n)
{
	size_t kept = 0;

	for (struct node *k = dir->child, *next; k; k = next) {
		size_t here = 0;

		next = k->next;
		if (!k->past)
			here = prune(t, k, paths, n);
		for (size_t i = 0; k->past && i < n && !here; i++)
			here = past_matches(k, paths[i]);
		if (!here)
			tree_remove(t, k);
		kept += here;
	}
	return kept;
}

size_t past_prune(struct tree *t, char *const *paths, size_t n)
{
	return prune(t, t->root, paths, n);
}

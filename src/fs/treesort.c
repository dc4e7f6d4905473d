/* treesort.c - each directory of a tree in the order of names */
#include <string.h>

#include "fs/tree.h"

static struct node *merge(struct node *a, struct node *b)
{
	struct node head = { 0 }, *end = &head;

	while (a && b) {
		struct node **least = strcmp(a->name, b->name) <= 0 ? &a : &b;

		end->next = *least;
		end = *least;
		*least = end->next;
	}
	end->next = a ? a : b;
	return head.next;
}

static struct node *sort(struct node *list)
{
	struct node *slow = list, *fast, *half;

	if (!list || !list->next)
		return list;
	for (fast = list->next; fast && fast->next; fast = fast->next->next)
		slow = slow->next;
	half = slow->next;
	slow->next = NULL;
	return merge(sort(list), sort(half));
}

static bool is_sorted(const struct node *n)
{
	for (; n && n->next; n = n->next)
		if (strcmp(n->name, n->next->name) > 0)
			return false;
	return true;
}

static void sort_below(struct node *dir)
{
	if (!is_sorted(dir->child))
		dir->child = sort(dir->child);
	dir->last = NULL;
	for (struct node *n = dir->child; n; n = n->next) {
		n->before = dir->last;
		dir->last = n;
		if (n->child)
			sort_below(n);
	}
}

void tree_finish(struct tree *t)
{
	sort_below(t->root);
}

/* times.c - the times that a format has room for */
#include "fs/times.h"

#include "core/log.h"

static size_t fit(struct node *n, int64_t most)
{
	int64_t t = n->mtime < 0 ? 0 : n->mtime > most ? most : n->mtime;
	size_t moved = 0;

	if (n->mtime != TREE_NO_TIME && !n->same && t != n->mtime) {
		n->mtime = t;
		moved = 1;
	}
	for (n = n->child; n; n = n->next)
		moved += fit(n, most);
	return moved;
}

void times_fit(struct tree *t, int64_t most, const char *format)
{
	size_t n = fit(t->root, most);

	if (n)
		warn("fs.time", "the time%s of %zu file%s, before 1970 or too far ahead, "
		     "%s not fit %s; the nearest that does is taken",
		     n == 1 ? "" : "s", n, n == 1 ? "" : "s",
		     n == 1 ? "does" : "do", format);
}

size_t times_known(const struct node *dir)
{
	size_t n = 0;

	for (const struct node *c = dir->child; c; c = c->next)
		n += (!c->same && c->mtime != TREE_NO_TIME) + times_known(c);
	return n;
}

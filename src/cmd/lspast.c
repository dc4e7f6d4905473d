/* lspast.c - deleted files and older versions as lines of ls */
#include <stdlib.h>

#include "cmd/ls.h"
#include "fs/past.h"

static void add_below(struct listing *s, const struct node *dir,
		      const char *prefix, const char *path)
{
	for (const struct node *n = dir->child; n; n = n->next) {
		if (n->past && past_matches(n, path))
			ls_add(s, n, prefix);
		add_below(s, n, prefix, path);
	}
}

/* The states in one file system that path matches. */
static int list_one(struct listing *s, const char *part, const char *path,
		    struct err *e)
{
	const char *name;
	const struct node *n = look_find(&s->l, part, &name, e);

	if (!n)
		return -1;
	if (n != s->l.t.root) {
		fail(e, ERR_USAGE, "is no file system; see fwtool ls");
		return err_about(e, part);
	}
	add_below(s, n, name ? name : "", path);
	ls_flush(s);
	return 0;
}

/* Every file system that keeps older versions; others have none. */
static int list_all(struct listing *s, struct err *e)
{
	for (const struct node *n = s->l.top.root->child; n; n = n->next) {
		if (!S_ISDIR(n->mode) || list_one(s, n->name, "", e) == 0)
			continue;
		if (e->kind != ERR_UNSUPPORTED)
			return -1;
		*e = (struct err){ 0 };
	}
	return 0;
}

int ls_past(struct listing *s, const char *path, struct err *e)
{
	size_t before = s->printed, n;
	char *part;
	int r;

	path += strspn(path, "/");
	n = s->l.alone ? 0 : strcspn(path, "/");
	part = xasprintf("%.*s", (int)n, path);
	if (!s->l.alone && !n)
		r = look_find(&s->l, "", &(const char *){ NULL }, e) ?
		    list_all(s, e) : -1;
	else
		r = list_one(s, part, path + n + strspn(path + n, "/"), e);
	free(part);
	if (!r && s->printed == before)
		say(s->r, "no deleted files or older versions%s%s",
		    *path ? " of " : "", path);
	return r;
}

/* dirsave.c - a tree as a directory on disk */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "fs/dirnodes.h"

static void collect(struct saving *s, struct node *dir)
{
	for (struct node *n = dir->child; n; n = n->next) {
		n->mark = 0;
		s->list = xgrow(s->list, &s->cap, s->n + 1, sizeof(*s->list));
		s->list[s->n++] = n;
		if (n->child)
			collect(s, n);
	}
}

static int put_dir(struct saving *s, struct node *n, struct err *e)
{
	mode_t mode = (n->mode & 0777) | 0700;
	int at = dirwalk_to(&s->walk, n->parent, e);

	if (at < 0)
		return -1;
	if (mkdirat(at, n->name, mode) < 0)
		return about_node(n, "cannot create", e);
	if ((mode & s->umask) && fchmodat(at, n->name, mode, 0) < 0)
		return about_node(n, "cannot set the mode", e);
	return 0;
}

static int put_dirs(struct saving *s, struct err *e)
{
	for (size_t i = 0; i < s->n; i++)
		if (S_ISDIR(s->list[i]->mode) && put_dir(s, s->list[i], e) < 0)
			return -1;
	return 0;
}

/* Last of all, as everything made in a directory changes its time. */
static int put_times(struct saving *s, struct err *e)
{
	for (size_t i = s->n; i-- > 0; ) {
		struct node *n = s->list[i];
		struct timespec ts[2] = { { .tv_nsec = UTIME_OMIT },
					  { .tv_sec = n->mtime } };
		int at;

		if (!S_ISDIR(n->mode) || n->mtime == TREE_NO_TIME)
			continue;
		at = dirwalk_to(&s->walk, n->parent, e);
		if (at < 0)
			return -1;
		utimensat(at, n->name, ts, AT_SYMLINK_NOFOLLOW);
	}
	set_time(s->walk.root, s->t->root->mtime);
	return 0;
}

int dir_save(struct tree *t, int dirfd, const struct dir_save *o,
	     struct err *e)
{
	struct saving s = { .t = t, .o = o, .walk = { .root = dirfd },
			    .walk2 = { .root = dirfd } };
	int r = -1;

	s.umask = umask(0);
	umask(s.umask);
	t->root->mark = 0;
	collect(&s, t->root);
	if (put_dirs(&s, e) < 0 || dir_save_files(&s, e) < 0 ||
	    dir_save_others(&s, e) < 0 || put_times(&s, e) < 0)
		goto out;
	r = 0;
out:
	dirwalk_free(&s.walk);
	dirwalk_free(&s.walk2);
	free(s.list);
	return r;
}

/* dirload.c - a directory on disk as a tree */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "fs/dir.h"
#include "fs/dirfile.h"
#include "fs/dirfd.h"
#include "fs/inodes.h"

struct loading {
	struct tree *t;
	const struct dir_load *o;
	struct inodes seen;
	struct dirroot *root;
	unsigned depth;
};

static char *link_target(struct tree *t, int fd, const char *name)
{
	char target[4097];
	ssize_t n = readlinkat(fd, name, target, sizeof(target) - 1);

	return n < 0 ? NULL : arena_copy(&t->arena, target, (size_t)n);
}

static int fill(struct loading *l, struct node *n, const struct stat *st,
		int fd)
{
	struct dirfile *p;

	n->mtime = st->st_mtime;
	if (l->o->owners) {
		n->uid = st->st_uid;
		n->gid = st->st_gid;
	}
	if (S_ISCHR(st->st_mode) || S_ISBLK(st->st_mode)) {
		n->major = major(st->st_rdev);
		n->minor = minor(st->st_rdev);
	}
	if (S_ISREG(st->st_mode)) {
		p = arena_alloc(&l->t->arena, sizeof(*p));
		*p = (struct dirfile){ l->root, n, NULL };
		n->size = (uint64_t)st->st_size;
		n->content = (struct content){ dirfile_load, p, n->size };
		n->part = dirfile_part;
		n->solid = (uint64_t)st->st_blocks * 512 >= n->size;
	}
	if (S_ISLNK(st->st_mode)) {
		n->target = link_target(l->t, fd, n->name);
		if (!n->target)
			return -1;
	}
	return 0;
}

static int load_below(struct loading *l, struct node *dir, int fd,
		      struct err *e);

static int load_dir(struct loading *l, struct node *n, int parent,
		    struct err *e)
{
	int fd = openat(parent, n->name,
			O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	int r;

	if (fd < 0)
		return dirfile_fail(n, "cannot open", e);
	r = load_below(l, n, fd, e);
	close(fd);
	return r;
}

static int load_one(struct loading *l, struct node *dir, int fd,
		    const char *name, struct err *e)
{
	const struct stat *skip = l->o->skip;
	struct stat st;
	struct node *n;

	if (fstatat(fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT ? 0 : dirfile_fail(dir, "cannot look at a file "
							"in it", e);
	if (skip && skip->st_dev == st.st_dev && skip->st_ino == st.st_ino)
		return 0;
	n = tree_add(l->t, dir, name, strlen(name), st.st_mode, e);
	if (!n)
		return -1;
	if (fill(l, n, &st, fd) < 0)
		return dirfile_fail(n, "cannot read", e);
	if (l->o->xattrs)
		dir_xattrs(l->t, n, fd);
	if (S_ISDIR(st.st_mode))
		return load_dir(l, n, fd, e);
	n->same = inodes_first(&l->seen, &st, n);
	return 0;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The names in fd, sorted, so that the same disk gives the same tree. */
static char **list(int fd, size_t *count)
{
	int again = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = again < 0 ? NULL : fdopendir(again);
	char **names = xmalloc(sizeof(*names));
	size_t n = 0, cap = 1;

	if (!d) {
		free(names);
		return NULL;
	}
	for (struct dirent *de; (de = readdir(d)); ) {
		if (!strcmp(de->d_name, ".") || !strcmp(de->d_name, ".."))
			continue;
		names = xgrow(names, &cap, n + 1, sizeof(*names));
		names[n++] = xstrdup(de->d_name);
	}
	closedir(d);
	qsort(names, n, sizeof(*names), by_name);
	*count = n;
	return names;
}

static int load_below(struct loading *l, struct node *dir, int fd,
		      struct err *e)
{
	size_t n = 0;
	char **names = list(fd, &n);
	int r = 0;

	if (!names)
		return dirfile_fail(dir, "cannot list", e);
	for (size_t i = 0; i < n; i++) {
		if (!r)
			r = load_one(l, dir, fd, names[i], e);
		free(names[i]);
	}
	free(names);
	return r;
}

static void close_root(struct tree *t)
{
	dirroot_close(t->reader);
}

int dir_load(struct tree *t, const char *path, const struct dir_load *o,
	     struct err *e)
{
	struct loading l = { .t = t, .o = o };
	struct stat st;
	int r;

	l.root = arena_alloc(&t->arena, sizeof(*l.root));
	dirroot_open(l.root, path, o->keep);
	if (l.root->fd < 0 || fstat(l.root->fd, &st) < 0) {
		fail_sys(e, "cannot open the directory");
		return err_about(e, path);
	}
	t->reader = l.root;
	t->on_free = close_root;
	t->root->mode = st.st_mode;
	fill(&l, t->root, &st, l.root->fd);
	if (o->xattrs)
		dir_xattrs(t, t->root, l.root->fd);
	r = load_below(&l, t->root, l.root->fd, e);
	free(l.seen.slot);
	tree_finish(t);
	return r;
}

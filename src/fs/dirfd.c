/* dirfd.c - opening and walking below a directory without following links */
#include "fs/dirfd.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

enum { DIR_FLAGS = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC };

/* One step after the other, for kernels without openat2 and long paths. */
static int open_slowly(int dirfd, const char *path, int flags)
{
	int at = dirfd, next;

	for (;;) {
		size_t n = strcspn(path, "/");
		char name[TREE_MOST_NAME + 1];

		if (n > TREE_MOST_NAME) {
			errno = ENAMETOOLONG;
			return -1;
		}
		memcpy(name, path, n);
		name[n] = 0;
		path += n + strspn(path + n, "/");
		next = openat(at, name, *path ? DIR_FLAGS
					      : flags | O_NOFOLLOW | O_CLOEXEC);
		if (at != dirfd)
			close(at);
		if (next < 0 || !*path)
			return next;
		at = next;
	}
}

int open_below(int dirfd, const char *path, int flags)
{
	struct open_how how = {
		.flags = (unsigned)(flags | O_NOFOLLOW | O_CLOEXEC),
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS,
	};
	long fd = syscall(SYS_openat2, dirfd, path, &how, sizeof(how));

	if (fd < 0 && (errno == ENOSYS || errno == ENAMETOOLONG ||
		       errno == EPERM))
		return open_slowly(dirfd, path, flags);
	return (int)fd;
}

static void one_xattr(struct tree *t, struct node *n, const char *path,
		      const char *name)
{
	char *value;
	ssize_t len = lgetxattr(path, name, NULL, 0);

	if (len < 0)
		return;
	value = xmalloc((size_t)len + 1);
	len = lgetxattr(path, name, value, (size_t)len);
	if (len >= 0)
		tree_xattr(t, n, name, (struct view){ (uint8_t *)value,
						      (size_t)len, 0 });
	free(value);
}

/* Linux 6.13's, where its number is known to be the same. */
#if !defined(SYS_listxattrat) && (defined(__x86_64__) || defined(__aarch64__) || \
				  defined(__arm__) || defined(__riscv))
#define SYS_listxattrat 465
#endif

/* Most files have none, and then no path has to be walked. */
static bool has_none(const struct node *n, int fd)
{
#ifdef SYS_listxattrat
	return *n->name && !syscall(SYS_listxattrat, fd, n->name,
				    AT_SYMLINK_NOFOLLOW, NULL, (size_t)0);
#else
	(void)n, (void)fd;
	return false;
#endif
}

/* There is no flistxattr() for what cannot be opened, hence the path. */
void dir_xattrs(struct tree *t, struct node *n, int fd)
{
	char *path, *names;
	ssize_t len;

	if (has_none(n, fd))
		return;
	path = xasprintf("/proc/self/fd/%d/%s", fd, n->name);
	len = llistxattr(path, NULL, 0);
	if (len > 0) {
		names = xmalloc((size_t)len);
		len = llistxattr(path, names, (size_t)len);
		for (ssize_t i = 0; i < len; i += (ssize_t)strlen(names + i) + 1)
			one_xattr(t, n, path, names + i);
		free(names);
	}
	free(path);
}

static size_t depth_of(const struct node *n)
{
	size_t d = 0;

	for (; n->parent; n = n->parent)
		d++;
	return d;
}

static int push(struct dirwalk *w, const struct node *dir, struct err *e)
{
	int at = w->n ? w->fd[w->n - 1] : w->root;
	int fd = openat(at, dir->name, DIR_FLAGS);

	if (fd < 0) {
		struct buf path = { 0 };

		fail_sys(e, "cannot open");
		tree_path(dir, &path);
		err_about(e, buf_string(&path));
		buf_free(&path);
		return -1;
	}
	w->dir = xgrow(w->dir, &w->cap, w->n + 1, sizeof(*w->dir));
	w->fd = xgrow(w->fd, &w->capfd, w->n + 1, sizeof(*w->fd));
	w->dir[w->n] = dir;
	w->fd[w->n++] = fd;
	return fd;
}

/* Go up until the walk is on the way to dir, then down, without recursion. */
int dirwalk_to(struct dirwalk *w, const struct node *dir, struct err *e)
{
	size_t depth = depth_of(dir);
	const struct node *up;

	for (;;) {
		while (w->n > depth)
			close(w->fd[--w->n]);
		up = dir;
		for (size_t d = depth; d > w->n; d--)
			up = up->parent;
		if (!w->n || w->dir[w->n - 1] == up)
			break;
		close(w->fd[--w->n]);
	}
	while (w->n < depth) {
		up = dir;
		for (size_t d = depth; d > w->n + 1; d--)
			up = up->parent;
		if (push(w, up, e) < 0)
			return -1;
	}
	return w->n ? w->fd[w->n - 1] : w->root;
}

void dirwalk_free(struct dirwalk *w)
{
	while (w->n)
		close(w->fd[--w->n]);
	free(w->dir);
	free(w->fd);
	*w = (struct dirwalk){ 0 };
}

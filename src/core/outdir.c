/* outdir.c - a directory appears whole and under its own name, or not at all */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/out.h"

static int about(struct err *e, const char *path, const char *what)
{
	fail_sys(e, "%s", what);
	return err_about(e, path);
}

static bool is_empty(int fd)
{
	DIR *d = fdopendir(fd);
	bool empty = true;

	if (!d)
		return false;
	for (struct dirent *de; empty && (de = readdir(d)); )
		empty = !strcmp(de->d_name, ".") || !strcmp(de->d_name, "..");
	closedir(d);
	return empty;
}

/* Whether the directory may be thrown away: it is empty, or ours. */
static int may_replace(const char *path, bool force, const char *mark,
		       struct err *e)
{
	struct stat st;
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0) {
		fail(e, ERR_USAGE, "exists and is not a directory; choose another "
		     "place with -d");
		return err_about(e, path);
	}
	if (force && mark && !fstatat(fd, mark, &st, AT_SYMLINK_NOFOLLOW)) {
		close(fd);
		return 0;
	}
	if (is_empty(fd))
		return 0;
	if (force)
		fail(e, ERR_USAGE, "exists and was not made by fwtool (no %s in it); "
		     "choose another place with -d", mark ? mark : "mark");
	else
		fail(e, ERR_USAGE, "exists; add -f to replace it, or -d for another "
		     "place");
	return err_about(e, path);
}

int outdir_open(struct outdir *o, const char *path, bool force,
		const char *mark, struct err *e)
{
	char room[4096], base[4096];
	struct stat st;
	int n;

	*o = (struct outdir){ .fd = -1 };
	n = snprintf(o->path, sizeof(o->path), "%s", path);
	if (n <= 0 || (size_t)n >= sizeof(o->path)) {
		fail(e, ERR_USAGE, "no usable directory name; give -d another");
		return err_about(e, path);
	}
	while (n > 1 && o->path[n - 1] == '/')
		o->path[--n] = 0;
	if (!lstat(o->path, &st)) {
		if (may_replace(o->path, force, mark, e) < 0)
			return -1;
		o->replace = true;
	}
	snprintf(room, sizeof(room), "%s", o->path);
	snprintf(base, sizeof(base), "%s", o->path);
	n = snprintf(o->temp, sizeof(o->temp), "%s/.%.200s.XXXXXX", dirname(room),
		     basename(base));
	if (n < 0 || (size_t)n >= sizeof(o->temp) || !mkdtemp(o->temp))
		return about(e, path, "cannot create");
	n = (int)umask(0);
	umask((mode_t)n);
	chmod(o->temp, 0777 & ~(mode_t)n);
	o->fd = open(o->temp, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (o->fd < 0)
		return about(e, path, "cannot create");
	o->is_open = true;
	return 0;
}

int outdir_commit(struct outdir *o, struct err *e)
{
	struct err ignored;
	int r = 0;

	close(o->fd);
	if (o->replace) {
		r = renameat2(AT_FDCWD, o->temp, AT_FDCWD, o->path, RENAME_EXCHANGE);
		if (!r)
			remove_tree(AT_FDCWD, o->temp, &ignored);
	} else {
		r = renameat2(AT_FDCWD, o->temp, AT_FDCWD, o->path,
			      RENAME_NOREPLACE);
	}
	if (r < 0) {
		about(e, o->path, "cannot name the finished directory");
		remove_tree(AT_FDCWD, o->temp, &ignored);
	}
	*o = (struct outdir){ .fd = -1 };
	return r;
}

void outdir_abort(struct outdir *o)
{
	struct err ignored;

	if (!o->is_open)
		return;
	close(o->fd);
	remove_tree(AT_FDCWD, o->temp, &ignored);
	*o = (struct outdir){ .fd = -1 };
}

/* Empty the directory fd, which is closed. Stored modes may forbid a look. */
static int remove_below(int fd, unsigned depth, struct err *e)
{
	DIR *d = depth < 4096 ? fdopendir(fd) : NULL;
	int r = 0;

	if (!d) {
		close(fd);
		return fail_sys(e, "cannot list");
	}
	for (struct dirent *de; !r && (de = readdir(d)); ) {
		int sub;

		if (!strcmp(de->d_name, ".") || !strcmp(de->d_name, ".."))
			continue;
		if (!unlinkat(fd, de->d_name, 0))
			continue;
		if (errno == ENOENT)
			continue;
		sub = openat(fd, de->d_name,
			     O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (sub < 0 || remove_below(sub, depth + 1, e) < 0 ||
		    unlinkat(fd, de->d_name, AT_REMOVEDIR) < 0)
			r = fail_sys(e, "cannot remove %s", de->d_name);
	}
	closedir(d);
	return r;
}

int remove_tree(int dirfd, const char *path, struct err *e)
{
	int fd = openat(dirfd, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0)
		return fail_sys(e, "cannot open %s", path);
	if (remove_below(fd, 0, e) < 0)
		return -1;
	return unlinkat(dirfd, path, AT_REMOVEDIR) < 0
		? fail_sys(e, "cannot remove %s", path) : 0;
}

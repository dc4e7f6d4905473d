/* out.c - results appear whole and under their own name, or not at all */
#include "core/out.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/maps.h"
#include "core/sparse.h"

/* Of what is mapped no more than that is touched at once. */
enum { PIECE = 1 << 20 };

static int refuse_existing(const char *path, struct err *e)
{
	fail(e, ERR_USAGE, "exists; add -f to replace it, or give another name");
	return err_about(e, path);
}

static int about(struct err *e, const char *path, const char *what)
{
	fail_sys(e, "%s", what);
	return err_about(e, path);
}

/* The directory part of path, in room of the same size. */
static const char *parent(const char *path, char *room, size_t n)
{
	snprintf(room, n, "%s", path);
	return dirname(room);
}

/* ".NAME.XXXXXX" beside path; NAME is cut where it would be too long. */
static int temp_name(const char *path, char *temp, size_t n, struct err *e)
{
	char dir[4096], base[4096];
	int r;

	snprintf(base, sizeof(base), "%s", path);
	r = snprintf(temp, n, "%s/.%.200s.XXXXXX",
		     parent(path, dir, sizeof(dir)), basename(base));
	if (r < 0 || (size_t)r >= n) {
		errno = ENAMETOOLONG;
		return about(e, path, "cannot make a temporary name");
	}
	return 0;
}

static mode_t usual_mode(void)
{
	mode_t mask = umask(0);

	umask(mask);
	return 0666 & ~mask;
}

static int open_temp(struct out *o, struct err *e)
{
	char dir[4096];

	o->fd = open(parent(o->path, dir, sizeof(dir)),
		     O_TMPFILE | O_WRONLY | O_CLOEXEC, 0666);
	if (o->fd >= 0) {
		o->unnamed = true;
		return 0;
	}
	if (temp_name(o->path, o->temp, sizeof(o->temp), e) < 0)
		return -1;
	o->fd = mkostemp(o->temp, O_CLOEXEC);
	if (o->fd < 0)
		return about(e, o->path, "cannot create");
	if (fchmod(o->fd, usual_mode()) < 0) {
		unlink(o->temp);
		close(o->fd);
		return about(e, o->path, "cannot create");
	}
	return 0;
}

int out_open(struct out *o, const char *path, bool force, struct err *e)
{
	struct stat st;

	*o = (struct out){ .fd = STDOUT_FILENO, .force = force };
	snprintf(o->path, sizeof(o->path), "%s", path);
	o->to_stdout = !strcmp(path, "-");
	if (o->to_stdout) {
		snprintf(o->path, sizeof(o->path), "standard output");
		o->is_open = true;
		return 0;
	}
	if (!lstat(path, &st)) {
		if (!S_ISREG(st.st_mode) && !S_ISLNK(st.st_mode) &&
		    !S_ISDIR(st.st_mode)) {
			/* /dev/null, /dev/full, a fifo: write into it */
			o->fd = open(path, O_WRONLY | O_CLOEXEC);
			if (o->fd < 0)
				return about(e, path, "cannot open");
			o->is_open = o->to_stdout = true;
			return 0;
		}
		if (S_ISDIR(st.st_mode)) {
			fail(e, ERR_USAGE, "is a directory; give -o a file name");
			return err_about(e, path);
		}
		if (!force)
			return refuse_existing(path, e);
	}
	if (open_temp(o, e) < 0)
		return -1;
	o->is_open = true;
	return 0;
}

int write_view(int fd, struct view v, struct err *e)
{
	while (v.len) {
		struct view piece = view_upto(v, 0, PIECE);
		ssize_t n;

		maps_touched(piece);
		n = write(fd, piece.p, piece.len);
		if (n < 0 && errno != EINTR)
			return fail_sys(e, "cannot write");
		if (n > 0)
			v = view_from(v, (uint64_t)n);
	}
	return 0;
}

int out_write(struct out *o, struct view v, struct err *e)
{
	if (write_view(o->fd, v, e) < 0)
		return err_about(e, o->path);
	o->written += v.len;
	return 0;
}

/* Give the unnamed file a name nobody has yet, in o->temp. */
static int link_temp(struct out *o, struct err *e)
{
	char proc[64];

	snprintf(proc, sizeof(proc), "/proc/self/fd/%d", o->fd);
	for (unsigned i = 0; i < 100; i++) {
		if (temp_name(o->path, o->temp, sizeof(o->temp), e) < 0)
			return -1;
		snprintf(o->temp + strlen(o->temp) - 6, 7, "%06x",
			 ((unsigned)getpid() * 131 + i) & 0xffffff);
		if (!linkat(AT_FDCWD, proc, AT_FDCWD, o->temp, AT_SYMLINK_FOLLOW))
			return 0;
		if (errno != EEXIST)
			break;
	}
	return about(e, o->path, "cannot name the finished file");
}

static int link_final(struct out *o, struct err *e)
{
	char proc[64];

	snprintf(proc, sizeof(proc), "/proc/self/fd/%d", o->fd);
	if (!linkat(AT_FDCWD, proc, AT_FDCWD, o->path, AT_SYMLINK_FOLLOW))
		return 0;
	return errno == EEXIST ? refuse_existing(o->path, e)
			       : about(e, o->path, "cannot name the finished file");
}

static int name_it(struct out *o, struct err *e)
{
	if (o->unnamed && !o->force)
		return link_final(o, e);
	if (o->unnamed && link_temp(o, e) < 0)
		return -1;
	if (!o->force) {
		if (link(o->temp, o->path) < 0)
			return errno == EEXIST ? refuse_existing(o->path, e)
				: about(e, o->path, "cannot name the finished file");
		unlink(o->temp);
	} else if (rename(o->temp, o->path) < 0) {
		about(e, o->path, "cannot name the finished file");
		unlink(o->temp);
		return -1;
	}
	o->temp[0] = 0;
	return 0;
}

int out_commit(struct out *o, struct err *e)
{
	int r = 0;

	if (!o->to_stdout)
		r = name_it(o, e);
	if (o->fd > STDERR_FILENO && close(o->fd) < 0 && !r)
		r = about(e, o->path, "cannot write");
	if (r < 0 && o->temp[0])
		unlink(o->temp);
	*o = (struct out){ 0 };
	return r;
}

void out_abort(struct out *o)
{
	if (!o->is_open)
		return;
	if (o->temp[0])
		unlink(o->temp);
	if (o->fd > STDERR_FILENO)
		close(o->fd);
	*o = (struct out){ 0 };
}

int out_save(const char *path, struct view v, bool force, struct err *e)
{
	struct out o;

	if (out_open(&o, path, force, e) < 0)
		return -1;
	if ((o.to_stdout ? write_view(o.fd, v, e) : write_sparse(o.fd, v, e)) < 0) {
		err_about(e, o.path);
		out_abort(&o);
		return -1;
	}
	return out_commit(&o, e);
}

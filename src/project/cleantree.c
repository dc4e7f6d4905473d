/* cleantree.c - personal data in a directory on disk */
#include "project/cleantrees.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/image.h"
#include "core/out.h"
#include "fs/dir.h"
#include "fs/meta.h"

struct walk {
	struct cleaning *c;
	const char *prefix;		/* "ROOTFS/", or "" */
	int rootfd;			/* -1: only look */
	struct err *e;
};

/* The directory that holds path below rootfd; no link is followed. */
static int open_above(int rootfd, const char *path, const char **name)
{
	int fd = dup(rootfd);
	const char *slash;

	while (fd >= 0 && (slash = strchr(path, '/'))) {
		char part[TREE_MOST_NAME + 1];
		int next;

		snprintf(part, sizeof(part), "%.*s", (int)(slash - path), path);
		next = openat(fd, part, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		close(fd);
		fd = next;
		path = slash + 1;
	}
	*name = path;
	return fd;
}

/* Written beside, then renamed: mode and time are the old ones. */
static int replace(int dirfd, const char *name, struct view v, struct err *e)
{
	static const char temp[] = ".fwtool-clean";
	struct timespec times[2];
	struct stat st;
	int fd, bad;

	if (fstatat(dirfd, name, &st, AT_SYMLINK_NOFOLLOW) < 0 || !S_ISREG(st.st_mode))
		return fail_sys(e, "cannot change");
	unlinkat(dirfd, temp, 0);
	fd = openat(dirfd, temp, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
		    0600);
	if (fd < 0)
		return fail_sys(e, "cannot write");
	times[0] = st.st_atim;
	times[1] = st.st_mtim;
	bad = write_view(fd, v, e) < 0 || fchmod(fd, st.st_mode & 07777) < 0 ||
	      futimens(fd, times) < 0;
	close(fd);
	if (!bad && renameat(dirfd, temp, dirfd, name) < 0)
		bad = fail_sys(e, "cannot rename");
	if (bad)
		unlinkat(dirfd, temp, 0);
	return bad ? -1 : 0;
}

static int apply(const struct walk *w, const char *path, enum cleaned what,
		 struct view left, struct err *e)
{
	const char *name;
	int fd = open_above(w->rootfd, path, &name), bad;

	if (fd < 0)
		return fail_sys(e, "%s%s: cannot open", w->prefix, path);
	if (what == CLEAN_REMOVED)
		bad = unlinkat(fd, name, 0) < 0 ? fail_sys(e, "cannot remove") : 0;
	else
		bad = replace(fd, name, left, e);
	close(fd);
	return bad ? within(e, "%s%s", w->prefix, path) : 0;
}

static int visit(const struct node *n, const char *path, void *arg)
{
	struct walk *w = arg;
	struct buf content = { 0 }, left = { 0 }, where = { 0 };
	enum cleaned what;
	int bad = 0;

	if (!S_ISREG(n->mode) || n->same)
		return 0;
	if (n->size && n->content.load(&n->content, &content, w->e) < 0) {
		buf_free(&content);
		return -1;
	}
	put_text(&where, "%s%s", w->prefix, path);
	what = clean_file(w->c, path, buf_string(&where), buf_view(&content), &left);
	if (what != CLEAN_SAME && w->rootfd >= 0)
		bad = apply(w, path, what, buf_view(&left), w->e);
	buf_free(&content);
	buf_free(&left);
	buf_free(&where);
	return bad;
}

int clean_nodes(struct cleaning *c, const struct tree *t, const char *prefix,
		int rootfd, struct err *e)
{
	struct walk w = { c, prefix, rootfd, e };

	return tree_each(t, visit, &w);
}

/* "origin ..." says from now on that nothing of the original is to be left. */
static int mark_list(const char *path, bool *marked, struct err *e)
{
	struct image im = { 0 };
	struct meta m = { 0 };
	struct buf out = { 0 };
	const uint8_t *line, *end;
	int bad;

	*marked = false;
	if (access(path, F_OK) < 0)
		return 0;
	bad = image_open(&im, path, e) < 0 || meta_read(&m, im.v, e) < 0;
	line = bad ? NULL : memmem(im.v.p, im.v.len, "\norigin ", 8);
	end = line ? memchr(line + 1, '\n', im.v.len - (size_t)(line + 1 - im.v.p)) : NULL;
	if (end) {
		*marked = true;
		put(&out, im.v.p, (size_t)(end - im.v.p));
		if (!m.from.cleaned)
			put_text(&out, " cleaned");
		put_view(&out, view_from(im.v, (uint64_t)(end - im.v.p)));
	}
	meta_free(&m);
	image_close(&im);
	if (!bad && end)
		bad = out_save(path, buf_view(&out), true, e);
	buf_free(&out);
	return bad ? err_about(e, path) : 0;
}

int clean_dir_as(struct cleaning *c, const char *dir, const char *prefix, bool apply,
		 struct scrubbed *s, struct err *e)
{
	char *list = xasprintf("%s.fwmeta", dir);
	struct tree t = { 0 };
	bool marked = false;
	int fd = apply ? open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1, bad;

	tree_init(&t);
	bad = apply && fd < 0 ? fail_sys(e, "%s", dir) : 0;
	if (!bad)
		bad = dir_load(&t, dir, &(struct dir_load){ 0 }, e);
	if (!bad)
		bad = clean_nodes(c, &t, prefix, fd, e);
	if (!bad && apply)
		bad = mark_list(list, &marked, e);
	s->trees += marked;
	tree_free(&t);
	if (fd >= 0)
		close(fd);
	free(list);
	return bad;
}

int clean_dir(struct cleaning *c, const char *dir, bool apply, struct scrubbed *s,
	      struct err *e)
{
	size_t n = strlen(dir);
	char *plain = xasprintf("%.*s", (int)(n > 1 && dir[n - 1] == '/' ? n - 1 : n),
				dir);
	int bad = clean_dir_as(c, plain, "", apply, s, e);

	free(plain);
	return bad;
}

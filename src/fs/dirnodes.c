/* dirnodes.c - what of a tree has no bytes: links and devices, on disk */
#include "fs/dirnodes.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/sysmacros.h>
#include <unistd.h>

int about_node(const struct node *n, const char *what, struct err *e)
{
	struct buf path = { 0 };

	fail_sys(e, "%s", what);
	tree_path(n, &path);
	err_about(e, buf_string(&path));
	buf_free(&path);
	return -1;
}

static bool on_disk(const struct node *n)
{
	return !(n->mark & MARK_UNMADE);
}

static int put_device(struct saving *s, struct node *n, int at, struct err *e)
{
	dev_t dev = makedev(n->major, n->minor);

	if (!s->o->devices) {
		n->mark |= MARK_UNMADE;
		return 0;
	}
	if (mknodat(at, n->name, (n->mode & S_IFMT) | (n->mode & 0777), dev) < 0)
		return about_node(n, "cannot make the device node; leave out "
				  "--devices, or be root", e);
	return 0;
}

/* The kernel has no empty targets and none over 4095; those stay listed. */
static int put_link(struct saving *s, struct node *n, int at, struct err *e)
{
	struct timespec ts[2] = { { .tv_nsec = UTIME_OMIT },
				  { .tv_sec = n->mtime } };
	struct buf b = { 0 };
	int r;

	if (s->o->links == LINKS_SKIP || !*n->target ||
	    strlen(n->target) > 4095) {
		n->mark |= MARK_UNMADE;
		return 0;
	}
	if (s->o->links == LINKS_RELATIVE && *n->target == '/') {
		link_relative(n, &b);
		n->mark |= MARK_MOVED;
	} else {
		put(&b, n->target, strlen(n->target));
	}
	r = symlinkat(buf_string(&b), at, n->name);
	buf_free(&b);
	if (r < 0)
		return about_node(n, "cannot create", e);
	if (n->mtime != TREE_NO_TIME)
		utimensat(at, n->name, ts, AT_SYMLINK_NOFOLLOW);
	return 0;
}

/* A file system without hard links, or with few of them, gets a copy less. */
static int put_hard(struct saving *s, struct node *n, int at, struct err *e)
{
	int from;

	if (!on_disk(n->same)) {
		n->mark |= MARK_UNMADE;
		return 0;
	}
	from = dirwalk_to(&s->walk2, n->same->parent, e);
	if (from < 0)
		return -1;
	if (linkat(from, n->same->name, at, n->name, 0) < 0)
		return about_node(n, "cannot make the hard link", e);
	return 0;
}

/* After the files: hard links to them, devices, and symbolic links last. */
int dir_save_others(struct saving *s, struct err *e)
{
	for (unsigned pass = 0; pass < 4; pass++) {
		for (size_t i = 0; i < s->n; i++) {
			struct node *n = s->list[i];
			bool link = S_ISLNK(n->mode);
			int at, r = 0;

			if (S_ISDIR(n->mode) || is_file(n) ||
			    pass != (link ? 2u : 0u) + !!n->same)
				continue;
			at = dirwalk_to(&s->walk, n->parent, e);
			if (at < 0)
				return -1;
			if (n->same)
				r = put_hard(s, n, at, e);
			else if (link)
				r = put_link(s, n, at, e);
			else
				r = put_device(s, n, at, e);
			if (r < 0)
				return -1;
		}
	}
	return 0;
}

void set_time(int fd, int64_t mtime)
{
	struct timespec ts[2] = { { .tv_nsec = UTIME_OMIT }, { .tv_sec = mtime } };

	if (mtime != TREE_NO_TIME)
		futimens(fd, ts);
}

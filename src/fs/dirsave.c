/* dirsave.c - a tree as a directory on disk */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "core/hash.h"
#include "core/log.h"
#include "core/out.h"
#include "core/par.h"
#include "fs/dir.h"
#include "fs/dirfd.h"

enum { BLOCK = 4096, BIG_FILE = 16 << 20 };

/* A file on its way: loaded by a worker, written in order. */
struct slot { struct buf b; struct err e; bool bad; };

struct saving {
	struct tree *t;
	const struct dir_save *o;
	struct dirwalk walk, walk2;
	struct node **list;		/* in order, directories before content */
	size_t n, cap;
	struct slot *slot;
	size_t slots;
	uint64_t bytes, done;
	mode_t umask;
};

static int about_node(const struct node *n, const char *what, struct err *e)
{
	struct buf path = { 0 };

	fail_sys(e, "%s", what);
	tree_path(n, &path);
	err_about(e, buf_string(&path));
	buf_free(&path);
	return -1;
}

static int collect(struct saving *s, struct node *dir)
{
	for (struct node *n = dir->child; n; n = n->next) {
		n->mark = 0;
		s->list = xgrow(s->list, &s->cap, s->n + 1, sizeof(*s->list));
		s->list[s->n++] = n;
		if (S_ISREG(n->mode) && !n->same)
			s->bytes += n->size;
		if (n->child)
			collect(s, n);
	}
	return 0;
}

static bool is_file(const struct node *n)
{
	return S_ISREG(n->mode) && !n->same;
}

static void load(struct slot *k, const struct node *n)
{
	k->bad = n->size && n->content.load(&n->content, &k->b, &k->e) < 0;
	if (!k->bad && k->b.len != n->size) {
		fail(&k->e, ERR_FORMAT, "content is shorter than its size says; the "
		     "image is damaged");
		k->bad = true;
	}
}

/* On a worker. Big files wait for their turn, so that memory is bounded. */
static void work(size_t i, void *arg)
{
	struct saving *s = arg;
	struct slot *k = &s->slot[i % s->slots];

	buf_clear(&k->b);
	k->e = (struct err){ 0 };
	k->bad = false;
	if (is_file(s->list[i]) && s->list[i]->size < BIG_FILE)
		load(k, s->list[i]);
}

static bool is_hole(struct view v)
{
	return v.len == BLOCK && !v.p[0] && view_run(v, 0) == v.len;
}

/* Whole blocks of zeroes become holes; the size is right at the end. */
static int write_sparse(int fd, struct view v, struct err *e)
{
	uint64_t from = 0, at = 0;
	bool hole = false;

	for (; at < v.len; at += BLOCK) {
		bool zero = is_hole(view_upto(v, at, BLOCK));

		if (zero && !hole && at > from &&
		    write_view(fd, view_sub(v, from, at - from), e) < 0)
			return -1;
		if (!zero && hole &&
		    lseek(fd, (off_t)(at - from), SEEK_CUR) < 0)
			return fail_sys(e, "cannot write");
		if (zero != hole)
			from = at;
		hole = zero;
	}
	if (hole)
		return ftruncate(fd, (off_t)v.len) < 0
			? fail_sys(e, "cannot write") : 0;
	return write_view(fd, view_from(v, from), e);
}

static void set_time(int fd, int64_t mtime)
{
	struct timespec ts[2] = { { .tv_nsec = UTIME_OMIT }, { .tv_sec = mtime } };

	if (mtime != TREE_NO_TIME)
		futimens(fd, ts);
}

/* What could not be loaded is zeroes, and said; without partial it ends. */
static int settle(struct saving *s, struct node *n, struct slot *k,
		  struct err *e)
{
	struct buf path = { 0 };

	if (!k->bad)
		return 0;
	tree_path(n, &path);
	within(&k->e, "%s", buf_string(&path));
	buf_free(&path);
	if (!s->o->partial) {
		*e = k->e;
		return -1;
	}
	log_err(LOG_WARNING, &k->e);
	if (k->b.len < n->size)
		put_fill(&k->b, 0, n->size - k->b.len);
	k->b.len = n->size;
	return 0;
}

static int put_file(struct saving *s, struct node *n, struct slot *k,
		    struct err *e)
{
	mode_t mode = (n->mode & 0777) | 0600;
	int at = dirwalk_to(&s->walk, n->parent, e), fd, r = -1;

	if (at < 0)
		return -1;
	if (n->size >= BIG_FILE)
		load(k, n);
	if (settle(s, n, k, e) < 0)
		return -1;
	fd = openat(at, n->name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW |
		    O_CLOEXEC, mode);
	if (fd < 0)
		return about_node(n, "cannot create", e);
	if (write_sparse(fd, buf_view(&k->b), e) < 0)
		about_node(n, "cannot write", e);
	else if ((mode & s->umask) && fchmod(fd, mode) < 0)
		about_node(n, "cannot set the mode", e);
	else
		r = 0;
	set_time(fd, n->mtime);
	close(fd);
	n->mark = MARK_CRC | crc32_of(0, buf_view(&k->b));
	if (n->size >= BIG_FILE)
		buf_free(&k->b);
	return r;
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

static int done(size_t i, void *arg, struct err *e)
{
	struct saving *s = arg;
	struct node *n = s->list[i];

	if (S_ISDIR(n->mode))
		return put_dir(s, n, e);
	if (!is_file(n))
		return 0;
	if (put_file(s, n, &s->slot[i % s->slots], e) < 0)
		return -1;
	s->done += n->size;
	if (s->o->progress)
		s->o->progress(s->done, s->bytes, s->o->arg);
	return 0;
}

static int put_files(struct saving *s, struct err *e)
{
	struct par p = { work, done, s, 0 };
	int r;

	s->slots = (size_t)par_jobs() * 8;
	p.ahead = s->slots;
	s->slot = xcalloc(s->slots, sizeof(*s->slot));
	r = par_run(&p, s->n, e);
	for (size_t i = 0; i < s->slots; i++)
		buf_free(&s->slot[i].b);
	free(s->slot);
	return r;
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
static int put_others(struct saving *s, struct err *e)
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

/* Last of all, as everything made in a directory changes its time. */
static int put_times(struct saving *s, struct err *e)
{
	for (size_t i = s->n; i-- > 0; ) {
		struct node *n = s->list[i];
		int fd;

		if (!S_ISDIR(n->mode) || n->mtime == TREE_NO_TIME)
			continue;
		fd = dirwalk_to(&s->walk, n, e);
		if (fd < 0)
			return -1;
		set_time(fd, n->mtime);
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
	if (put_files(&s, e) < 0 || put_others(&s, e) < 0 ||
	    put_times(&s, e) < 0)
		goto out;
	r = 0;
out:
	dirwalk_free(&s.walk);
	dirwalk_free(&s.walk2);
	free(s.list);
	return r;
}

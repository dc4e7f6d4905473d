/* tar.c - a tree as a tar stream, by libarchive */
#include "fs/tar.h"

#include "core/log.h"
#include "fs/archive.h"

struct adding {
	struct tar *t;
	const char *prefix;
	bool partial;
	struct err *e;
};

static la_ssize_t write_some(struct archive *a, void *arg, const void *p, size_t n)
{
	struct tar *t = arg;

	(void)a;
	return out_write(t->o, (struct view){ p, n, 0 }, t->e) < 0
		? -1 : (la_ssize_t)n;
}

int tar_open(struct tar *t, struct out *o, struct err *e)
{
	*t = (struct tar){ .o = o, .e = e };
	if (!libarchive())
		return fail(e, ERR_UNSUPPORTED, "tar streams need libarchive.so.13; "
			    "install libarchive13");
	t->a = libarchive()->archive_write_new();
	libarchive()->archive_write_set_format_pax_restricted(t->a);
	/* The way that GNU tar reads too, and no second one beside it. */
	libarchive()->archive_write_set_format_option(t->a, "pax", "xattrheader",
						      "SCHILY");
	libarchive()->archive_write_set_bytes_per_block(t->a, 65536);
	libarchive()->archive_write_set_bytes_in_last_block(t->a, 512);
	if (libarchive()->archive_write_open(t->a, t, NULL, write_some, NULL))
		return fail(e, ERR_IO, "tar: %s; see the manual of libarchive",
			    libarchive()->archive_error_string(t->a));
	return 0;
}

static int tar_failed(struct adding *w, const struct node *n, struct err *e)
{
	struct buf path = { 0 };

	if (e->kind != ERR_NONE)
		return -1;
	fail(e, ERR_UNSUPPORTED, "cannot be in a tar: %s; extract it to a directory",
	     libarchive()->archive_error_string(w->t->a));
	tree_path(n, &path);
	err_about(e, buf_string(&path));
	buf_free(&path);
	return -1;
}

static void put_path(const struct adding *w, const struct node *n,
		     struct buf *out)
{
	put_text(out, "%s", w->prefix);
	if (out->len && n->parent)
		put8(out, '/');
	if (!out->len && !n->parent)
		put_text(out, ".");
	tree_path(n, out);
	if (S_ISDIR(n->mode))
		put8(out, '/');
}

static struct archive_entry *make_entry(const struct adding *w,
					const struct node *n, const char *path)
{
	struct archive_entry *ae = libarchive()->archive_entry_new();

	libarchive()->archive_entry_set_pathname(ae, path);
	libarchive()->archive_entry_set_mode(ae, n->mode);
	libarchive()->archive_entry_set_uid(ae, n->uid);
	libarchive()->archive_entry_set_gid(ae, n->gid);
	libarchive()->archive_entry_set_mtime(ae, n->mtime == TREE_NO_TIME ? 0
					      : n->mtime, 0);
	libarchive()->archive_entry_set_size(ae, S_ISREG(n->mode)
					     ? (la_int64_t)n->size : 0);
	if (S_ISLNK(n->mode))
		libarchive()->archive_entry_set_symlink(ae, n->target);
	if (S_ISCHR(n->mode) || S_ISBLK(n->mode)) {
		libarchive()->archive_entry_set_rdevmajor(ae, n->major);
		libarchive()->archive_entry_set_rdevminor(ae, n->minor);
	}
	for (const struct xattr *x = n->xattr; x; x = x->next)
		libarchive()->archive_entry_xattr_add_entry(ae, x->name, x->value.p,
							    x->value.len);
	(void)w;
	return ae;
}

/* What a damaged file lacks is zeroes, as when it goes to disk. */
static int load(struct adding *w, const struct node *n, struct buf *b)
{
	struct err e = { 0 };
	struct buf path = { 0 };

	if (!n->size || !n->content.load(&n->content, b, &e))
		return 0;
	tree_path(n, &path);
	within(&e, "%s", buf_string(&path));
	buf_free(&path);
	if (!w->partial) {
		*w->e = e;
		return -1;
	}
	log_err(LOG_WARNING, &e);
	if (b->len > n->size)
		b->len = n->size;
	return 0;	/* libarchive fills up with zeroes */
}

static int put_entry(struct adding *w, const struct node *n, const char *path)
{
	struct archive_entry *ae = make_entry(w, n, path);
	struct buf b = { 0 };
	int r = -1;

	if (S_ISREG(n->mode) && load(w, n, &b) < 0)
		goto out;
	w->e->kind = ERR_NONE;
	if (libarchive()->archive_write_header(w->t->a, ae) < ARCHIVE_WARN ||
	    (b.len && libarchive()->archive_write_data(w->t->a, b.p, b.len) < 0) ||
	    libarchive()->archive_write_finish_entry(w->t->a) < ARCHIVE_WARN) {
		tar_failed(w, n, w->e);
		goto out;
	}
	r = 0;
out:
	buf_free(&b);
	libarchive()->archive_entry_free(ae);
	return r;
}

/* The first name of a hard-linked file carries it; tar has it come first. */
static int put_hard(struct adding *w, const struct node *n, const char *path)
{
	const struct node *first = (struct node *)(uintptr_t)tree_self(n)->mark;
	struct archive_entry *ae = make_entry(w, tree_self(n), path);
	struct buf to = { 0 };
	int r = 0;

	put_path(w, first, &to);
	libarchive()->archive_entry_set_hardlink(ae, buf_string(&to));
	libarchive()->archive_entry_set_size(ae, 0);
	w->e->kind = ERR_NONE;
	if (libarchive()->archive_write_header(w->t->a, ae) < ARCHIVE_WARN)
		r = tar_failed(w, n, w->e);
	libarchive()->archive_entry_free(ae);
	buf_free(&to);
	return r;
}

static int visit(const struct node *n, const char *unused, void *arg)
{
	struct adding *w = arg;
	struct node *self = tree_self(n);
	struct buf path = { 0 };
	int r = 0;

	(void)unused;
	put_path(w, n, &path);
	if (S_ISSOCK(self->mode)) {
		warn("tar.socket", "%s: a socket cannot be in a tar; left out",
		     buf_string(&path));
	} else if (self->mark) {
		r = put_hard(w, n, buf_string(&path));
	} else {
		self->mark = (uintptr_t)n;
		r = put_entry(w, self, buf_string(&path));
	}
	buf_free(&path);
	return r;
}

static void clear(struct node *n)
{
	n->mark = 0;
	for (n = n->child; n; n = n->next)
		clear(n);
}

int tar_add(struct tar *t, struct tree *tree, const char *prefix, bool partial,
	    struct err *e)
{
	struct adding w = { t, prefix, partial, e };
	int r;

	t->e = e;
	clear(tree->root);
	r = tree_each(tree, visit, &w);
	clear(tree->root);
	return r;
}

int tar_close(struct tar *t, struct err *e)
{
	int r = 0;

	t->e = e;
	if (e)
		e->kind = ERR_NONE;
	if (t->a && libarchive()->archive_write_close(t->a) != ARCHIVE_OK)
		r = e->kind != ERR_NONE ? -1
			: fail(e, ERR_IO, "tar: %s; run again",
			       libarchive()->archive_error_string(t->a));
	if (t->a)
		libarchive()->archive_write_free(t->a);
	*t = (struct tar){ 0 };
	return r;
}

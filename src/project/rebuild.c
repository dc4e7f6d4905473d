/* rebuild.c - a directory and its .fwmeta as a file system image again */
#include "project/rebuilding.h"

#include <stdlib.h>

#include "core/log.h"
#include "fs/dir.h"
#include "fs/times.h"

enum { KEPT = 32 << 20 };	/* of the tree, to compare with what was made */

static int read_list(struct job *j, struct err *e)
{
	const char *path = j->b->meta;
	const struct format *f;

	if (path && (image_open(&j->r->list, path, e) < 0 ||
		     meta_read(&j->r->m, j->r->list.v, e) < 0))
		return err_about(e, path);
	if (j->r->m.from.chosen && !j->b->anew) {
		fail(e, ERR_USAGE, "holds only what was asked for of a file system; "
		     "extract all of it, or build this alone with --rebuild");
		return err_about(e, j->b->dir);
	}
	f = j->b->format ? j->b->format : j->r->m.format;
	if (!f) {
		fail(e, ERR_USAGE, "nothing says which file system to build; give "
		     "--jffs2, or the tree with its .fwmeta");
		return err_about(e, j->b->dir);
	}
	if (!f->fs)
		return fail(e, ERR_UNSUPPORTED, "%s is no file system; give the format to "
			    "build instead", f->name);
	j->fs = f->fs;
	j->r->format = f;
	return 0;
}

/* What another format had to say, and its numbers, mean nothing to this one. */
static void forget_original(struct node *n)
{
	n->as = NULL;
	n->ino = 0;
	for (n = n->child; n; n = n->next)
		forget_original(n);
}

static int read_tree(struct job *j, struct err *e)
{
	struct dir_load how = { .owners = !j->b->meta && j->b->owners,
				.xattrs = !j->b->meta, .skip = j->b->skip,
				.keep = KEPT };

	tree_init(&j->t);
	if (dir_load(&j->t, j->b->dir, &how, e) < 0)
		return -1;
	if (j->b->meta && meta_apply(&j->r->m, &j->t, &j->r->changes, e) < 0)
		return -1;
	if (j->b->change && j->b->change(&j->t, j->b->arg, e) < 0)
		return -1;
	tree_finish(&j->t);
	if (j->r->m.format != j->r->format)
		forget_original(j->t.root);
	return 0;
}

static void put_options(const struct fs *fs, const void *opts, struct buf *out)
{
	for (const struct option *o = fs->opts; o && o->kind; o++) {
		size_t n = opt_times(o, opts, fs->defaults);

		for (size_t i = 0; i < n; i++) {
			put_text(out, "%s=", o->name ? o->name : "");
			opt_value(o, opts, i, out);
			put8(out, '\n');
		}
	}
}

static void block_size(struct job *j)
{
	for (const struct option *o = j->fs->opts; o && o->kind; o++)
		if (o->letter == 'e' && o->kind == OPT_UINT)
			j->r->block = *(uint64_t *)((char *)j->opts + o->where);
}

/* What the command line says of them goes before what the list says. */
static int adjust(struct job *j, struct err *e)
{
	void *learnt = xmalloc(j->fs->optsize + 1);
	int r;

	memcpy(learnt, j->opts, j->fs->optsize);
	r = j->b->adjust(j->r->format, j->opts, j->b->arg, e);
	if (r == 0 && j->fs->forget && j->fs->forget(learnt, j->opts)) {
		memcpy(j->opts, learnt, j->fs->optsize);
		r = j->b->adjust(j->r->format, j->opts, j->b->arg, e);
	}
	free(learnt);
	return r;
}

/* The format's own, then the list's, then the command line's. */
static int make_options(struct job *j, struct err *e)
{
	const struct meta *m = &j->r->m;
	struct buf before = { 0 }, after = { 0 };
	int r = 0;

	j->opts = xcalloc(1, j->fs->optsize + 1);
	if (j->fs->defaults)
		memcpy(j->opts, j->fs->defaults, j->fs->optsize);
	if (m->opts && m->format == j->r->format)
		memcpy(j->opts, m->opts, j->fs->optsize);
	put_options(j->fs, j->opts, &before);
	if (j->b->adjust)
		r = adjust(j, e);
	put_options(j->fs, j->opts, &after);
	j->same_opts = m->format == j->r->format &&
		       view_equal(buf_view(&before), buf_view(&after));
	buf_free(&before);
	buf_free(&after);
	if (j->b->anew && j->fs->fresh)
		j->fs->fresh(j->opts);
	if (j->fs->describe)
		j->fs->describe(j->opts, &j->r->opts);
	block_size(j);
	return r;
}

int rebuild_start(struct job *j, struct err *e)
{
	return read_list(j, e) < 0 || read_tree(j, e) < 0 ||
	       make_options(j, e) < 0 ? -1 : 0;
}

void rebuild_free(struct job *j)
{
	free(j->opts);
	if (j->t.root)
		tree_free(&j->t);
	if (j->was_tree.root)
		tree_free(&j->was_tree);
}

int tree_touched(const struct rebuild *b, const char *sha256, bool *touched,
		 struct err *e)
{
	struct rebuilt made = { 0 };
	struct job j = { .b = b, .r = &made };
	char sum[SHA256_TEXT];
	int r = rebuild_start(&j, e);

	if (!r) {
		sha256_text(made.list.v, sum);
		*touched = b->anew || made.changes.n || !j.same_opts ||
			   strcmp(sum, sha256);
	}
	rebuild_free(&j);
	rebuilt_free(&made);
	return r;
}

/* The original counts only if it is what the list names by its hash. */
static void find_original(struct job *j)
{
	const struct origin *from = &j->r->m.from;
	struct view was = view_sub(j->b->original, 0, from->size);
	char sum[SHA256_TEXT];

	if (!was.len || !from->sha256[0] || j->r->m.format != j->r->format)
		return;
	sha256_text(was, sum);
	if (!strcmp(sum, from->sha256))
		j->was = was;
	else
		note("repack.original", "the original is not what the .fwmeta names; "
		     "the image is laid out anew");
}

/* Without an update() the original is of use only where nothing changed. */
static int is_unchanged(struct job *j, struct err *e)
{
	if (!j->was_tree.root) {
		tree_init(&j->was_tree);
		if (j->fs->read(j->was, &j->was_tree, e) < 0)
			return -1;
	}
	return tree_same(&j->was_tree, &j->t, NULL, e);
}

/* What cannot be built is still there where nothing changed: its original. */
static int cannot_build(const struct job *j, struct err *e)
{
	return fail(e, ERR_UNSUPPORTED, "%s can be read but not built yet; %s",
		    j->r->format->name, j->was.len ?
		    "undo the changes, or give another format to build" :
		    "give another format to build, or --original FILE for an "
		    "unchanged tree");
}

static int prepare_anew(struct job *j, struct err *e)
{
	bool other = j->r->m.format && j->r->m.format != j->r->format;
	size_t before = other ? times_known(j->t.root) : 0, lost;

	if (j->fs->prepare && j->fs->prepare(&j->t, j->opts, true, e) < 0)
		return -1;
	lost = other ? times_known(j->t.root) : 0;
	lost = before > lost ? before - lost : 0;
	if (lost)
		note("repack.times", "%s has no room for the time%s of %zu file%s",
		     j->r->format->name, lost == 1 ? "" : "s", lost,
		     lost == 1 ? "" : "s");
	return 0;
}

static int write_anew(struct job *j, struct buf *out, struct err *e)
{
	if (!j->fs->write)
		return cannot_build(j, e);
	if (prepare_anew(j, e) < 0)
		return -1;
	j->r->how = REBUILT_ANEW;
	return j->fs->write(&j->t, j->opts, out, e);
}

static int update(struct job *j, struct buf *out, struct err *e)
{
	size_t start = out->len;

	if (j->fs->prepare && j->fs->prepare(&j->t, j->opts, false, e) < 0)
		return -1;
	if (j->fs->alike && find_unchanged(j, e) < 0)
		return -1;
	if (j->fs->update(j->was, &j->t, j->opts, j->b->room, out, &j->r->kept,
			  e) < 0)
		return -1;
	j->r->how = view_equal(view_from(buf_view(out), start), j->was)
		  ? REBUILT_COPIED : REBUILT_UPDATED;
	return 0;
}

static int copy(struct job *j, struct buf *out)
{
	put_view(out, j->was);
	j->r->how = REBUILT_COPIED;
	return 0;
}

static int build(struct job *j, struct buf *out, struct err *e)
{
	size_t start = out->len;
	struct err ignored;
	int same;

	if (!j->was.len || !j->same_opts || j->b->anew || j->r->m.from.cleaned)
		return write_anew(j, out, e);
	if (j->fs->update) {
		if (!update(j, out, e))
			return 0;
		/* What we would not make ourselves may be kept as it is. */
		out->len = start;
		if (j->r->changes.n || is_unchanged(j, &ignored) <= 0)
			return -1;
		return copy(j, out);
	}
	same = is_unchanged(j, e);
	if (same <= 0)
		return same < 0 ? -1 : write_anew(j, out, e);
	return copy(j, out);
}

static int count_devices(const struct node *n, const char *path, void *arg)
{
	size_t *devices = arg;

	(void)path;
	if (!S_ISREG(n->mode) && !S_ISDIR(n->mode) && !S_ISLNK(n->mode))
		++*devices;
	return 0;
}

int tree_rebuild(const struct rebuild *b, struct buf *out, struct rebuilt *r,
		 struct err *e)
{
	struct job j = { .b = b, .r = r };
	size_t start = out->len;
	struct view made;
	int result = -1;

	*r = (struct rebuilt){ 0 };
	if (rebuild_start(&j, e) < 0)
		goto out;
	find_original(&j);
	if (build(&j, out, e) < 0)
		goto out;
	made = view_from(buf_view(out), start);
	compare_with_original(&j, made);
	if (r->m.from.damages && r->how != REBUILT_COPIED)
		warn("repack.damaged", "the original was damaged in %llu place%s; what "
		     "was lost there is missing in the new image too",
		     (unsigned long long)r->m.from.damages,
		     r->m.from.damages == 1 ? "" : "s");
	tree_each(&j.t, count_devices, &r->devices);
	if (check_room(&j, made, e) < 0)
		goto out;
	result = read_back(&j, made, e);
out:
	rebuild_free(&j);
	return result;
}

void rebuilt_free(struct rebuilt *r)
{
	changes_free(&r->changes);
	meta_free(&r->m);
	buf_free(&r->opts);
	image_close(&r->list);
	*r = (struct rebuilt){ 0 };
}

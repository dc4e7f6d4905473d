/* rebuildstart.c - what is there before building: list, tree, options, original */
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

static void sum_original(void *arg)
{
	struct job *j = arg;

	sha256_text(j->was, j->was_sum);
}

/* The original counts only if it is what the list names by its hash. */
static void start_original(struct job *j)
{
	const struct origin *from = &j->r->m.from;

	if (from->sha256[0] && j->r->m.format == j->r->format)
		j->was = view_sub(j->b->original, 0, from->size);
	if (j->was.len)
		aside_start(&j->summing, sum_original, j);
}

static void find_original(struct job *j)
{
	aside_wait(&j->summing);
	if (!j->was.len || !strcmp(j->was_sum, j->r->m.from.sha256))
		return;
	j->was.len = 0;
	note("repack.original", "the original is not what the .fwmeta names; "
	     "the image is laid out anew");
}

int rebuild_start(struct job *j, struct err *e)
{
	if (read_list(j, e) < 0)
		return -1;
	start_original(j);
	if (read_tree(j, e) < 0 || make_options(j, e) < 0)
		return -1;
	find_original(j);
	return 0;
}

void rebuild_free(struct job *j)
{
	aside_wait(&j->summing);
	free(j->opts);
	if (j->t.root)
		tree_free(&j->t);
	if (j->was_tree.root)
		tree_free(&j->was_tree);
}

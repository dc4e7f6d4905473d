/* rebuild.c - a directory and its .fwmeta as a file system image again */
#include "project/rebuilding.h"

#include "core/log.h"
#include "core/text.h"
#include "fs/times.h"

static void tell_modes(const struct rebuilt *r)
{
	struct buf path = { 0 };

	if (!r->changes.modes)
		return;
	put_name(&path, r->changes.moded);
	note("repack.mode", "%zu file%s (%s) %s another mode on disk than in the list; the "
	     "list counts", r->changes.modes, r->changes.modes == 1 ? "" : "s",
	     buf_string(&path), r->changes.modes == 1 ? "has" : "have");
	buf_free(&path);
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
		if (!*touched)
			tell_modes(&made);
	}
	rebuild_free(&j);
	rebuilt_free(&made);
	return r;
}

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
	if (build(&j, out, e) < 0)
		goto out;
	made = view_from(buf_view(out), start);
	compare_with_original(&j, made);
	if (r->m.from.damages && r->how != REBUILT_COPIED)
		warn("repack.damaged", "the original was damaged in %llu place%s; what "
		     "was lost there is missing in the new image too",
		     (unsigned long long)r->m.from.damages,
		     r->m.from.damages == 1 ? "" : "s");
	tell_modes(r);
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

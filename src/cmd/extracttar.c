/* extracttar.c - the trees as one tar stream, which needs no .fwmeta */
#include "cmd/extract.h"
#include "core/out.h"
#include "fs/tar.h"

struct stream { struct extraction *x; struct tar tar; };

/* The one part that is a file system needs no directory of its own. */
static bool is_only(const struct extraction *x, const char *name)
{
	for (size_t i = 0; i < x->l.plan.n; i++)
		if (x->l.n == 1 && !strcmp(x->l.plan.part[i].dir, name))
			return true;
	return false;
}

static int add_tree(void *arg, const char *name, const struct source *s,
		    struct buf *list, struct extracted *got, struct err *e)
{
	struct stream *to = arg;
	struct tree t;
	int r;

	(void)list;
	r = extract_read(s, &t, &to->x->how, got, e);
	if (!r)
		r = tar_add(&to->tar, &t, is_only(to->x, name) ? "" : name,
			    to->x->how.partial, e);
	tree_free(&t);
	return r;
}

int extract_tar(struct extraction *x, const char *file, struct err *e)
{
	struct stream to = { .x = x };
	struct opening opening = { 0 };
	struct out out = { 0 };
	struct err ignored = { 0 };
	int r = -1;

	if (!strcmp(file, "-") && x->r->common->json)
		return fail(e, ERR_USAGE, "--tar - and --json both want standard output; "
			    "give --tar a file");
	if (out_open(&out, x->r->common->dry_run ? "/dev/null" : file,
		     x->r->common->force, e) < 0 ||
	    tar_open(&to.tar, &out, e) < 0)
		goto out;
	if (extract_each(x, &opening, &(struct visitor){ add_tree, NULL, &to },
			 e) < 0)
		goto out;
	if (tar_close(&to.tar, e) < 0 || out_commit(&out, e) < 0)
		goto out;
	r = 0;
out:
	tar_close(&to.tar, &ignored);
	out_abort(&out);
	opening_free(&opening);
	return r;
}

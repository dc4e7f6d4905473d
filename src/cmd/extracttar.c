/* extracttar.c - the trees as one tar stream, which needs no .fwmeta */
#include "cmd/extract.h"
#include "core/out.h"
#include "fs/tar.h"

static int add_part(struct extraction *x, struct tar *tar,
		    const struct part *part, struct err *e)
{
	struct extracted got;
	struct source s;
	struct tree t;
	int r = -1;

	if (!extract_begin(x, part, &s, e))
		return e->kind == ERR_NONE ? 0 : -1;
	if (extract_read(&s, &t, &x->how, &got, e) == 0)
		r = tar_add(tar, &t, x->l.n == 1 ? "" : part->dir,
			    x->how.partial, e);
	tree_free(&t);
	if (!r)
		extract_say(x, part, &got);
	return r;
}

int extract_tar(struct extraction *x, const char *file, struct err *e)
{
	struct out out = { 0 };
	struct tar tar = { 0 };
	struct err ignored = { 0 };
	int r = -1;

	if (!strcmp(file, "-") && x->r->common->json)
		return fail(e, ERR_USAGE, "--tar - and --json both want standard output; "
			    "give --tar a file");
	if (out_open(&out, x->r->common->dry_run ? "/dev/null" : file,
		     x->r->common->force, e) < 0 || tar_open(&tar, &out, e) < 0)
		goto out;
	for (size_t i = 0; i < x->l.plan.n; i++) {
		e->kind = ERR_NONE;
		if (add_part(x, &tar, &x->l.plan.part[i], e) < 0)
			goto out;
	}
	if (tar_close(&tar, e) < 0 || out_commit(&out, e) < 0)
		goto out;
	r = 0;
out:
	tar_close(&tar, &ignored);
	out_abort(&out);
	return r;
}

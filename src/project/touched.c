/* touched.c - what people changed inside containers since it was extracted */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/mem.h"
#include "project/rebuilding.h"
#include "project/renew.h"

static int look_at_tree(struct assembly *s, const struct opened *x, bool *touched,
			struct err *e)
{
	struct rebuild b = { .format = x->format, .anew = s->o->anew,
			     .adjust = s->o->adjust, .arg = s->o->arg };
	char *dir = xasprintf("%s/fs/%s", s->dir, x->name);
	char *meta = xasprintf("%s.fwmeta", dir);
	struct stat st;
	int r = 0;

	b.dir = dir;
	b.meta = meta;
	if (!lstat(dir, &st) && S_ISDIR(st.st_mode)) {
		r = tree_touched(&b, x->sha256, touched, e);
		if (r < 0)
			err_about(e, x->name);
	}
	free(dir);
	free(meta);
	return r;
}

int read_open_file(const struct assembly *s, const struct opened *x,
		   struct image *im, struct err *e)
{
	char *path = xasprintf("%s/open/%s", s->dir, x->file);
	struct stat st;
	int r;

	if (!lstat(path, &st) && !S_ISREG(st.st_mode)) {
		fail(e, ERR_FORMAT, "is no file; extract it anew");
		r = err_about(e, path);
	} else {
		r = image_open(im, path, e);
	}
	free(path);
	return r;
}

/* A file that is gone was not wanted; its bytes are in the part. */
static int look_at_file(struct assembly *s, const struct opened *x, bool *touched,
			struct err *e)
{
	char *path = xasprintf("%s/open/%s", s->dir, x->file);
	bool there = x->file[0] && !access(path, F_OK);
	struct image im = { 0 };
	char sum[SHA256_TEXT];
	int r = there ? read_open_file(s, x, &im, e) : 0;

	free(path);
	if (r < 0 || !there)
		return r;
	sha256_text(im.v, sum);
	*touched = im.v.len != x->length || strcmp(sum, x->sha256);
	image_close(&im);
	return 0;
}

static int mark(const struct manifest *m, enum touch *touch, size_t i,
		struct err *e)
{
	touch[i] = TOUCHED;
	for (long up = m->opened[i].parent; up >= 0; up = m->opened[up].parent) {
		if (touch[up] == TOUCHED)
			return fail(e, ERR_USAGE, "both open/%s and %s%s, which lies in "
				    "it, were changed; undo one of them",
				    m->opened[up].file, is_tree(&m->opened[i]) ? "fs/"
				    : "open/", is_tree(&m->opened[i])
				    ? m->opened[i].name : m->opened[i].file);
		touch[up] = TOUCHED_INSIDE;
	}
	return 0;
}

int find_touched(struct assembly *s, enum touch *touch, struct err *e)
{
	const struct manifest *m = &s->a->m;

	/* Parents come first, so what is TOUCHED above is known. */
	for (size_t i = 0; i < m->nopened; i++) {
		const struct opened *x = &m->opened[i];
		bool touched = false;

		if ((is_tree(x) ? look_at_tree : look_at_file)(s, x, &touched, e) < 0 ||
		    (touched && mark(m, touch, i, e) < 0))
			return -1;
	}
	return 0;
}

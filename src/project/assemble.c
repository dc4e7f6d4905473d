/* assemble.c - parts, trees and checksums become the whole flash again */
#include "project/assemble.h"

#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/mem.h"
#include "fixup/fixup.h"
#include "project/assembly.h"

enum { USUAL_BLOCK = 0x10000 };

/* The fix-ups of the manifest as --fixup would name them. */
static char *fixups_of(const struct manifest *m)
{
	struct buf b = { 0 };
	char *list;

	for (unsigned i = 0; i < m->napplied; i++)
		put_text(&b, "%s%s", i ? "," : "", m->applied[i].name);
	list = xstrdup(m->napplied ? buf_string(&b) : "none");
	buf_free(&b);
	return list;
}

static bool open_original(struct assembly *s, const char *path)
{
	const struct manifest *m = &s->a->m;
	char *list = fixups_of(m), sha256[SHA256_TEXT];
	struct err ignored = { 0 };
	bool ok = !access(path, R_OK) &&
		  !input_open(&s->original, path,
			      &(struct input_opts){ .fixup = list }, &ignored);

	free(list);
	if (!ok || s->original.v.len != m->size)
		return false;
	sha256_text(s->original.v, sha256);
	return !strcmp(sha256, m->sha256);
}

/* It lies beside the project, under its name. */
const struct view *original_of(struct assembly *s)
{
	char *copy, *path;

	if (!s->looked) {
		s->looked = true;
		copy = xstrdup(s->dir);
		path = xasprintf("%s/%s", dirname(copy), s->a->m.input);
		s->have = open_original(s, path);
		free(path);
		free(copy);
	}
	return s->have ? &s->original.v : NULL;
}

static uint64_t differing(struct view a, struct view b, uint64_t at,
			  uint64_t block)
{
	uint64_t n = 0;

	for (uint64_t i = 0; i < a.len; ) {
		uint64_t step = block - (at + i) % block;

		if (step > a.len - i)
			step = a.len - i;
		n += memcmp(a.p + i, b.p + i, step) != 0;
		i += step;
	}
	return n;
}

/* A part's bytes as carved: its file, or where that is not, the input's. */
static void count_part(struct assembly *s, const struct fitted *row)
{
	struct assembled *a = s->a;
	struct view now = part_in(a, row), was = { 0 };
	struct image im = { 0 };
	struct err ignored = { 0 };

	if (!row->edited && !part_as_carved(s, row, &im, &ignored))
		was = im.v;
	else if (original_of(s))
		was = view_sub(s->original.v, row->part->part.at, now.len);
	if (was.len == now.len) {
		a->differ += differing(now, was, row->part->part.at, a->block);
	} else {
		a->exact = false;
		a->differ += now.len / a->block + (now.len % a->block != 0);
	}
	image_close(&im);
}

void count_blocks(struct assembly *s)
{
	struct assembled *a = s->a;

	a->block = USUAL_BLOCK;
	for (size_t i = 0; i < a->m.n; i++)
		if (a->row[i].block)
			a->block = a->row[i].block;
	a->blocks = a->m.size / a->block + (a->m.size % a->block != 0);
	a->exact = true;
	for (size_t i = 0; i < a->m.n; i++)
		if (is_changed(&a->row[i]))
			count_part(s, &a->row[i]);
}

static const struct fixup *fixup_named(const char *name)
{
	size_t n = strcspn(name, "=");

	for (size_t i = 0; fixups[i]; i++)
		if (strlen(fixups[i]->name) == n && !memcmp(fixups[i]->name, name, n))
			return fixups[i];
	return NULL;
}

static int undo_fixup(struct assembly *s, unsigned i, struct err *e)
{
	struct assembled *a = s->a;
	const struct fixup *f = fixup_named(a->m.applied[i].name);
	struct image kept = { 0 };
	struct buf out = { 0 };
	char room[KEPT_ROOM], *path;
	int r;

	if (!f || !f->undo)
		return fail(e, ERR_UNSUPPORTED, "%s cannot be undone; leave "
			    "--as-dumped out", a->m.applied[i].name);
	path = xasprintf("%s/%s", s->dir, kept_name(i, room));
	if (!access(path, F_OK) && image_open(&kept, path, e) < 0) {
		free(path);
		return -1;
	}
	free(path);
	r = f->undo(buf_view(&a->image), kept.v, &out, e);
	image_close(&kept);
	buf_free(&a->image);
	a->image = out;
	return r < 0 ? within(e, "undoing %s", a->m.applied[i].name) : 0;
}

/* The last one applied is undone first. */
static int undo_fixups(struct assembly *s, struct err *e)
{
	for (unsigned i = s->a->m.napplied; i-- > 0; )
		if (undo_fixup(s, i, e) < 0)
			return -1;
	return 0;
}

static int finish(struct assembly *s, struct err *e)
{
	struct assembled *a = s->a;
	bool raw = s->o->as_dumped && a->m.napplied;

	if (raw && undo_fixups(s, e) < 0)
		return -1;
	sha256_text(buf_view(&a->image), a->sha256);
	a->identical = !strcmp(a->sha256, raw ? a->m.raw_sha256 : a->m.sha256);
	return 0;
}

/* Without a change it must be what was carved, or the disk lied to us. */
static int check_untouched(const struct assembled *a, struct err *e)
{
	for (size_t i = 0; i < a->m.n; i++)
		if (is_changed(&a->row[i]))
			return 0;
	if (a->identical)
		return 0;
	return fail(e, ERR_FORMAT, "no part was changed, and yet the result is not %s; "
		    "carve it again", a->m.input);
}

static int place_trees(struct assembly *s, struct err *e)
{
	struct assembled *a = s->a;

	for (size_t i = 0; i < a->m.n; i++) {
		if (s->o->progress)
			s->o->progress(i, a->m.n, s->o->progress_arg);
		if (place_tree(s, &a->row[i], e) < 0) {
			a->rows = i + a->row[i].too_large;
			return -1;
		}
	}
	return 0;
}

static int assemble(struct assembly *s, struct err *e)
{
	struct assembled *a = s->a;

	if (gather_parts(s, e) < 0 || place_trees(s, e) < 0 ||
	    renew_parts(s, e) < 0) {
		tell_rows(a);
		return -1;
	}
	mend_sums(s);
	if (prove_parts(s, e) < 0)
		return -1;
	count_blocks(s);
	if (finish(s, e) < 0 || check_untouched(a, e) < 0)
		return -1;
	a->rows = a->m.n;
	return 0;
}

static int with_project(struct assembled *a, const char *dir,
			const struct assemble_opts *o,
			int (*step)(struct assembly *s, struct err *e),
			struct err *e)
{
	struct assembly s = { .a = a, .o = o, .dir = dir };
	int r;

	if (manifest_open(&a->m, dir, e) < 0)
		return -1;
	s.dirfd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (s.dirfd < 0) {
		fail_sys(e, "cannot open");
		return err_about(e, dir);
	}
	r = step(&s, e);
	input_close(&s.original);
	close(s.dirfd);
	return r;
}

int project_assemble(struct assembled *a, const char *dir,
		     const struct assemble_opts *o, struct err *e)
{
	return with_project(a, dir, o, assemble, e);
}

int project_join(struct assembled *a, const char *dir, struct err *e)
{
	return with_project(a, dir, NULL, gather_parts, e);
}

void assembled_free(struct assembled *a)
{
	for (size_t i = 0; a->row && i < a->m.n; i++)
		changes_free(&a->row[i].changes);
	free(a->row);
	buf_free(&a->image);
	manifest_free(&a->m);
	*a = (struct assembled){ 0 };
}

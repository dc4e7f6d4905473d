/* extractone.c - one file system into a directory, with its list beside it */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cmd/extract.h"
#include "core/jail.h"
#include "core/out.h"
#include "core/text.h"

struct single {
	struct extraction *x;
	struct source s;
	struct outdir dir;
	struct out list;
	struct buf text;
	struct extracted got;
	bool past;			/* not what is there, but what was */
	char meta[4096];
};

/* The way from the directory of `from` to the file `to`; "" if unknown. */
static void relative_path(const char *from, const char *to, char *out, size_t n)
{
	char up[PATH_MAX], here[PATH_MAX], there[PATH_MAX];
	size_t same = 0;
	struct buf b = { 0 };

	snprintf(up, sizeof(up), "%s", from);
	if (!realpath(dirname(up), here) || !realpath(to, there))
		return;
	for (size_t i = 0; here[i] == there[i] && here[i]; i++)
		if (here[i] == '/')
			same = i + 1;
	if (!strncmp(here, there, strlen(here)) && there[strlen(here)] == '/')
		same = strlen(here) + 1;
	for (size_t i = same; i <= strlen(here) && same <= strlen(here); i++)
		if (here[i] == '/' || (!here[i] && here[i - 1] != '/'))
			put_text(&b, "../");
	put_text(&b, "%s", there + same);
	if (b.len < n)
		snprintf(out, n, "%s", buf_string(&b));
	buf_free(&b);
}

static int unpack(void *arg, struct err *e)
{
	struct single *s = arg;

	if (s->past)
		return extract_past(s->x, &s->s, s->dir.fd, &s->text, &s->got, e);
	return extract_fs(&s->s, s->dir.fd, &s->x->how, &s->text, &s->got, e);
}

/*
 * The directory counts as ours, to be replaced, if its list is. Then it goes
 * first, so that at no moment a list stands beside another's tree.
 */
static int open_both(struct single *s, const char *dir, struct err *e)
{
	bool force = s->x->r->common->force;
	char room[4096], mark[4096];

	snprintf(room, sizeof(room), "%s", dir);
	snprintf(mark, sizeof(mark), "../%.4000s.fwmeta", basename(room));
	cmd_beside(dir, ".fwmeta", s->meta);
	if (outdir_open(&s->dir, dir, force, mark, e) < 0)
		return -1;
	return out_open(&s->list, s->meta, force, e);
}

static int commit_both(struct single *s, struct err *e)
{
	struct err ignored;

	if (s->dir.replace) {
		if (remove_tree(AT_FDCWD, s->dir.path, e) < 0)
			return err_about(e, s->dir.path);
		s->dir.replace = false;
	}
	if (out_write(&s->list, buf_view(&s->text), e) < 0 ||
	    out_commit(&s->list, e) < 0)
		return -1;
	if (outdir_commit(&s->dir, e) == 0)
		return 0;
	unlink(s->meta);
	(void)ignored;
	return -1;
}

static void print_sum(const struct single *s, const char *dir)
{
	struct buf b = { 0 };

	put_text(&b, "%zu file%s in ", s->got.files, s->got.files == 1 ? "" : "s");
	put_escaped(&b, view_text(dir));
	put_text(&b, s->got.devices ? "; owners, modes and %zu device node%s are "
		 "kept in " : "; owners and modes are kept in ", s->got.devices,
		 s->got.devices == 1 ? "" : "s");
	put_escaped(&b, view_text(s->meta));
	if (!s->x->r->common->json && !s->x->r->common->quiet)
		printf("%s\n", buf_string(&b));
	buf_free(&b);
}

static int read_only(struct single *s, struct err *e)
{
	struct tree t;
	int r;

	s->x->how.past = s->past;
	r = extract_read(&s->s, &t, &s->x->how, &s->got, e);
	s->x->how.past = false;
	tree_free(&t);
	return r;
}

/* What is in the part, or what was, becomes dir. False: it is not asked for. */
static bool make(struct single *s, const struct part *part, const char *dir,
		 struct err *e)
{
	struct extraction *x = s->x;
	bool dry = x->r->common->dry_run;

	s->dir.fd = -1;
	if (!extract_begin(x, part, &s->s, e))
		return false;
	relative_path(dir, x->input, s->s.from.path, sizeof(s->s.from.path));
	if (open_both(s, dir, e) < 0)
		return false;
	if ((dry ? read_only(s, e) : jail_run(s->dir.fd, unpack, s, e)) < 0)
		return false;
	if (!dry && commit_both(s, e) < 0)
		return false;
	if (s->past)
		extract_say_past(x, dir, &s->s, &s->got);
	else
		extract_say(x, part->dir, &s->s, &s->got);
	if (dry)
		say(x->r, "%s: not written (dry run)", dir);
	else if (!s->past)
		print_sum(s, x->r->common->dir);
	return true;
}

static void unmake(struct single *s)
{
	out_abort(&s->list);
	outdir_abort(&s->dir);
	buf_free(&s->text);
	free(s);
}

/* DIR.deleted, with its list, beside DIR. */
static int make_past(struct extraction *x, const struct part *part,
		     const char *dir, struct err *e)
{
	struct single *s = xcalloc(1, sizeof(*s));
	char name[4096];
	bool made;

	s->x = x;
	s->past = true;
	made = make(s, part, cmd_beside(dir, ".deleted", name), e);
	if (made)
		json_set_bytes(x->r->doc, "deleted", view_text(name));
	unmake(s);
	return made ? 0 : -1;
}

int extract_single(struct extraction *x, const struct part *part,
		   const char *dir, struct err *e)
{
	struct single *s = xcalloc(1, sizeof(*s));
	int r = -1;

	s->x = x;
	if (!make(s, part, dir, e))
		goto out;
	json_object_set_new(x->r->doc, "dry_run",
			    json_boolean(x->r->common->dry_run));
	json_set_bytes(x->r->doc, "directory", view_text(dir));
	json_set_bytes(x->r->doc, "list", view_text(s->meta));
	r = extract_wants_past(x, &s->s) ? make_past(x, part, dir, e) : 0;
	hint(x->r, "fwtool repack --%s %s", s->got.format->name, dir);
out:
	unmake(s);
	return r;
}

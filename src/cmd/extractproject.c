/* extractproject.c - all file systems of a dump, into a project directory */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd/extract.h"
#include "core/jail.h"
#include "core/out.h"
#include "core/text.h"
#include "project/carve.h"
#include "project/manifest.h"

struct project {
	struct extraction *x;
	int dirfd, fs, open;		/* the project, fs/ and open/ in it */
	int deleted;			/* and deleted/ */
	struct opening opening;
	json_t *doc;			/* the manifest */
};

static int make_dir(int at, const char *name, struct err *e)
{
	int fd;

	if (mkdirat(at, name, 0777) < 0)
		fd = -1;
	else
		fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0) {
		fail_sys(e, "cannot create");
		return err_about(e, name);
	}
	return fd;
}

static int save_list(int at, const char *dir, struct view text, struct err *e)
{
	char *name = xasprintf("%s.fwmeta", dir);
	int fd = openat(at, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW |
			O_CLOEXEC, 0666);
	int r = -1;

	if (fd < 0)
		fail_sys(e, "cannot create");
	else
		r = write_view(fd, text, e);
	if (fd >= 0)
		close(fd);
	if (r < 0)
		err_about(e, name);
	free(name);
	return r;
}

/* What was in fs/NAME, as deleted/NAME with its list. */
static int save_past(struct project *p, const char *name, const struct source *s,
		     struct err *e)
{
	char *shown = xasprintf("deleted/%s", name);
	struct source from = *s;
	struct extracted got;
	struct buf list = { 0 };
	int fd, r = -1;

	snprintf(from.from.part, sizeof(from.from.part), "%.*s",
		 (int)sizeof(from.from.part) - 1, shown);
	if (p->deleted < 0)
		p->deleted = make_dir(p->dirfd, "deleted", e);
	fd = p->deleted < 0 ? -1 : make_dir(p->deleted, name, e);
	if (fd >= 0) {
		r = extract_past(p->x, &from, fd, &list, &got, e);
		close(fd);
	}
	if (!r)
		r = save_list(p->deleted, name, buf_view(&list), e);
	if (!r)
		extract_say_past(p->x, shown, s, &got);
	buf_free(&list);
	free(shown);
	return r;
}

static int save_tree(void *arg, const char *name, const struct source *s,
		     struct buf *list, struct extracted *got, struct err *e)
{
	struct project *p = arg;
	int fd = make_dir(p->fs, name, e), r;

	if (fd < 0)
		return -1;
	r = extract_fs(s, fd, &p->x->how, list, got, e);
	close(fd);
	if (!r)
		r = save_list(p->fs, name, buf_view(list), e);
	if (!r && extract_wants_past(p->x, s))
		r = save_past(p, name, s, e);
	return r;
}

/* "KERNEL-kernel  uimage  4.0 MiB  lzma, unpacked to open/KERNEL-kernel.bin" */
static void say_payload(const struct project *p, const struct opened *x)
{
	progress_end(p->x->r);
	if (p->x->r->common->json || p->x->r->common->quiet)
		return;
	printf("%-*s  %-8s %9s  ", extract_width(p->x), x->name, x->format->name,
	       size_text(x->length).text);
	if (x->codec)
		printf("%s, unpacked to open/%s\n", x->codec->name, x->file);
	else
		printf("in open/%s\n", x->file);
}

static int save_payload(void *arg, const struct opening *o, size_t i,
			struct err *e)
{
	struct project *p = arg;
	const struct opened *x = &o->v[i];
	int fd, r;

	if (p->open < 0)
		p->open = make_dir(p->dirfd, "open", e);
	if (p->open < 0)
		return -1;
	fd = openat(p->open, x->file, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW |
		    O_CLOEXEC, 0666);
	r = fd < 0 ? fail_sys(e, "cannot create")
		   : write_view(fd, o->content[i].v, e);
	if (fd >= 0)
		close(fd);
	if (r < 0)
		return err_about(e, x->file);
	say_payload(p, x);
	return 0;
}

/* Everything is below the project's directory, and the kernel sees to that. */
static int unpack(void *arg, struct err *e)
{
	const struct visitor to = { save_tree, save_payload, arg };
	struct project *p = arg;

	if (carve_parts(&p->x->l.plan, &p->x->l.how, NULL, p->dirfd, &p->doc, e) < 0)
		return -1;
	p->fs = make_dir(p->dirfd, "fs", e);
	if (p->fs < 0 || extract_each(p->x, &p->opening, &to, e) < 0)
		return -1;
	json_object_set(p->doc, "extracted", p->x->parts);
	if (p->x->o->undelete)
		json_object_set(p->doc, "undeleted", p->x->past);
	json_object_set_new(p->doc, "opened", json_of_opened(&p->opening));
	return manifest_save(p->doc, p->dirfd, e);
}

static int read_only(void *arg, const char *name, const struct source *s,
		     struct buf *list, struct extracted *got, struct err *e)
{
	struct project *p = arg;
	struct tree t;
	int r = extract_read(s, &t, &p->x->how, got, e);

	(void)name;
	(void)list;
	tree_free(&t);
	return r;
}

static int dry_run(struct project *p, const char *dir, struct err *e)
{
	const struct visitor to = { read_only, NULL, p };
	int r = extract_each(p->x, &p->opening, &to, e);

	if (!r)
		say(p->x->r, "%s: not written (dry run)", dir);
	opening_free(&p->opening);
	return r;
}

static void print_sum(const struct extraction *x, const char *dir)
{
	struct buf b = { 0 };

	if (!x->lists)
		return;
	put_text(&b, "%zu file%s in ", x->files, x->files == 1 ? "" : "s");
	put_escaped(&b, view_text(dir));
	put_text(&b, "/fs; owners");
	if (x->devices)
		put_text(&b, ", modes and %zu device node%s are kept in ", x->devices,
			 x->devices == 1 ? "" : "s");
	else
		put_text(&b, " and modes are kept in ");
	put_text(&b, "%s", x->list);
	if (!x->r->common->json)
		printf("%s\n", buf_string(&b));
	buf_free(&b);
}

int extract_project(struct extraction *x, const char *dir, struct err *e)
{
	struct project p = { .x = x, .dirfd = -1, .fs = -1, .open = -1,
			     .deleted = -1 };
	struct outdir out = { .fd = -1 };
	int r = -1;

	if (x->r->common->dry_run)
		return dry_run(&p, dir, e);
	if (outdir_open(&out, dir, x->r->common->force, MANIFEST_FILE, e) < 0)
		return -1;
	p.dirfd = out.fd;
	r = jail_run(out.fd, unpack, &p, e);
	if (p.fs >= 0)
		close(p.fs);
	if (p.open >= 0)
		close(p.open);
	if (p.deleted >= 0)
		close(p.deleted);
	if (!r)
		r = outdir_commit(&out, e);
	if (!r && !x->r->common->quiet)
		print_sum(x, dir);
	json_set_bytes(x->r->doc, "directory", view_text(dir));
	json_decref(p.doc);
	opening_free(&p.opening);
	outdir_abort(&out);
	return r;
}

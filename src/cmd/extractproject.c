/* extractproject.c - all file systems of a dump, into a project directory */
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd/extract.h"
#include "core/jail.h"
#include "core/out.h"
#include "core/text.h"
#include "project/carve.h"

struct project {
	struct extraction *x;
	int dirfd, fs;			/* the project, and fs/ in it */
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

static int one_part(struct project *p, const struct part *part, struct err *e)
{
	struct extracted got;
	struct buf list = { 0 };
	struct source s;
	int fd, r;

	if (!extract_begin(p->x, part, &s, e))
		return e->kind == ERR_NONE ? 0 : -1;
	snprintf(s.from.path, sizeof(s.from.path), "../parts/%s", part->file);
	fd = make_dir(p->fs, part->dir, e);
	if (fd < 0)
		return -1;
	r = extract_fs(&s, fd, &p->x->how, &list, &got, e);
	close(fd);
	if (!r)
		r = save_list(p->fs, part->dir, buf_view(&list), e);
	buf_free(&list);
	if (!r)
		extract_say(p->x, part, &got);
	return r;
}

/* Everything is below the project's directory, and the kernel sees to that. */
static int unpack(void *arg, struct err *e)
{
	struct project *p = arg;

	if (carve_parts(&p->x->l.plan, &p->x->l.how, NULL, p->dirfd, &p->doc, e) < 0)
		return -1;
	p->fs = make_dir(p->dirfd, "fs", e);
	if (p->fs < 0)
		return -1;
	for (size_t i = 0; i < p->x->l.plan.n; i++) {
		e->kind = ERR_NONE;
		if (one_part(p, &p->x->l.plan.part[i], e) < 0)
			return -1;
	}
	json_object_set(p->doc, "extracted", p->x->parts);
	return manifest_save(p->doc, p->dirfd, e);
}

static int dry_run(struct extraction *x, const char *dir, struct err *e)
{
	for (size_t i = 0; i < x->l.plan.n; i++) {
		const struct part *part = &x->l.plan.part[i];
		struct extracted got;
		struct source s;
		struct tree t;
		int r;

		e->kind = ERR_NONE;
		if (!extract_begin(x, part, &s, e)) {
			if (e->kind != ERR_NONE)
				return -1;
			continue;
		}
		r = extract_read(&s, &t, &x->how, &got, e);
		tree_free(&t);
		if (r < 0)
			return -1;
		extract_say(x, part, &got);
	}
	say(x->r, "%s: not written (dry run)", dir);
	return 0;
}

static void print_sum(const struct extraction *x, const char *dir)
{
	struct buf b = { 0 };

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
	struct project p = { .x = x, .dirfd = -1, .fs = -1 };
	struct outdir out = { .fd = -1 };
	int r = -1;

	if (x->r->common->dry_run)
		return dry_run(x, dir, e);
	if (outdir_open(&out, dir, x->r->common->force, MANIFEST_FILE, e) < 0)
		return -1;
	p.dirfd = out.fd;
	r = jail_run(out.fd, unpack, &p, e);
	if (p.fs >= 0)
		close(p.fs);
	if (!r)
		r = outdir_commit(&out, e);
	if (!r && !x->r->common->quiet)
		print_sum(x, dir);
	json_set_bytes(x->r->doc, "directory", view_text(dir));
	json_decref(p.doc);
	outdir_abort(&out);
	return r;
}

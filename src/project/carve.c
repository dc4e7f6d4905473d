/* carve.c - write the parts of an image, and their digests, all at once */
#include "project/carve.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/mem.h"
#include "core/out.h"
#include "core/par.h"
#include "core/sparse.h"

enum { AHEAD = 64 };

/* Item 0 is the input's digest, 1 that of the raw file, then the parts. */
struct job {
	const struct plan *p;
	const bool *chosen;
	struct sums *sums;
	int fd;			/* of parts/ */
	struct err error[AHEAD];
};

static int save(const struct job *j, const struct part *part, struct err *e)
{
	int fd = openat(j->fd, part->file,
			O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
	int r;

	if (fd < 0)
		return fail_sys(e, "cannot create");
	/* The holes of a card that was hardly used are holes again. */
	r = write_sparse(fd, plan_part(j->p, part), e);
	if (close(fd) < 0 && !r)
		r = fail_sys(e, "cannot write");
	return r;
}

static void work(size_t i, void *arg)
{
	struct job *j = arg;
	const struct part *part = &j->p->part[i - 2];
	struct err *e = &j->error[i % AHEAD];

	*e = (struct err){ 0 };
	if (i == 0) {
		sha256_text(j->p->in.v, j->sums->whole);
	} else if (i == 1) {
		if (j->p->in.napplied)
			sha256_text(j->p->in.im.v, j->sums->raw);
	} else {
		sha256_text(plan_part(j->p, part), j->sums->part[i - 2]);
		if ((!j->chosen || j->chosen[i - 2]) && save(j, part, e) < 0)
			err_about(e, part->file);
	}
}

static int done(size_t i, void *arg, struct err *e)
{
	struct job *j = arg;

	if (!j->error[i % AHEAD].kind)
		return 0;
	*e = j->error[i % AHEAD];
	return -1;
}

/* What undoing the fix-ups needs lies in the project as well. */
static int save_kept(const struct plan *p, int dirfd, struct err *e)
{
	char room[KEPT_ROOM];
	int r = 0, fd;

	for (unsigned i = 0; !r && i < p->in.napplied; i++) {
		if (!p->in.kept[i].len)
			continue;
		if (mkdirat(dirfd, "kept", 0777) < 0 && errno != EEXIST)
			return fail_sys(e, "cannot create kept");
		fd = openat(dirfd, kept_name(i, room),
			    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
		if (fd < 0)
			return fail_sys(e, "cannot create %s", room);
		r = write_view(fd, buf_view(&p->in.kept[i]), e);
		if (close(fd) < 0 && !r)
			r = fail_sys(e, "cannot write %s", room);
	}
	return r;
}

int carve_parts(const struct plan *p, const struct plan_opts *o,
		const bool *chosen, int dirfd, json_t **doc, struct err *e)
{
	struct sums sums = { .part = xcalloc(p->n + 1, sizeof(*sums.part)) };
	struct job *j = xcalloc(1, sizeof(*j));
	int r = -1;

	*j = (struct job){ p, chosen, &sums, -1, { { 0 } } };
	if (mkdirat(dirfd, "parts", 0777) < 0) {
		fail_sys(e, "cannot create");
		err_about(e, "parts");
		goto out;
	}
	j->fd = openat(dirfd, "parts", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (j->fd < 0) {
		fail_sys(e, "cannot open");
		err_about(e, "parts");
		goto out;
	}
	r = par_run(&(struct par){ work, done, j, AHEAD }, p->n + 2, e);
	close(j->fd);
	if (!r)
		r = save_kept(p, dirfd, e);
	if (!r)
		*doc = manifest_make(p, o, &sums, chosen);
out:
	free(sums.part);
	free(j);
	return r;
}

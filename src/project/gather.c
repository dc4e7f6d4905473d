/* gather.c - the part files of a project, read into their places */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/log.h"
#include "core/maps.h"
#include "core/mem.h"
#include "core/par.h"
#include "core/spool.h"
#include "project/assembly.h"

enum { AHEAD = 64, PIECE = 1 << 20 };

struct job {
	struct assembly *s;
	struct slot { struct err error; uint64_t size; bool is_missing; } slot[AHEAD];
};

struct view part_in(const struct assembled *a, const struct fitted *row)
{
	/* The last one may have become longer or shorter. */
	if (row + 1 == a->row + a->m.n)
		return view_from(buf_view(&a->image), row->part->part.at);
	return view_sub(buf_view(&a->image), row->part->part.at,
			row->part->part.size);
}

bool is_changed(const struct fitted *row)
{
	return row->rebuilt || row->inside || row->taken || row->edited ||
	       row->mended;
}

uint64_t used_of(const struct assembled *a, struct view v)
{
	return v.len - view_tail_run(v, a->m.erased);
}

static char *path_of(const struct assembly *s, const struct fitted *row)
{
	return xasprintf("%s/parts/%s", s->dir, row->part->part.file);
}

/* A part file is a plain file: no link leads out of the project. */
static int open_part(const struct assembly *s, const struct fitted *row)
{
	char name[128];

	snprintf(name, sizeof(name), "parts/%s", row->part->part.file);
	return openat(s->dirfd, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
}

static int read_all(int fd, uint8_t *p, uint64_t n, struct err *e)
{
	while (n) {
		ssize_t got = read(fd, p, n < PIECE ? n : PIECE);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return fail_sys(e, "cannot read");
		if (!got)
			return fail(e, ERR_IO, "became shorter while it was read; try "
				    "again");
		maps_touched((struct view){ p, (size_t)got, 0 });
		p += got;
		n -= (uint64_t)got;
	}
	return 0;
}

static int read_part(const struct assembly *s, const struct fitted *row,
		     struct slot *slot)
{
	uint64_t room = row->part->part.size;
	uint8_t *to = s->a->image.p + row->part->part.at;
	int fd = open_part(s, row), r = 0;
	struct stat st;

	slot->is_missing = fd < 0 && errno == ENOENT;
	if (fd < 0)
		return slot->is_missing ? 0 : fail_sys(&slot->error, "cannot open");
	if (fstat(fd, &st) < 0)
		r = fail_sys(&slot->error, "cannot stat");
	else if (!S_ISREG(st.st_mode))
		r = fail(&slot->error, ERR_FORMAT, "is no file; make it anew with "
			 "fwtool carve");
	slot->size = r ? 0 : (uint64_t)st.st_size;
	if (!r && slot->size <= room)
		r = read_all(fd, to, slot->size, &slot->error);
	if (!r && slot->size < room)
		memset(to + slot->size, s->a->m.erased, room - slot->size);
	close(fd);
	return r;
}

static void work(size_t i, void *arg)
{
	struct job *j = arg;
	struct slot *slot = &j->slot[i % AHEAD];
	struct fitted *row = &j->s->a->row[i];
	char sha256[SHA256_TEXT];

	*slot = (struct slot){ 0 };
	row->part = &j->s->a->m.part[i];
	if (read_part(j->s, row, slot) < 0 || slot->is_missing ||
	    slot->size > row->part->part.size)
		return;
	sha256_text(part_in(j->s->a, row), sha256);
	row->edited = slot->size != row->part->part.size ||
		      strcmp(sha256, row->part->sha256);
}

static int take_missing(struct assembly *s, struct fitted *row, struct err *e)
{
	const struct view *was = original_of(s);
	struct view v;

	if (!was) {
		fail(e, ERR_FORMAT, "is missing, and so is %s as it was carved; put "
		     "one of them back", s->a->m.input);
		return -1;
	}
	if (row->part->written)
		note("project.missing", "parts/%s is missing; its bytes come from %s",
		     row->part->part.file, s->a->m.input);
	v = view_sub(*was, row->part->part.at, row->part->part.size);
	memcpy(s->a->image.p + row->part->part.at, v.p, v.len);
	return 0;
}

static int too_large(struct assembly *s, struct fitted *row, uint64_t size,
		     struct err *e)
{
	uint64_t room = row->part->part.size;

	row->too_large = row->edited = true;
	row->is = size;
	s->a->rows = (size_t)(row - s->a->row) + 1;
	snprintf(row->state, sizeof(row->state), "too large by %llu bytes",
		 (unsigned long long)(size - room));
	return fail(e, ERR_LIMIT, "has %llu bytes, room for %llu (%llu bytes too "
		    "many); make it smaller, or give another map with fwtool carve -m",
		    (unsigned long long)size, (unsigned long long)room,
		    (unsigned long long)(size - room));
}

static int done(size_t i, void *arg, struct err *e)
{
	struct job *j = arg;
	struct slot *slot = &j->slot[i % AHEAD];
	struct fitted *row = &j->s->a->row[i];
	int r = 0;

	if (slot->error.kind) {
		*e = slot->error;
		r = -1;
	} else if (slot->is_missing) {
		r = take_missing(j->s, row, e);
	} else if (slot->size > row->part->part.size) {
		r = too_large(j->s, row, slot->size, e);
	}
	if (r < 0) {
		char *path = path_of(j->s, row);

		err_about(e, path);
		free(path);
	}
	return r;
}

int gather_parts(struct assembly *s, struct err *e)
{
	struct assembled *a = s->a;
	struct job *j = xcalloc(1, sizeof(*j));
	int r;

	j->s = s;
	a->row = xcalloc(a->m.n + 1, sizeof(*a->row));
	spool_room(&a->image, a->m.size);
	r = par_run(&(struct par){ work, done, j, AHEAD }, a->m.n, e);
	free(j);
	return r;
}

int part_as_carved(const struct assembly *s, const struct fitted *row,
		   struct image *im, struct err *e)
{
	char *path = path_of(s, row);
	int r = image_open(im, path, e);

	free(path);
	return r;
}

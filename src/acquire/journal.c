/* journal.c - a read that was interrupted goes on where it was */
#include "acquire/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/mem.h"

enum { HEAD = 128 };

static int about(struct err *e, const char *path, const char *what)
{
	fail_sys(e, "%s", what);
	return err_about(e, path);
}

static void header(char head[HEAD], const char *of, uint64_t at, uint64_t size)
{
	memset(head, ' ', HEAD);
	head[snprintf(head, HEAD, "fwtool part 2 at 0x%llx size 0x%llx of %.32s",
		      (unsigned long long)at, (unsigned long long)size,
		      of ? of : "-")] = ' ';
	head[HEAD - 1] = '\n';
}

static int write_at(int fd, const void *p, size_t n, uint64_t at)
{
	while (n) {
		ssize_t put = pwrite(fd, p, n, (off_t)at);

		if (put < 0 && errno != EINTR)
			return -1;
		if (put > 0) {
			p = (const char *)p + put;
			n -= (size_t)put;
			at += (uint64_t)put;
		}
	}
	return 0;
}

static int read_at(int fd, void *p, size_t n, uint64_t at)
{
	while (n) {
		ssize_t got = pread(fd, p, n, (off_t)at);

		if (got == 0 || (got < 0 && errno != EINTR))
			return -1;
		if (got > 0) {
			p = (char *)p + got;
			n -= (size_t)got;
			at += (uint64_t)got;
		}
	}
	return 0;
}

static int begin(struct journal *j, const struct proof_opts *o, uint64_t at,
		 struct proven *p, struct err *e)
{
	char head[HEAD];

	header(head, o->of, at, p->bytes.len);
	if (ftruncate(j->bytes, (off_t)p->bytes.len) < 0 ||
	    write_at(j->map, p->state, p->sectors, HEAD) < 0 ||
	    write_at(j->map, head, HEAD, 0) < 0)
		return about(e, j->path, "cannot write");
	return 0;
}

/* Take over what the two files hold, if they are of the same range. */
static int take_up(struct journal *j, const struct proof_opts *o, uint64_t at,
		   struct proven *p, struct err *e)
{
	char want[HEAD], have[HEAD];

	/* Killed before anything was written: as if it had never begun. */
	if (read_at(j->map, have, 1, 0) < 0 || !have[0])
		return begin(j, o, at, p, e);
	header(want, o->of, at, p->bytes.len);
	if (read_at(j->map, have, HEAD, 0) < 0 || memcmp(want, have, HEAD) ||
	    read_at(j->map, p->state, p->sectors, HEAD) < 0 ||
	    read_at(j->bytes, p->bytes.p, p->bytes.len, 0) < 0) {
		fail(e, ERR_USAGE, "is of another range or chip; remove it, or leave out "
		     "--resume");
		return err_about(e, j->path);
	}
	for (size_t i = 0; i < p->sectors; i++)
		if (p->state[i] > SECTOR_DOUBTFUL)
			p->state[i] = SECTOR_UNREAD;
	return 0;
}

int journal_open(struct journal *j, const struct proof_opts *o, uint64_t at,
		 struct proven *p, struct err *e)
{
	bool resume = o->resume;
	const char *path = o->journal;
	int flags = O_RDWR | O_CLOEXEC | (resume ? 0 : O_CREAT | O_TRUNC);
	char map[4100];
	int r;

	snprintf(j->path, sizeof(j->path), "%s", path);
	snprintf(map, sizeof(map), "%s.map", path);
	j->bytes = open(path, flags, 0666);
	if (j->bytes < 0)
		return about(e, path, resume ? "nothing to resume" : "cannot create");
	j->map = open(map, flags, 0666);
	if (j->map < 0) {
		close(j->bytes);
		return about(e, map, resume ? "nothing to resume" : "cannot create");
	}
	r = resume ? take_up(j, o, at, p, e) : begin(j, o, at, p, e);
	if (r < 0) {
		close(j->bytes);
		close(j->map);
	}
	return r;
}

int journal_write(struct journal *j, const struct proven *p, size_t first,
		  size_t n, struct err *e)
{
	uint64_t from = (uint64_t)first * PROOF_SECTOR;
	uint64_t end = from + (uint64_t)n * PROOF_SECTOR;

	if (!j->path[0])
		return 0;
	if (end > p->bytes.len)
		end = p->bytes.len;
	if (write_at(j->bytes, p->bytes.p + from, (size_t)(end - from), from) < 0 ||
	    write_at(j->map, p->state + first, n, HEAD + first) < 0)
		return about(e, j->path, "cannot write");
	return 0;
}

void journal_remove(const char *path)
{
	char map[4100];

	snprintf(map, sizeof(map), "%s.map", path);
	unlink(path);
	unlink(map);
}

int journal_close(struct journal *j, bool keep, struct err *e)
{
	if (close(j->bytes) | close(j->map))
		return about(e, j->path, "cannot write");
	if (!keep)
		journal_remove(j->path);
	return 0;
}

/* spool.c - bytes that may be too many for memory, in a file without a name */
#include "core/spool.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/maps.h"
#include "core/out.h"

enum { IN_MEMORY = 16 << 20, LARGE = 256 << 20 };

int spool_fd(struct err *e)
{
	const char *dir = getenv("TMPDIR");
	int fd;

	if (!dir || !*dir)
		dir = "/tmp";
	fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (fd < 0)
		fd = memfd_create("fwtool", MFD_CLOEXEC);
	return fd < 0 ? fail_sys(e, "cannot make a temporary file in %s", dir) : fd;
}

/* Where the disk has no room for all of it, memory may. */
static uint8_t *map_room(size_t n)
{
	struct err ignored;
	int fd = spool_fd(&ignored);
	void *p = MAP_FAILED;

	if (fd >= 0 && !fallocate(fd, 0, 0, (off_t)n))
		p = mmap(NULL, n, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (fd >= 0)
		close(fd);
	return p == MAP_FAILED ? NULL : p;
}

void spool_room(struct buf *b, size_t n)
{
	if (n > LARGE)
		b->p = map_room(n);
	if (b->p) {
		maps_add(b->p, n);
		b->cap = b->mapped = n;
		b->len = n;
		return;
	}
	put_fill(b, 0, n);
}

static bool take(struct sink *to, const void *p, size_t n)
{
	struct spool *s = (struct spool *)to;
	struct view v = { p, n, 0 };

	if (s->fd < 0 && !s->err.kind)
		s->fd = spool_fd(&s->err);
	if (!s->err.kind && write_view(s->fd, v, &s->err) < 0)
		within(&s->err, "TMPDIR");
	return !s->err.kind;
}

void spool_begin(struct spool *s)
{
	*s = (struct spool){ .to = { take }, .fd = -1 };
	s->b.to = &s->to;
	s->b.most = IN_MEMORY;
}

int spool_end(struct spool *s, struct image *im, const char *name, struct err *e)
{
	if (!s->b.gone) {
		image_own(im, s->b.p, s->b.len, name);
		s->b = (struct buf){ 0 };
		return 0;
	}
	buf_drain(&s->b);
	buf_free(&s->b);
	if (s->err.kind) {
		*e = s->err;
		spool_drop(s);
		return -1;
	}
	return image_take(im, s->fd, name, e);
}

void spool_drop(struct spool *s)
{
	buf_free(&s->b);
	if (s->fd >= 0)
		close(s->fd);
	s->fd = -1;
}

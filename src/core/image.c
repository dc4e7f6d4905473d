/* image.c - the bytes of an input, wherever they come from */
#include "core/image.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/maps.h"
#include "core/mem.h"
#include "core/spool.h"

enum { PIECE = 1 << 18 };

static int write_all(int fd, const uint8_t *p, size_t n)
{
	while (n) {
		ssize_t put = write(fd, p, n);

		if (put < 0 && errno != EINTR)
			return -1;
		if (put > 0) {
			p += put;
			n -= (size_t)put;
		}
	}
	return 0;
}

static int spool(int from, int to, uint64_t *size, struct err *e)
{
	uint8_t *piece = xmalloc(PIECE);
	ssize_t got;
	int r = 0;

	*size = 0;
	while ((got = read(from, piece, PIECE)) != 0) {
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0) {
			r = fail_sys(e, "cannot read on at 0x%06llx",
				     (unsigned long long)*size);
			break;
		}
		if (write_all(to, piece, (size_t)got) < 0) {
			r = fail_sys(e, "cannot spool to TMPDIR");
			break;
		}
		*size += (uint64_t)got;
	}
	free(piece);
	return r;
}

static int map(struct image *im, uint64_t size, struct err *e)
{
	void *p;

	if (!size)
		return 0;
	if (size > SIZE_MAX)
		return fail(e, ERR_LIMIT, "larger than this machine's address space; "
			    "give a --range");
	p = mmap(NULL, (size_t)size, PROT_READ, MAP_SHARED, im->fd, 0);
	if (p == MAP_FAILED)
		return fail_sys(e, "cannot map");
	maps_add(p, (size_t)size);
	im->v = (struct view){ p, (size_t)size, 0 };
	return 0;
}

/* A directory, a socket and the like are no images. */
static int size_of(struct image *im, uint64_t *size, bool *seekable, struct err *e)
{
	struct stat st;

	if (fstat(im->fd, &st) < 0)
		return fail_sys(e, "cannot stat");
	if (S_ISDIR(st.st_mode))
		return fail(e, ERR_USAGE, "is a directory; give a file, or a project "
			    "directory made by fwtool carve");
	*seekable = S_ISREG(st.st_mode) || S_ISBLK(st.st_mode);
	*size = (uint64_t)st.st_size;
	if (S_ISBLK(st.st_mode) && ioctl(im->fd, BLKGETSIZE64, size) < 0)
		return fail_sys(e, "cannot tell the size of the device");
	return 0;
}

static int load(struct image *im, bool is_stdin, struct err *e)
{
	bool seekable;
	uint64_t size;
	int fd;

	if (size_of(im, &size, &seekable, e) < 0)
		return -1;
	/* A file at /proc or /sys says 0 and has content all the same. */
	if (seekable && size && (!is_stdin || !lseek(im->fd, 0, SEEK_CUR)))
		return map(im, size, e);
	fd = spool_fd(e);
	if (fd < 0)
		return -1;
	if (spool(im->fd, fd, &size, e) < 0) {
		close(fd);
		return -1;
	}
	if (im->fd != STDIN_FILENO)
		close(im->fd);
	im->fd = fd;
	return map(im, size, e);
}

int image_open(struct image *im, const char *path, struct err *e)
{
	bool is_stdin = !strcmp(path, "-");

	*im = (struct image){ .fd = STDIN_FILENO };
	snprintf(im->name, sizeof(im->name), "%s",
		 is_stdin ? "standard input" : path);
	if (!is_stdin)
		im->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (im->fd < 0) {
		fail_sys(e, "cannot open");
		return err_about(e, im->name);
	}
	im->is_open = true;
	if (load(im, is_stdin, e) < 0) {
		image_close(im);
		return err_about(e, is_stdin ? "standard input" : path);
	}
	return 0;
}

int image_take(struct image *im, int fd, const char *name, struct err *e)
{
	bool seekable;
	uint64_t size;

	*im = (struct image){ .fd = fd, .is_open = true };
	snprintf(im->name, sizeof(im->name), "%s", name);
	if (size_of(im, &size, &seekable, e) == 0 && map(im, size, e) == 0)
		return 0;
	image_close(im);
	return -1;
}

void image_own(struct image *im, uint8_t *p, size_t len, const char *name)
{
	*im = (struct image){ .v = { p, len, 0 }, .fd = -1 };
	snprintf(im->name, sizeof(im->name), "%s", name);
}

void image_close(struct image *im)
{
	if (im->fd == -1) {
		free((void *)(uintptr_t)im->v.p);
	} else if (im->v.len) {
		maps_remove(im->v.p);
		munmap((void *)(uintptr_t)im->v.p, im->v.len);
	}
	if (im->is_open && im->fd > STDERR_FILENO)
		close(im->fd);
	*im = (struct image){ 0 };
}

/* image.h - the bytes of an input, wherever they come from */
#ifndef CORE_IMAGE_H
#define CORE_IMAGE_H

#include "core/err.h"
#include "core/view.h"

/*
 * A regular file or block device is mapped; a pipe, a character device
 * (/dev/mtdN) and "-" (standard input) are spooled into an unnamed temporary
 * file first, which is mapped. A zeroed image is empty; image_close takes it.
 * fd stays open for readers that prefer pread() to touching the map; reading
 * the map or fd at [0, v.len) is equivalent.
 */
struct image {
	struct view v;
	int fd;
	bool is_open;
	char name[256];		/* what to call it in messages: "dump.bin",
				   "standard input" */
};

int image_open(struct image *im, const char *path, struct err *e);
void image_close(struct image *im);

/* Take over a file that is open, with all that is in it. */
int image_take(struct image *im, int fd, const char *name, struct err *e);

/* Take over bytes made in memory (p was malloced), under a name. */
void image_own(struct image *im, uint8_t *p, size_t len, const char *name);

#endif

/* dirput.c - one file of a tree onto the disk */
#include "fs/dirput.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/hash.h"
#include "core/out.h"

static struct err *keep(const struct err *e)
{
	struct err *copy = xmalloc(sizeof(*copy));

	*copy = *e;
	return copy;
}

/* Into the hand's buffer; what could not be read is told. */
static struct err *load(struct hand *h, const struct node *n)
{
	struct err e = { 0 };
	int r = 0;

	buf_clear(&h->b);
	if (n->size)
		r = n->content.load(&n->content, &h->b, &e);
	if (!r && h->b.len != n->size)
		r = fail(&e, ERR_FORMAT, "content is shorter than its size says; the "
			 "image is damaged");
	if (h->b.len > n->size)
		h->b.len = n->size;
	return r < 0 ? keep(&e) : NULL;
}

static int fill(int fd, struct view v, mode_t mode, const struct saving *s,
		struct node *n, struct err *e)
{
	if (write_sparse(fd, v, e) < 0 ||
	    (v.len < n->size && ftruncate(fd, (off_t)n->size) < 0))
		return about_node(n, "cannot write", e);
	if ((mode & s->umask) && fchmod(fd, mode) < 0)
		return about_node(n, "cannot set the mode", e);
	set_time(fd, n->mtime);
	if (v.len == n->size)
		n->mark = MARK_CRC | crc32_of(0, v);
	return 0;
}

static int create(const struct saving *s, struct hand *h, struct node *n,
		  struct err *e)
{
	mode_t mode = (n->mode & 0777) | 0600;
	int at = dirwalk_to(&h->walk, n->parent, e), fd, r;

	if (at < 0)
		return -1;
	fd = openat(at, n->name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW |
		    O_CLOEXEC, mode);
	if (fd < 0)
		return about_node(n, "cannot create", e);
	r = fill(fd, buf_view(&h->b), mode, s, n, e);
	close(fd);
	return r;
}

bool file_put(const struct saving *s, struct hand *h, struct node *n,
	      struct file_fate *f)
{
	struct err e = { 0 };

	f->damage = load(h, n);
	if (f->damage && !s->o->partial)
		return false;
	if (create(s, h, n, &e) == 0)
		return true;
	f->failure = keep(&e);
	return false;
}

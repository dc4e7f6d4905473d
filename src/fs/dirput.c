/* dirput.c - one file of a tree onto the disk */
#include "fs/dirput.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/hash.h"
#include "core/out.h"
#include "core/sparse.h"

/* What of a file is in memory at once; more where a block of it is. */
enum { PIECE = 512 << 10 };

static struct err *keep(const struct err *e)
{
	struct err *copy = xmalloc(sizeof(*copy));

	*copy = *e;
	return copy;
}

/* The bytes of a file on their way to the disk, no more than its size. */
struct putting {
	struct sink to;
	struct sparse file;
	const struct node *n;
	uint32_t crc;
	struct err *failure;
};

static bool take(struct sink *to, const void *bytes, size_t n)
{
	struct putting *p = (struct putting *)to;
	struct view v = { bytes, n, 0 };
	struct err e = { 0 };

	if (p->file.at >= p->n->size || p->failure)
		return false;
	v = view_upto(v, 0, p->n->size - p->file.at);
	p->crc = crc32_of(p->crc, v);
	if (sparse_write(&p->file, v, &e) < 0) {
		about_node(p->n, "cannot write", &e);
		p->failure = keep(&e);
	}
	return !p->failure;
}

/* By way of the hand's buffer; what could not be read is told. */
static struct err *load(struct hand *h, const struct node *n, struct putting *p)
{
	struct err e = { 0 };
	int r = 0;

	h->b.to = &p->to;
	h->b.most = PIECE;
	h->b.gone = 0;
	if (n->size)
		r = n->content.load(&n->content, &h->b, &e);
	if (!r && buf_total(&h->b) != n->size)
		r = fail(&e, ERR_FORMAT, "content is shorter than its size says; the "
			 "image is damaged");
	buf_drain(&h->b);
	return r < 0 ? keep(&e) : NULL;
}

static int finish(const struct saving *s, struct putting *p, struct node *n,
		  struct err *e)
{
	mode_t mode = (n->mode & 0777) | 0600;
	int fd = p->file.fd;

	if (p->failure) {
		*e = *p->failure;
		return -1;
	}
	if (sparse_end(&p->file, n->size, e) < 0)
		return about_node(n, "cannot write", e);
	if ((mode & s->umask) && fchmod(fd, mode) < 0)
		return about_node(n, "cannot set the mode", e);
	set_time(fd, n->mtime);
	if (p->file.at == n->size)
		n->mark = MARK_CRC | p->crc;
	return 0;
}

static int create(struct hand *h, const struct node *n, struct err *e)
{
	mode_t mode = (n->mode & 0777) | 0600;
	int at = dirwalk_to(&h->walk, n->parent, e), fd;

	if (at < 0)
		return -1;
	fd = openat(at, n->name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW |
		    O_CLOEXEC, mode);
	return fd < 0 ? about_node(n, "cannot create", e) : fd;
}

bool file_put(const struct saving *s, struct hand *h, struct node *n,
	      struct file_fate *f)
{
	struct putting p = { .to = { take }, .n = n };
	struct err e = { 0 };

	p.file.fd = create(h, n, &e);
	if (p.file.fd < 0) {
		f->failure = keep(&e);
		return false;
	}
	f->damage = load(h, n, &p);
	if ((!f->damage || s->o->partial) && finish(s, &p, n, &e) < 0)
		f->failure = keep(&e);
	close(p.file.fd);
	free(p.failure);
	return !f->failure && (!f->damage || s->o->partial);
}

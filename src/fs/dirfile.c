/* dirfile.c - the bytes of a file on disk, read once where there is room */
#include "fs/dirfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/mem.h"
#include "fs/dirfd.h"

struct kept { struct kept *next; uint8_t bytes[]; };

int dirfile_fail(const struct node *n, const char *what, struct err *e)
{
	struct buf path = { 0 };

	fail_sys(e, "%s", what);
	tree_path(n, &path);
	err_about(e, buf_string(&path));
	buf_free(&path);
	return -1;
}

static int read_all(int fd, uint64_t off, uint64_t size, struct buf *out)
{
	uint64_t have = 0;

	while (have < size) {
		ssize_t n = pread(fd, buf_room(out, size - have), size - have,
				  (off_t)(off + have));

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		out->len += (size_t)n;
		have += (uint64_t)n;
	}
	return have == size ? 0 : -1;
}

static void keep(struct dirfile *p, struct view v)
{
	struct dirroot *r = p->root;
	struct kept *k;

	pthread_mutex_lock(&r->lock);
	if (!p->kept && v.len && v.len <= r->keep) {
		k = xmalloc(sizeof(*k) + v.len);
		memcpy(k->bytes, v.p, v.len);
		r->keep -= v.len;
		k->next = r->kept;
		p->kept = r->kept = k;
	}
	pthread_mutex_unlock(&r->lock);
}

static const struct kept *kept_of(struct dirfile *p)
{
	const struct kept *k;

	pthread_mutex_lock(&p->root->lock);
	k = p->kept;
	pthread_mutex_unlock(&p->root->lock);
	return k;
}

/* The bytes where `want` is (it has none) of a file that must have `size`. */
static int read_file(struct dirfile *p, uint64_t size, struct view want,
		     struct buf *out, struct err *e)
{
	struct buf path = { 0 };
	struct stat st;
	int fd, r = -1;

	tree_path(p->n, &path);
	fd = open_below(p->root->fd, buf_string(&path), O_RDONLY);
	buf_free(&path);
	if (fd < 0)
		return dirfile_fail(p->n, "cannot open", e);
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) ||
	    (uint64_t)st.st_size != size)
		fail(e, ERR_IO, "changed while it was read; run again");
	else if (read_all(fd, want.at, want.len, out) < 0)
		dirfile_fail(p->n, "cannot read", e);
	else
		r = 0;
	close(fd);
	return r;
}

int dirfile_load(const struct content *c, struct buf *out, struct err *e)
{
	struct dirfile *p = (struct dirfile *)(uintptr_t)c->from;
	const struct kept *k = kept_of(p);
	size_t start = out->len;

	if (k) {
		put(out, k->bytes, c->key);
		return 0;
	}
	if (read_file(p, c->key, (struct view){ .len = c->key }, out, e) < 0)
		return -1;
	keep(p, view_from(buf_view(out), start));
	return 0;
}

int dirfile_part(const struct content *c, uint64_t off, size_t n,
		 struct buf *out, struct err *e)
{
	struct dirfile *p = (struct dirfile *)(uintptr_t)c->from;
	const struct kept *k = kept_of(p);

	if (!k)
		return read_file(p, c->key, (struct view){ .len = n, .at = off },
				 out, e);
	put(out, k->bytes + off, n);
	return 0;
}

int dirroot_open(struct dirroot *r, const char *path, uint64_t keep)
{
	*r = (struct dirroot){
		.fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC),
		.lock = PTHREAD_MUTEX_INITIALIZER, .keep = keep,
	};
	return r->fd;
}

void dirroot_close(struct dirroot *r)
{
	while (r->kept) {
		struct kept *k = r->kept;

		r->kept = k->next;
		free(k);
	}
	pthread_mutex_destroy(&r->lock);
	close(r->fd);
}

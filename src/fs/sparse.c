/* sparse.c - bytes to a new file, with holes where there is nothing */
#include <sys/stat.h>
#include <unistd.h>

#include "core/out.h"
#include "fs/dirnodes.h"

enum { BLOCK = 4096 };

/* How much of v lies in one block of the file. */
static struct view block(const struct sparse *s, struct view v)
{
	return view_upto(v, 0, BLOCK - s->at % BLOCK);
}

static bool is_hole(struct view v)
{
	return v.len == BLOCK && !v.p[0] && view_run(v, 0) == v.len;
}

/* From s->at on, behind a hole if there is one. */
static int write_run(struct sparse *s, struct view v, struct err *e)
{
	if (!v.len)
		return 0;
	if (s->at != s->end && lseek(s->fd, (off_t)s->at, SEEK_SET) < 0)
		return fail_sys(e, "cannot write");
	s->end = s->at += v.len;
	return write_view(s->fd, v, e);
}

int sparse_write(struct sparse *s, struct view v, struct err *e)
{
	while (v.len) {
		struct sparse to = *s;
		size_t n = 0;

		for (struct view k; (k = block(&to, view_from(v, n))).len; n += k.len) {
			if (is_hole(k))
				break;
			to.at += k.len;
		}
		if (write_run(s, view_sub(v, 0, n), e) < 0)
			return -1;
		v = view_from(v, n);
		for (; is_hole(block(s, v)); v = view_from(v, BLOCK))
			s->at += BLOCK;
	}
	return 0;
}

int sparse_end(const struct sparse *s, uint64_t size, struct err *e)
{
	return s->end != size && ftruncate(s->fd, (off_t)size) < 0
		? fail_sys(e, "cannot write") : 0;
}

void set_time(int fd, int64_t mtime)
{
	struct timespec ts[2] = { { .tv_nsec = UTIME_OMIT }, { .tv_sec = mtime } };

	if (mtime != TREE_NO_TIME)
		futimens(fd, ts);
}

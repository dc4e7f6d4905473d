/* sparse.c - bytes to a new file, with holes where there is nothing */
#include <sys/stat.h>
#include <unistd.h>

#include "core/out.h"
#include "fs/dirnodes.h"

enum { BLOCK = 4096 };

static bool is_hole(struct view v)
{
	return v.len == BLOCK && !v.p[0] && view_run(v, 0) == v.len;
}

int write_sparse(int fd, struct view v, struct err *e)
{
	uint64_t from = 0, at = 0;
	bool hole = false;

	for (; at < v.len; at += BLOCK) {
		bool zero = is_hole(view_upto(v, at, BLOCK));

		if (zero && !hole && at > from &&
		    write_view(fd, view_sub(v, from, at - from), e) < 0)
			return -1;
		if (!zero && hole &&
		    lseek(fd, (off_t)(at - from), SEEK_CUR) < 0)
			return fail_sys(e, "cannot write");
		if (zero != hole)
			from = at;
		hole = zero;
	}
	if (hole)
		return ftruncate(fd, (off_t)v.len) < 0
			? fail_sys(e, "cannot write") : 0;
	return write_view(fd, view_from(v, from), e);
}

void set_time(int fd, int64_t mtime)
{
	struct timespec ts[2] = { { .tv_nsec = UTIME_OMIT }, { .tv_sec = mtime } };

	if (mtime != TREE_NO_TIME)
		futimens(fd, ts);
}

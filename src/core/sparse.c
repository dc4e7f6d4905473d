/* sparse.c - bytes to a new file, with holes where there is nothing */
#include "core/sparse.h"

#include <unistd.h>

#include "core/maps.h"
#include "core/out.h"

enum { BLOCK = 4096, PIECE = 1 << 20 };

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

int write_sparse(int fd, struct view v, struct err *e)
{
	struct sparse s = { .fd = fd };
	uint64_t size = v.len;

	while (v.len) {
		struct view piece = view_upto(v, 0, PIECE);

		maps_touched(piece);
		if (sparse_write(&s, piece, e) < 0)
			return -1;
		v = view_from(v, PIECE);
	}
	return sparse_end(&s, size, e);
}

/* entry.c - the entries of a directory block */
#include "fs/ext/ext.h"

enum { LEAST = 8, WHOLE_64K = 65535, TAIL = 12, TAIL_TYPE = 0xde };

/* In blocks of 64 KiB an entry may be longer than two bytes can say. */
static size_t length_of(struct view v, size_t at)
{
	size_t n = peek16(v, at + 4, LITTLE);

	if (v.len < WHOLE_64K)
		return n;
	return n == WHOLE_64K || !n ? WHOLE_64K + 1 : (n & 65532) | (n & 3) << 16;
}

bool ext_has_tail(struct view v)
{
	size_t at = 0, n;

	while (view_has(v, at, LEAST) && at + TAIL < v.len) {
		n = length_of(v, at);
		if (n < LEAST)
			return false;
		at += n;
	}
	return at + TAIL == v.len && !peek32(v, at, LITTLE) &&
	       length_of(v, at) == TAIL && v.p[at + 7] == TAIL_TYPE;
}

bool ext_entry_next(struct view v, size_t *at, struct ext_entry *d)
{
	while (view_has(v, *at, LEAST)) {
		size_t n = length_of(v, *at), from = *at;

		d->inode = peek32(v, from, LITTLE);
		if (n < LEAST || n % 4 || !view_has(v, from, n) ||
		    (d->inode && LEAST + (size_t)v.p[from + 6] > n))
			return false;
		*at += n;
		d->name = view_sub(v, from + LEAST, v.p[from + 6]);
		if (d->inode)
			return true;
	}
	*at = v.len;
	return false;
}

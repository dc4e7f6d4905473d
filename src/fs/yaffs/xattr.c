/*
 * xattr.c - extended attributes, in the chunk of a header behind it
 *
 *	values = { size:u32 name 0 value } size <= 0
 *
 * size is that of the record. One that reaches the end of the chunk is none. A
 * size of 0 must end them: YAFFS takes erased bytes for a record when it lists.
 */
#include <stdlib.h>

#include "core/log.h"
#include "fs/times.h"
#include "fs/yaffs/xattr.h"

enum { SIZE = 4 };

static struct view room_of(const struct yaffs_shape *s, struct view chunk)
{
	return view_from(view_upto(chunk, 0, yaffs_data(s)), YAFFS_HEADER);
}

static bool is_there(const struct node *n, const char *name)
{
	for (const struct xattr *x = n->xattr; x; x = x->next)
		if (!strcmp(x->name, name))
			return true;
	return false;
}

/* Of two with one name the first counts. */
static bool get_one(struct tree *t, struct node *n, struct view record)
{
	const uint8_t *nul = record.len ? memchr(record.p, 0, record.len) : NULL;
	size_t len = nul ? (size_t)(nul - record.p) : 0;
	const char *name;

	if (!len)
		return false;
	name = arena_copy(&t->arena, record.p, len);
	if (!is_there(n, name))
		tree_xattr(t, n, name, view_from(record, len + 1));
	return true;
}

void yaffs_get_xattrs(const struct yaffs_shape *s, struct view chunk,
		      struct tree *t, struct node *n)
{
	struct view room = room_of(s, chunk);
	uint64_t at = 0;

	while (view_has(room, at, SIZE)) {
		uint32_t size = peek32(room, at, (enum endian)s->header);

		if (!size || size > INT32_MAX)
			return;
		if (size <= SIZE || !view_has(room, at, (uint64_t)size + 1) ||
		    !get_one(t, n, view_sub(room, at + SIZE, size - SIZE))) {
			/* Without one that is right these may be any bytes. */
			if (at)
				tree_damage(t, room.at + at, n, "yaffs.xattr",
					    "extended attribute that breaks its "
					    "own rules");
			return;
		}
		at += size;
	}
}

int yaffs_put_xattrs(const struct yaffs_shape *s, const struct node *n,
		     struct buf *head, struct err *e)
{
	for (const struct xattr *x = n->xattr; x; x = x->next) {
		size_t len = strlen(x->name) + 1;

		head->endian = (enum endian)s->header;
		put32(head, (uint32_t)(SIZE + len + x->value.len));
		put(head, x->name, len);
		put_view(head, x->value);
		if (head->len >= yaffs_data(s))
			return fail(e, ERR_LIMIT, "%s: its extended attributes do not "
				    "fit behind the header, in %u bytes; give a larger "
				    "--chunk, or remove some", n->name,
				    yaffs_data(s) - YAFFS_HEADER - 1);
	}
	if (n->xattr)
		put_fill(head, 0, yaffs_data(s) - head->len < SIZE ?
			 yaffs_data(s) - head->len : SIZE);
	return 0;
}

static size_t drop(struct node *n)
{
	size_t dropped = n->xattr != NULL;

	n->xattr = NULL;
	for (n = n->child; n; n = n->next)
		dropped += drop(n);
	return dropped;
}

int yaffs_prepare(struct tree *t, const void *opts, bool anew, struct err *e)
{
	const struct yaffs_shape *s = opts;
	size_t n;

	(void)anew;
	(void)e;
	times_fit(t, UINT32_MAX, "YAFFS");
	if (yaffs_data(s) > YAFFS_HEADER)
		return 0;
	n = drop(t->root);
	if (n)
		warn("yaffs.xattr", "extended attributes of %zu file%s are left out; "
		     "headers fill chunks of %d bytes", n, n == 1 ? "" : "s",
		     YAFFS_HEADER);
	return 0;
}

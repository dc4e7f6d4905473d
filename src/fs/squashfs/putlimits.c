/* putlimits.c - what has no room in squashfs, in old versions above all */
#include "fs/squashfs/put.h"

int squash_check_ids(const struct squash_writer *w, struct err *e)
{
	static const size_t uids[] = { 0, 48, 255, 255, UINT16_MAX };
	static const size_t guids[] = { 0, 15, 255, 255, 0 };
	unsigned major = w->s.major;

	if (w->ids.len / 4 > uids[major])
		return fail(e, ERR_LIMIT, "%zu different owners, squashfs %u has room for "
			    "%zu; give --all-root", w->ids.len / 4, major, uids[major]);
	if (w->guids.len / 4 > guids[major])
		return fail(e, ERR_LIMIT, "%zu different groups, squashfs %u has room for "
			    "%zu; give --all-root", w->guids.len / 4, major,
			    guids[major]);
	return 0;
}

/* Versions 1 to 3 have fewer bits for some things. */
static int check_node(const struct squash_writer *w, const struct node *n,
		      struct err *e)
{
	unsigned major = w->s.major;

	if ((S_ISCHR(n->mode) || S_ISBLK(n->mode)) && major < 4 &&
	    (n->major > 255 || n->minor > 255))
		return fail(e, ERR_LIMIT, "%s: device %u:%u has no room in squashfs %u; "
			    "leave it out", n->name, n->major, n->minor, major);
	if (S_ISREG(n->mode) && major < 3 && n->size >> 32)
		return fail(e, ERR_LIMIT, "%s: squashfs %u holds files of up to 4 GiB; "
			    "leave it out", n->name, major);
	return 0;
}

int squash_check_nodes(const struct squash_writer *w, struct err *e)
{
	for (size_t i = 0; i < w->inodes; i++)
		if (check_node(w, w->inode[i].n, e) < 0)
			return -1;
	return 0;
}

/* Places of 24 bits in tables, of 32 in the image, sizes of directories. */
int squash_check_room(const struct squash_writer *w, struct err *e)
{
	bool old = w->s.major < 3;

	if (old && (w->s.used >> 32 || w->inode_table.done.len >> 24 ||
		    w->dir_table.done.len >> 24))
		return fail(e, ERR_LIMIT, "the tree is too large for squashfs %u; leave "
			    "something out", w->s.major);
	if (w->longest_dir >> (w->s.major == 1 ? 19 : w->s.major < 4 ? 27 : 32))
		return fail(e, ERR_LIMIT, "a directory has more names than squashfs %u has "
			    "room for; divide it", w->s.major);
	return 0;
}

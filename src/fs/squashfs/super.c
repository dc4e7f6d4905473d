/*
 * super.c - squashfs superblocks, versions 1 to 4, either byte order
 *
 * The major version lies at 28 in all of them and tells the byte order; the
 * magic does not, as vendors change it. Version 4 by upstream is always
 * little-endian.
 */
#include "fs/squashfs/super.h"

static bool get_old(struct cursor *c, struct squash_super *s)
{
	get_skip(c, 4);
	s->inodes = get32(c);
	s->used = get32(c);
	get_skip(c, 8);
	s->inode_table = get32(c);
	s->dir_table = get32(c);
	get_skip(c, 4);
	s->block_size = get16(c);
	s->block_log = get16(c);
	s->flags = get8(c);
	s->ids = get8(c);
	s->guids = get8(c);
	s->mkfs_time = get32(c);
	s->root = get64(c);
	s->fragment_table = s->export_table = SQUASH_ABSENT;
	s->id_table = peek32(c->v, 12, s->endian);
	s->guid_table = peek32(c->v, 16, s->endian);
	if (s->major > 1) {
		s->block_size = get32(c);
		s->fragments = get32(c);
		s->fragment_table = get32(c);
	}
	if (s->major > 2) {
		s->used = get64(c);
		s->id_table = get64(c);
		s->guid_table = get64(c);
		s->inode_table = get64(c);
		s->dir_table = get64(c);
		s->fragment_table = get64(c);
		s->export_table = get64(c);
	}
	s->xattr_table = SQUASH_ABSENT;
	return cursor_ok(c);
}

static bool get_new(struct cursor *c, struct squash_super *s)
{
	get_skip(c, 4);
	s->inodes = get32(c);
	s->mkfs_time = get32(c);
	s->block_size = get32(c);
	s->fragments = get32(c);
	s->compression = get16(c);
	s->block_log = get16(c);
	s->flags = get16(c);
	s->ids = get16(c);
	get_skip(c, 4);
	s->root = get64(c);
	s->used = get64(c);
	s->id_table = get64(c);
	s->xattr_table = get64(c);
	s->inode_table = get64(c);
	s->dir_table = get64(c);
	s->fragment_table = get64(c);
	s->export_table = get64(c);
	return cursor_ok(c);
}

/* Whether a table that may be missing lies between the folders and the end. */
static bool inside(const struct squash_super *s, uint64_t *table, bool there)
{
	if (!there || *table == SQUASH_ABSENT) {
		*table = SQUASH_ABSENT;
		return true;
	}
	return *table >= s->dir_table && *table < s->used;
}

static bool sound(struct squash_super *s)
{
	if (s->block_size < 4096 || s->block_size > SQUASH_MOST_BLOCK ||
	    s->block_log > 20 || s->block_size != 1u << s->block_log)
		return false;
	if (!s->inodes || (s->root & 0xffff) > SQUASH_META ||
	    s->inode_table < s->header || s->inode_table >= s->dir_table ||
	    s->dir_table > s->used || s->root >> 48 ||
	    s->root >> 16 >= s->dir_table - s->inode_table)
		return false;
	if (s->major == 3 && !s->export_table)
		s->export_table = SQUASH_ABSENT;
	return inside(s, &s->fragment_table, s->fragments > 0) &&
	       inside(s, &s->export_table, true) &&
	       inside(s, &s->xattr_table, true) &&
	       (s->major < 4 || (s->ids > 0 && s->id_table >= s->dir_table &&
				 s->id_table < s->used));
}

static bool version(struct view v, enum endian endian, struct squash_super *s)
{
	static const unsigned header[] = { 0, 51, 63, 119, 96 };
	struct cursor c = cursor(v, endian);

	*s = (struct squash_super){
		.magic = peek32(v, 0, BIG), .endian = endian, .lengths = endian,
		.major = peek16(v, 28, endian), .minor = peek16(v, 30, endian),
	};
	if (s->major < 1 || s->major > 4 || s->minor > 255)
		return false;
	s->header = header[s->major];
	c.v = view_sub(v, 0, s->header);
	return (s->major < 4 ? get_old(&c, s) : get_new(&c, s)) && sound(s);
}

bool squash_get(struct view v, struct squash_super *s)
{
	return version(v, LITTLE, s) || version(v, BIG, s);
}

/* inode.c - the inodes of ext2, ext3 and ext4 */
#include "core/maps.h"
#include "fs/ext/ext.h"

static struct view find(const struct ext *x, uint32_t number)
{
	uint32_t index = (number - 1) % x->group_inodes, per = x->block / x->inode_size;
	struct view d = ext_group(x, (number - 1) / x->group_inodes);
	uint64_t table = peek32(d, 0x08, LITTLE);

	if (x->descriptor >= 64)
		table |= (uint64_t)peek32(d, 0x28, LITTLE) << 32;
	if (!d.len || !table)
		return (struct view){ .at = d.at };
	d = view_sub(ext_block(x, table + index / per),
		     (uint64_t)(index % per) * x->inode_size, x->inode_size);
	maps_touched(d);
	return d;
}

/* Two bits more than the 32, which are signed; none where they are not kept. */
static int64_t time_of(struct view v, uint32_t extra)
{
	int64_t t = (int32_t)peek32(v, 0x10, LITTLE);

	return extra >= 12 ? t + ((int64_t)(peek32(v, 0x88, LITTLE) & 3) << 32) : t;
}

static void get_owner(struct view v, struct ext_inode *i)
{
	i->mode = peek16(v, 0x00, LITTLE);
	i->uid = peek16(v, 0x02, LITTLE) | (uint32_t)peek16(v, 0x78, LITTLE) << 16;
	i->gid = peek16(v, 0x18, LITTLE) | (uint32_t)peek16(v, 0x7a, LITTLE) << 16;
	i->links = peek16(v, 0x1a, LITTLE);
	i->flags = peek32(v, 0x20, LITTLE);
	i->generation = peek32(v, 0x64, LITTLE);
}

static void get_size(const struct ext *x, struct view v, struct ext_inode *i)
{
	i->size = peek32(v, 0x04, LITTLE);
	if (S_ISREG(i->mode) || (S_ISDIR(i->mode) && x->incompat & EXT_LARGE_DIR))
		i->size |= (uint64_t)peek32(v, 0x6c, LITTLE) << 32;
	i->sectors = peek32(v, 0x1c, LITTLE) | (uint64_t)peek16(v, 0x74, LITTLE) << 32;
	i->attributes = peek32(v, 0x68, LITTLE);
	if (x->incompat & EXT_64BIT)
		i->attributes |= (uint64_t)peek16(v, 0x76, LITTLE) << 32;
}

bool ext_inode_get(const struct ext *x, uint32_t number, struct ext_inode *i)
{
	struct view v = { 0 };
	uint32_t extra = 0;

	*i = (struct ext_inode){ .number = number };
	if (number && number <= x->inodes)
		v = find(x, number);
	if (!v.len)
		return false;
	if (v.len > EXT_OLD_INODE)
		extra = peek16(v, 0x80, LITTLE);
	i->raw = v;
	i->map = view_sub(v, 0x28, EXT_MAP);
	i->body = view_from(v, EXT_OLD_INODE + (extra ? extra : v.len));
	get_owner(v, i);
	get_size(x, v, i);
	i->mtime = time_of(v, extra);
	return true;
}

bool ext_is_device(uint32_t mode)
{
	return S_ISCHR(mode) || S_ISBLK(mode);
}

/* In the first word as Unix had it; else in the second, with 12 and 20 bits. */
void ext_device(const struct ext_inode *i, struct node *n)
{
	uint32_t old = peek32(i->map, 0, LITTLE), dev = peek32(i->map, 4, LITTLE);

	n->major = old ? old >> 8 & 0xff : dev >> 8 & 0xfff;
	n->minor = old ? old & 0xff : (dev & 0xff) | (dev >> 12 & 0xfff00);
}

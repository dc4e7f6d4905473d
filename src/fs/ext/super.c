/* super.c - the superblock of ext2, ext3 and ext4, its groups and blocks */
#include "core/hash.h"
#include "fs/ext/ext.h"

enum { MAGIC = 0xef53, MOST_LOG = 6, OLD_DESCRIPTOR = 32 };

static bool is_power(uint32_t n)
{
	return n && !(n & (n - 1));
}

static void get_features(struct view s, struct ext *x)
{
	x->compat = peek32(s, 0x5c, LITTLE);
	x->incompat = peek32(s, 0x60, LITTLE);
	x->read_only = peek32(s, 0x64, LITTLE);
	x->inode_size = peek16(s, 0x58, LITTLE);
	x->journal = x->compat & EXT_HAS_JOURNAL ? peek32(s, 0xe0, LITTLE) : 0;
	x->first_meta = peek32(s, 0x104, LITTLE);
	x->backup[0] = peek32(s, 0x24c, LITTLE);
	x->backup[1] = peek32(s, 0x250, LITTLE);
	memcpy(x->uuid, s.p + 0x68, sizeof(x->uuid));
	x->seed = x->incompat & EXT_SEED ? peek32(s, 0x270, LITTLE) :
		crc32c_of(~0u, view_sub(s, 0x68, sizeof(x->uuid)));
}

/* Revision 0 has no features, and inodes of 128 bytes. */
static void get_sizes(struct view s, struct ext *x)
{
	uint32_t block = peek32(s, 0x18, LITTLE), cluster = peek32(s, 0x1c, LITTLE);

	x->inode_size = EXT_OLD_INODE;
	if (peek32(s, 0x4c, LITTLE))
		get_features(s, x);
	x->inodes = peek32(s, 0x00, LITTLE);
	x->blocks = peek32(s, 0x04, LITTLE);
	x->descriptor = OLD_DESCRIPTOR;
	if (x->incompat & EXT_64BIT) {
		x->blocks |= (uint64_t)peek32(s, 0x150, LITTLE) << 32;
		x->descriptor = peek16(s, 0xfe, LITTLE);
	}
	x->first = peek32(s, 0x14, LITTLE);
	x->block = block <= MOST_LOG ? 1024u << block : 0;
	x->cluster = x->block;
	if (x->read_only & EXT_BIG_CLUSTERS)
		x->cluster = cluster <= 20 ? 1024u << cluster : 0;
	x->group_blocks = peek32(s, 0x20, LITTLE);
	x->group_inodes = peek32(s, 0x28, LITTLE);
}

static bool are_possible(struct ext *x)
{
	uint64_t groups, bits = (uint64_t)x->block * 8;

	if (!x->block || x->cluster < x->block || x->first > 1 ||
	    x->blocks <= x->first || x->blocks > (UINT64_C(1) << 62) / x->block ||
	    !x->group_inodes || x->group_inodes > bits || !x->group_blocks ||
	    x->group_blocks > bits * (x->cluster / x->block) ||
	    x->inode_size < EXT_OLD_INODE || x->inode_size > x->block ||
	    !is_power(x->inode_size) || !is_power(x->descriptor) ||
	    x->descriptor < OLD_DESCRIPTOR || x->descriptor > x->block)
		return false;
	groups = (x->blocks - x->first + x->group_blocks - 1) / x->group_blocks;
	x->groups = (uint32_t)groups;
	return groups * x->group_inodes == x->inodes;
}

static const char *kind_of(const struct ext *x)
{
	if (x->incompat & EXT_ONLY_4 || x->read_only & EXT_RO_ONLY_4)
		return "ext4";
	return x->compat & EXT_HAS_JOURNAL ? "ext3" : "ext2";
}

static bool is_super(struct view s, uint32_t group)
{
	return s.len && peek16(s, 0x38, LITTLE) == MAGIC &&
	       peek16(s, 0x3a, LITTLE) <= 7 && peek16(s, 0x3c, LITTLE) <= 3 &&
	       peek32(s, 0x4c, LITTLE) <= 1 && peek16(s, 0x5a, LITTLE) == group;
}

static bool get_at(struct view v, uint64_t at, uint32_t group, struct ext *x)
{
	struct view s = view_sub(v, at, EXT_SUPER);

	*x = (struct ext){ .v = v, .super = at };
	if (!is_super(s, group))
		return false;
	get_sizes(s, x);
	if (!are_possible(x))
		return false;
	x->kind = kind_of(x);
	x->v = view_upto(v, 0, ext_size(x));
	return true;
}

bool ext_get(struct view v, struct ext *x)
{
	return get_at(v, EXT_SUPER, 0, x);
}

/* Where group 1 begins, in blocks of that size, if groups are as large as usual. */
static uint64_t second_group(uint64_t block)
{
	return 8 * block + (block == EXT_SUPER);
}

bool ext_get_copy(struct view v, struct ext *x)
{
	for (uint64_t block = 1024; block <= 1024 << MOST_LOG; block *= 2) {
		uint64_t at = second_group(block);

		if (get_at(v, at * block, 1, x) && x->block == block &&
		    x->group_blocks == 8 * block) {
			x->copy = at;
			return true;
		}
	}
	return false;
}

bool ext_copy_start(struct view image, uint64_t at, uint64_t *start)
{
	struct view s = view_sub(image, at, EXT_SUPER);
	uint64_t block = 1024, before;

	if (!is_super(s, 1) || peek32(s, 0x18, LITTLE) > MOST_LOG)
		return false;
	block <<= peek32(s, 0x18, LITTLE);
	before = second_group(block) * block;
	*start = at - before;
	return at >= before;
}

struct view ext_block(const struct ext *x, uint64_t n)
{
	size_t from = 0, to = x->nlogged;

	if (n >= x->blocks)
		return (struct view){ .at = x->v.at };
	while (from < to) {
		size_t mid = from + (to - from) / 2;

		if (x->logged[mid].block == n)
			return x->logged[mid].v;
		if (x->logged[mid].block < n)
			from = mid + 1;
		else
			to = mid;
	}
	return view_sub(x->v, n * x->block, x->block);
}

static bool is_power_of(uint32_t n, uint32_t base)
{
	while (n > 1 && n % base == 0)
		n /= base;
	return n == 1;
}

static bool has_super(const struct ext *x, uint32_t group)
{
	if (!group)
		return true;
	if (x->compat & EXT_SPARSE2)
		return group == x->backup[0] || group == x->backup[1];
	return !(x->read_only & EXT_SPARSE) || is_power_of(group, 3) ||
	       is_power_of(group, 5) || is_power_of(group, 7);
}

/*
 * Behind the superblock; with META_GROUPS and from some block of descriptors
 * on, at the beginning of the groups that it describes.
 */
struct view ext_group(const struct ext *x, uint32_t group)
{
	uint32_t per = x->block / x->descriptor, which = group / per;
	uint64_t first = x->block == EXT_SUPER, at = first + 1 + which;

	if (x->copy)
		at = x->copy + 1 + which;

	if (x->incompat & EXT_META_GROUPS && which >= x->first_meta) {
		at = x->first + (uint64_t)which * per * x->group_blocks;
		at += has_super(x, which * per);
		at += x->block == EXT_SUPER && !which && !x->first;
	}
	return view_sub(ext_block(x, at), (uint64_t)(group % per) * x->descriptor,
			x->descriptor);
}

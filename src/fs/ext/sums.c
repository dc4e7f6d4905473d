/* sums.c - the checksums of ext4 */
#include "core/hash.h"
#include "fs/ext/ext.h"

enum { SUM_AT = 0x1e, TAIL = 12, SUM_LOW = 0x7c, SUM_HIGH = 0x82 };

static uint32_t sum32(uint32_t crc, uint32_t x)
{
	uint8_t le[4] = { (uint8_t)x, (uint8_t)(x >> 8), (uint8_t)(x >> 16),
			  (uint8_t)(x >> 24) };

	return crc32c_of(crc, (struct view){ le, sizeof(le), 0 });
}

static uint32_t sum_zeros(uint32_t crc, size_t n)
{
	static const uint8_t zeros[4];

	return crc32c_of(crc, (struct view){ zeros, n, 0 });
}

bool ext_super_holds(const struct ext *x)
{
	struct view s = view_sub(x->v, x->super, EXT_SUPER);

	return !(x->read_only & EXT_SUMS) ||
	       crc32c_of(~0u, view_sub(s, 0, 0x3fc)) == peek32(s, 0x3fc, LITTLE);
}

static uint16_t old_group_sum(const struct ext *x, uint32_t group, struct view d)
{
	uint8_t le[4] = { (uint8_t)group, (uint8_t)(group >> 8),
			  (uint8_t)(group >> 16), (uint8_t)(group >> 24) };
	uint16_t crc = crc16_of(0xffff, (struct view){ x->uuid, 16, 0 });

	crc = crc16_of(crc, (struct view){ le, sizeof(le), 0 });
	crc = crc16_of(crc, view_sub(d, 0, SUM_AT));
	return crc16_of(crc, view_from(d, SUM_AT + 2));
}

static uint16_t group_sum(const struct ext *x, uint32_t group, struct view d)
{
	uint32_t crc = sum32(x->seed, group);

	if (!(x->read_only & EXT_SUMS))
		return old_group_sum(x, group, d);
	crc = crc32c_of(crc, view_sub(d, 0, SUM_AT));
	crc = sum_zeros(crc, 2);
	return (uint16_t)crc32c_of(crc, view_from(d, SUM_AT + 2));
}

uint32_t ext_groups_wrong(const struct ext *x)
{
	bool sums = x->read_only & (EXT_SUMS | EXT_GROUP_SUMS);
	uint32_t wrong = 0;

	for (uint32_t i = 0; i < x->groups; i++) {
		struct view d = ext_group(x, i);

		if (!d.len)
			return wrong + x->groups - i;
		wrong += sums && peek16(d, SUM_AT, LITTLE) != group_sum(x, i, d);
	}
	return wrong;
}

static uint32_t inode_seed(const struct ext *x, const struct ext_inode *i)
{
	return sum32(sum32(x->seed, i->number), i->generation);
}

bool ext_inode_holds(const struct ext *x, const struct ext_inode *i)
{
	struct view v = i->raw;
	uint32_t crc = inode_seed(x, i), is = peek16(v, SUM_LOW, LITTLE);
	bool high = v.len > EXT_OLD_INODE && peek16(v, 0x80, LITTLE) >= 4;

	if (!(x->read_only & EXT_SUMS))
		return true;
	crc = sum_zeros(crc32c_of(crc, view_sub(v, 0, SUM_LOW)), 2);
	crc = crc32c_of(crc, view_sub(v, SUM_LOW + 2, EXT_OLD_INODE - SUM_LOW - 2));
	if (!high)
		return is == (uint16_t)crc32c_of(crc, view_from(v, EXT_OLD_INODE));
	is |= (uint32_t)peek16(v, SUM_HIGH, LITTLE) << 16;
	crc = sum_zeros(crc32c_of(crc, view_sub(v, EXT_OLD_INODE, 2)), 2);
	return is == crc32c_of(crc, view_from(v, SUM_HIGH + 2));
}

bool ext_extents_hold(const struct ext *x, const struct ext_inode *i,
		      struct view block)
{
	uint64_t end = 12 + 12 * (uint64_t)peek16(block, 4, LITTLE);

	return !(x->read_only & EXT_SUMS) ||
	       (view_has(block, end, 4) &&
		crc32c_of(inode_seed(x, i), view_sub(block, 0, end)) ==
		peek32(block, end, LITTLE));
}

/* Nodes of hashed directories end otherwise: theirs are not looked at. */
bool ext_dir_holds(const struct ext *x, const struct ext_inode *i,
		   struct view block)
{
	size_t end = block.len - TAIL;

	return !(x->read_only & EXT_SUMS) || !ext_has_tail(block) ||
	       crc32c_of(inode_seed(x, i), view_sub(block, 0, end)) ==
	       peek32(block, end + 8, LITTLE);
}

bool ext_xattrs_hold(const struct ext *x, uint64_t block, struct view v)
{
	uint32_t crc = sum32(sum32(x->seed, (uint32_t)block), (uint32_t)(block >> 32));

	if (!(x->read_only & EXT_SUMS))
		return true;
	crc = sum_zeros(crc32c_of(crc, view_sub(v, 0, 0x10)), 4);
	return crc32c_of(crc, view_from(v, 0x14)) == peek32(v, 0x10, LITTLE);
}

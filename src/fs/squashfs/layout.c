/*
 * layout.c - inodes and directory entries of squashfs, all versions alike
 *
 * Up to version 3 they are C bit fields without gaps: filled from the low end
 * in little-endian images, from the high end in big-endian ones. Version 4
 * has whole numbers, which is the same thing with wider fields.
 */
#include "fs/squashfs/layout.h"

struct field { uint8_t what, bits; };

struct bits {
	struct view v;
	uint64_t at;		/* in bits */
	enum endian endian;
};

static uint64_t get_bits(struct bits *b, unsigned n)
{
	uint64_t x = 0;

	for (unsigned got = 0; got < n;) {
		unsigned in = b->at % 8, left = n - got;
		unsigned take = 8 - in < left ? 8 - in : left;
		unsigned byte = b->at / 8 < b->v.len ? b->v.p[b->at / 8] : 0;
		unsigned mask = (1u << take) - 1;

		if (b->endian == BIG)
			x = x << take | (byte >> (8 - in - take) & mask);
		else
			x |= (uint64_t)(byte >> in & mask) << got;
		got += take;
		b->at += take;
	}
	return x;
}

static void put_bits(struct buf *out, struct bits *b, unsigned n, uint64_t x)
{
	for (unsigned done = 0; done < n;) {
		unsigned in = b->at % 8, left = n - done;
		unsigned take = 8 - in < left ? 8 - in : left;
		unsigned mask = (1u << take) - 1, part;

		if (!in)
			put8(out, 0);
		if (b->endian == BIG)
			part = (unsigned)(x >> (left - take) & mask) << (8 - in - take);
		else
			part = (unsigned)(x >> done & mask) << in;
		out->p[out->len - 1] |= (uint8_t)part;
		done += take;
		b->at += take;
	}
}

/* Whole bytes in all, so that each record begins with one. */
static void put_record(const struct squash_super *s, const struct field *f,
		       const uint64_t *value, struct buf *out)
{
	struct bits b = { .endian = s->endian };

	for (; f->bits; f++)
		put_bits(out, &b, f->bits, value[f->what]);
}

/* Decode the fields, which end with one of no bits; false: outside table. */
static bool get_record(const struct squash_super *s, struct view table,
		       uint64_t pos, const struct field *f,
		       struct squash_record *n)
{
	struct bits b = { table, 8 * pos, s->endian };

	if (pos > table.len)
		return false;
	for (; f->bits; f++)
		n->f[f->what] = get_bits(&b, f->bits);
	n->end = b.at / 8;
	return n->end <= table.len;
}

static const struct field
	base_1[] = { { SQ_TYPE, 4 }, { SQ_MODE, 12 }, { SQ_UID, 4 },
		     { SQ_GID, 4 }, { 0 } },
	base_2[] = { { SQ_TYPE, 4 }, { SQ_MODE, 12 }, { SQ_UID, 8 },
		     { SQ_GID, 8 }, { 0 } },
	base_3[] = { { SQ_TYPE, 4 }, { SQ_MODE, 12 }, { SQ_UID, 8 },
		     { SQ_GID, 8 }, { SQ_MTIME, 32 }, { SQ_INO, 32 }, { 0 } },
	base_4[] = { { SQ_TYPE, 16 }, { SQ_MODE, 16 }, { SQ_UID, 16 },
		     { SQ_GID, 16 }, { SQ_MTIME, 32 }, { SQ_INO, 32 }, { 0 } };

static const struct field
	none[] = { { 0 } },
	links[] = { { SQ_LINKS, 32 }, { 0 } },
	xlinks[] = { { SQ_LINKS, 32 }, { SQ_XATTR, 32 }, { 0 } },
	ipc_1[] = { { SQ_TYPE, 4 }, { SQ_COUNT, 4 }, { 0 } },
	dir_1[] = { { SQ_SIZE, 19 }, { SQ_OFFSET, 13 }, { SQ_MTIME, 32 },
		    { SQ_START, 24 }, { 0 } },
	xdir_2[] = { { SQ_SIZE, 27 }, { SQ_OFFSET, 13 }, { SQ_MTIME, 32 },
		     { SQ_START, 24 }, { SQ_COUNT, 16 }, { 0 } },
	dir_3[] = { { SQ_LINKS, 32 }, { SQ_SIZE, 19 }, { SQ_OFFSET, 13 },
		    { SQ_START, 32 }, { SQ_PARENT, 32 }, { 0 } },
	xdir_3[] = { { SQ_LINKS, 32 }, { SQ_SIZE, 27 }, { SQ_OFFSET, 13 },
		     { SQ_START, 32 }, { SQ_COUNT, 16 }, { SQ_PARENT, 32 }, { 0 } },
	dir_4[] = { { SQ_START, 32 }, { SQ_LINKS, 32 }, { SQ_SIZE, 16 },
		    { SQ_OFFSET, 16 }, { SQ_PARENT, 32 }, { 0 } },
	xdir_4[] = { { SQ_LINKS, 32 }, { SQ_SIZE, 32 }, { SQ_START, 32 },
		     { SQ_PARENT, 32 }, { SQ_COUNT, 16 }, { SQ_OFFSET, 16 },
		     { SQ_XATTR, 32 }, { 0 } },
	file_1[] = { { SQ_MTIME, 32 }, { SQ_START, 32 }, { SQ_SIZE, 32 }, { 0 } },
	file_2[] = { { SQ_MTIME, 32 }, { SQ_START, 32 }, { SQ_FRAGMENT, 32 },
		     { SQ_OFFSET, 32 }, { SQ_SIZE, 32 }, { 0 } },
	file_3[] = { { SQ_START, 64 }, { SQ_FRAGMENT, 32 }, { SQ_OFFSET, 32 },
		     { SQ_SIZE, 32 }, { 0 } },
	xfile_3[] = { { SQ_LINKS, 32 }, { SQ_START, 64 }, { SQ_FRAGMENT, 32 },
		      { SQ_OFFSET, 32 }, { SQ_SIZE, 64 }, { 0 } },
	file_4[] = { { SQ_START, 32 }, { SQ_FRAGMENT, 32 }, { SQ_OFFSET, 32 },
		     { SQ_SIZE, 32 }, { 0 } },
	xfile_4[] = { { SQ_START, 64 }, { SQ_SIZE, 64 }, { SQ_SPARSE, 64 },
		      { SQ_LINKS, 32 }, { SQ_FRAGMENT, 32 }, { SQ_OFFSET, 32 },
		      { SQ_XATTR, 32 }, { 0 } },
	target_1[] = { { SQ_SIZE, 16 }, { 0 } },
	target_3[] = { { SQ_LINKS, 32 }, { SQ_SIZE, 16 }, { 0 } },
	target_4[] = { { SQ_LINKS, 32 }, { SQ_SIZE, 32 }, { 0 } },
	dev_1[] = { { SQ_RDEV, 16 }, { 0 } },
	dev_3[] = { { SQ_LINKS, 32 }, { SQ_RDEV, 16 }, { 0 } },
	dev_4[] = { { SQ_LINKS, 32 }, { SQ_RDEV, 32 }, { 0 } },
	xdev_4[] = { { SQ_LINKS, 32 }, { SQ_RDEV, 32 }, { SQ_XATTR, 32 }, { 0 } };

enum { TYPES = 15 };

/* By version, by type as it is stored. */
static const struct field *const bases[5] = {
	NULL, base_1, base_2, base_3, base_4
};

static const struct field *const bodies[5][TYPES] = {
	[1] = { ipc_1, dir_1, file_1, target_1, dev_1, dev_1 },
	[2] = { NULL, dir_1, file_2, target_1, dev_1, dev_1, none, none, xdir_2 },
	[3] = { NULL, dir_3, file_3, target_3, dev_3, dev_3, links, links,
		xdir_3, xfile_3 },
	[4] = { NULL, dir_4, file_4, target_4, dev_4, dev_4, links, links,
		xdir_4, xfile_4, target_4, xdev_4, xdev_4, xlinks, xlinks },
};

/* Version 1 has types 0 (the rest) and 1 to 5, three times for more users. */
static void mend_1(struct squash_record *n, unsigned *type)
{
	if (*type) {
		n->f[SQ_UID] += (*type - 1) / 5 * 16;
		*type = (*type - 1) % 5 + 1;
	}
}

/* The attributes of a symbolic link stand behind its target. */
static void get_link_xattr(const struct squash_super *s, struct view table,
			   struct squash_record *n)
{
	static const struct field xattr[] = { { SQ_XATTR, 32 }, { 0 } };
	struct squash_record at = *n;

	if (view_has(table, n->end, n->f[SQ_SIZE] + 4) &&
	    get_record(s, table, n->end + n->f[SQ_SIZE], xattr, &at))
		n->f[SQ_XATTR] = at.f[SQ_XATTR];
}

bool squash_inode(const struct squash_super *s, struct view table, uint64_t pos,
		  struct squash_record *n)
{
	unsigned type;

	*n = (struct squash_record){ 0 };
	n->f[SQ_MTIME] = s->mkfs_time;
	n->f[SQ_FRAGMENT] = n->f[SQ_XATTR] = SQ_NONE;
	if (!get_record(s, table, pos, bases[s->major], n))
		return false;
	type = (unsigned)n->f[SQ_TYPE];
	if (s->major == 1)
		mend_1(n, &type);
	if (type >= TYPES || !bodies[s->major][type])
		return false;
	n->is_long = type > 7;
	n->f[SQ_TYPE] = n->is_long ? type - 7 : type;
	if (!get_record(s, table, n->end, bodies[s->major][type], n))
		return false;
	if (s->major == 1 && !type)
		n->f[SQ_UID] += 16 * n->f[SQ_COUNT];
	if (type == 10)
		get_link_xattr(s, table, n);
	n->f[SQ_MODE] &= 07777;
	return n->f[SQ_TYPE] >= SQ_DIR && n->f[SQ_TYPE] <= SQ_SOCKET;
}

static const struct field
	head_1[] = { { SQ_COUNT, 8 }, { SQ_START, 24 }, { 0 } },
	head_3[] = { { SQ_COUNT, 8 }, { SQ_START, 32 }, { SQ_INO, 32 },
		     { 0 } },
	head_4[] = { { SQ_COUNT, 32 }, { SQ_START, 32 }, { SQ_INO, 32 },
		     { 0 } };
static const struct field *const heads[5] = {
	NULL, head_1, head_1, head_3, head_4
};

static const struct field
	entry_1[] = { { SQ_OFFSET, 13 }, { SQ_TYPE, 3 }, { SQ_SIZE, 8 },
		      { 0 } },
	entry_3[] = { { SQ_OFFSET, 13 }, { SQ_TYPE, 3 }, { SQ_SIZE, 8 },
		      { SQ_DIFF, 16 }, { 0 } },
	entry_4[] = { { SQ_OFFSET, 16 }, { SQ_DIFF, 16 }, { SQ_TYPE, 16 },
		      { SQ_SIZE, 16 }, { 0 } };
static const struct field *const entries[5] = {
	NULL, entry_1, entry_1, entry_3, entry_4
};

bool squash_dir_head(const struct squash_super *s, struct view table,
		     uint64_t pos, struct squash_record *n)
{
	if (!get_record(s, table, pos, heads[s->major], n))
		return false;
	n->f[SQ_COUNT]++;
	return n->f[SQ_COUNT] <= 256;
}

bool squash_dir_entry(const struct squash_super *s, struct view table,
		      uint64_t pos, struct squash_record *n)
{
	if (!get_record(s, table, pos, entries[s->major], n))
		return false;
	n->f[SQ_SIZE]++;
	return view_has(table, n->end, n->f[SQ_SIZE]);
}

/* The reverse of mend_1(). */
static unsigned spoil_1(uint64_t *f, unsigned type)
{
	uint64_t many = f[SQ_UID] / 16;

	f[SQ_UID] %= 16;
	f[SQ_COUNT] = many;
	f[SQ_TYPE] = type > SQ_CHAR ? 0 : type + 5 * many;
	return type > SQ_CHAR ? 0 : type;
}

void squash_put_inode(const struct squash_super *s, unsigned type,
		      const struct squash_record *n, struct buf *out)
{
	uint64_t f[SQ_FIELDS];

	unsigned body = type;

	memcpy(f, n->f, sizeof(f));
	f[SQ_TYPE] = type;
	if (s->major == 1)
		body = spoil_1(f, type);
	put_record(s, bases[s->major], f, out);
	f[SQ_TYPE] = type;
	put_record(s, bodies[s->major][body], f, out);
}

void squash_put_head(const struct squash_super *s, const struct squash_record *n,
		     struct buf *out)
{
	uint64_t f[SQ_FIELDS];

	memcpy(f, n->f, sizeof(f));
	f[SQ_COUNT]--;
	put_record(s, heads[s->major], f, out);
}

void squash_put_entry(const struct squash_super *s,
		      const struct squash_record *n, struct buf *out)
{
	uint64_t f[SQ_FIELDS];

	memcpy(f, n->f, sizeof(f));
	f[SQ_SIZE]--;
	put_record(s, entries[s->major], f, out);
}

static const struct field
	index_2[] = { { SQ_OFFSET, 27 }, { SQ_START, 29 }, { SQ_SIZE, 8 }, { 0 } },
	index_3[] = { { SQ_OFFSET, 32 }, { SQ_START, 32 }, { SQ_SIZE, 8 }, { 0 } },
	index_4[] = { { SQ_OFFSET, 32 }, { SQ_START, 32 }, { SQ_SIZE, 32 }, { 0 } };
static const struct field *const indexes[5] = {
	NULL, NULL, index_2, index_3, index_4
};

void squash_put_index(const struct squash_super *s,
		      const struct squash_record *n, struct buf *out)
{
	uint64_t f[SQ_FIELDS];

	memcpy(f, n->f, sizeof(f));
	f[SQ_SIZE]--;
	put_record(s, indexes[s->major], f, out);
}

uint64_t squash_blocks(const struct squash_super *s, const struct squash_record *n)
{
	uint64_t size = n->f[SQ_SIZE], whole = size >> s->block_log;
	bool rest = size & (s->block_size - 1);

	return whole + (n->f[SQ_FRAGMENT] == SQ_NONE && rest);
}

bool squash_list_fits(const struct squash_super *s, struct view table,
		      const struct squash_record *n)
{
	uint64_t room = n->end < table.len ? table.len - n->end : 0;

	return squash_blocks(s, n) <= room / (s->major == 1 ? 2 : 4);
}

struct squash_stored squash_stored(const struct squash_super *s, uint32_t word)
{
	uint32_t stored = s->major == 1 ? 1u << 15 : 1u << 24;
	struct squash_stored b = { word & ~stored, !(word & stored) };

	if (s->major == 1 && !b.size)
		b.size = stored;
	return b;
}

struct squash_stored squash_block(const struct squash_super *s, struct view table,
				  const struct squash_record *n, uint64_t i)
{
	if (s->major == 1)
		return squash_stored(s, peek16(table, n->end + 2 * i, s->endian));
	return squash_stored(s, peek32(table, n->end + 4 * i, s->endian));
}

/* ext.h - the grammar of ext2, ext3 and ext4, as far as reading needs it */
#ifndef FS_EXT_EXT_H
#define FS_EXT_EXT_H

#include "fs/fs.h"

/*
 *	volume	= boot[1024] super ... group*		little-endian
 *	super	= u32 inodes, blocks ... u32 first block, log2 of block / 1024 @18
 *		  u32 blocks, clusters, inodes of a group @20  u16 53 ef @38
 *		  u16 state, errors @3a  u32 revision @4c  u16 inode size @58
 *		  u16 which copy @5a  u32 compatible, incompatible, read-only
 *		  features @5c  uuid[16] @68  name[16] @78  u32 journal's inode @e0
 *		  u16 descriptor size @fe  u32 blocks, high @150
 *		  u32 seed @270  u32 crc32c @3fc
 *	group	= blocks of which descriptors tell where the inodes are
 *	inode	= u16 mode, uid  u32 size, times  u16 gid, links  u32 sectors @1c
 *		  u32 flags @20  map[60] @28 ... as ext_inode_get() says
 *	map	= u32[12], once, twice, thrice indirect | extents | the content
 *	extents	= u16 f30a entries, room, depth  u32 ... 12 bytes each
 *	entry	= u32 inode  u16 length  u8 name length, type  name
 *
 * A journal holds newer copies of blocks: they are looked at instead of those
 * in their places, so that a volume reads as after a mount.
 */
enum {
	EXT_SUPER = 1024, EXT_ROOT = 2, EXT_MAP = 60,
	EXT_TARGET = 4096, EXT_OLD_INODE = 128, EXT_XATTR_VALUE = 1 << 20, EXT_DEPTH = 5,
};

/* Features: compatible, incompatible, read-only compatible. */
enum { EXT_HAS_JOURNAL = 4, EXT_SPARSE2 = 0x200 };
enum {
	EXT_RECOVER = 4, EXT_JOURNAL_DEVICE = 8, EXT_META_GROUPS = 0x10,
	EXT_64BIT = 0x80, EXT_SEED = 0x2000, EXT_LARGE_DIR = 0x4000,
	EXT_ONLY_4 = 0x3f7d0 & ~EXT_META_GROUPS,	/* extents and later */
	EXT_KNOWN = 0x3f7d7,	/* not: a device that is a journal */
};
enum {
	EXT_SPARSE = 1, EXT_GROUP_SUMS = 0x10, EXT_BIG_CLUSTERS = 0x200,
	EXT_SUMS = 0x400, EXT_RO_ONLY_4 = 0x478 | EXT_BIG_CLUSTERS,
};

/* Flags of inodes. */
enum {
	EXT_COMPRESSED = 4, EXT_ENCRYPTED = 0x800, EXT_EXTENTS = 0x80000,
	EXT_VALUE = 0x200000, EXT_INLINE = 0x10000000,
};

/* A block whose newest copy is in the journal. */
struct ext_logged { uint64_t block; struct view v; };

struct ext {
	struct view v;			/* all that is there of it */
	uint64_t super;			/* where the superblock is in it */
	uint64_t copy;			/* ... as the block of a copy; 0: the first */
	uint64_t blocks;		/* what it says that there are */
	uint32_t block;			/* bytes in one */
	uint32_t cluster;		/* ... in what is given out at once */
	uint32_t first;			/* the block that group 0 begins with */
	uint32_t group_blocks, group_inodes, groups, inodes;
	uint32_t inode_size, descriptor, first_meta, backup[2];
	uint32_t compat, incompat, read_only;
	uint32_t journal;		/* its inode; 0: none in here */
	uint32_t seed;			/* of crc32c */
	uint8_t uuid[16];
	const char *kind;		/* "ext2" "ext3" "ext4" */
	struct ext_logged *logged;	/* rising in block */
	size_t nlogged;
};

/* What the superblock says; false: it is none. More may be said than is in v. */
bool ext_get(struct view v, struct ext *x);
/*
 * The same from the copy in group 1, for where the first one is damaged. And
 * where a volume begins whose copy is at `at`. False: that is none.
 */
bool ext_get_copy(struct view v, struct ext *x);
bool ext_copy_start(struct view image, uint64_t at, uint64_t *start);
static inline uint64_t ext_size(const struct ext *x)
{
	return x->blocks * x->block;
}
/* Block n as it is now; empty where it is none, or not there any more. */
struct view ext_block(const struct ext *x, uint64_t n);
/* Where it lies in the image, for messages. */
static inline uint64_t ext_place(const struct ext *x, uint64_t n)
{
	return x->v.at + n * x->block;
}
/* The descriptor of a group, or empty. */
struct view ext_group(const struct ext *x, uint32_t group);

struct ext_inode {
	uint32_t number, generation;
	uint32_t mode, uid, gid, links, flags;
	uint64_t size, sectors, attributes;	/* a block, or 0 */
	int64_t mtime;
	struct view raw;		/* all of it, as stored */
	struct view map;		/* its 60 bytes */
	struct view body;		/* what is behind the fields: attributes */
};

/* False: there is no such inode, or it is not there any more. */
bool ext_inode_get(const struct ext *x, uint32_t number, struct ext_inode *i);
bool ext_is_device(uint32_t mode);
void ext_device(const struct ext_inode *i, struct node *n);

/* Checksums; true as well where the volume has none. */
bool ext_super_holds(const struct ext *x);
/* How many descriptors have a wrong one, or are not there. */
uint32_t ext_groups_wrong(const struct ext *x);
bool ext_inode_holds(const struct ext *x, const struct ext_inode *i);
bool ext_extents_hold(const struct ext *x, const struct ext_inode *i,
		      struct view block);
bool ext_dir_holds(const struct ext *x, const struct ext_inode *i,
		   struct view block);
bool ext_xattrs_hold(const struct ext *x, uint64_t block, struct view v);

/* Blocks of a file that lie one behind the other. */
struct ext_run {
	uint64_t at;			/* the first one; 0: a hole, all zeros */
	uint64_t n;
	bool sums;			/* checksums are to be looked at, ... */
	const uint8_t *good[EXT_DEPTH + 1];	/* ... these were, last */
};

/*
 * What block `which` of a file and those behind it are, one at least. NULL, or
 * what is wrong: then run->n blocks are not known.
 */
const char *ext_map(const struct ext *x, const struct ext_inode *i, uint64_t which,
		    struct ext_run *run);
const char *ext_map_extents(const struct ext *x, const struct ext_inode *i,
			    uint64_t which, struct ext_run *run);
const char *ext_map_blocks(const struct ext *x, const struct ext_inode *i,
			   uint64_t which, struct ext_run *run);

/*
 * n bytes of a file from off on, appended; where some are missing zeros are,
 * and it fails with the first such place.
 */
int ext_load(const struct ext *x, const struct ext_inode *i, uint64_t off,
	     size_t n, struct buf *out, struct err *e);

struct ext_reader {
	struct ext x;
	struct tree *t;
	uint64_t start, work;		/* the clock of core/work.h, and how far it
					   may go */
	uint64_t dir_blocks;		/* that may still be looked at */
	bool tired;			/* one of both came to its end */
};

/* Look at the newest copies of blocks from now on; what is wrong is told. */
void ext_replay(struct ext_reader *r);

void ext_xattrs(struct ext_reader *r, struct node *n, const struct ext_inode *i);
/* The value of the attribute "system.data", or empty. */
struct view ext_inline(const struct ext_inode *i);
/* system.posix_acl_*, as getxattr() gives them. False: it is damaged. */
bool ext_acl(struct view v, struct buf *out);

/* Whether what one volume may cost was spent. */
bool ext_is_tired(struct ext_reader *r);
/* The target of a symbolic link. False: it is lost. */
bool ext_link(struct ext_reader *r, struct node *n, const struct ext_inode *i);
/* All else of an inode; whether the blocks of a file are there is looked at. */
void ext_fill(struct ext_reader *r, struct node *n, const struct ext_inode *i);

/* An entry of a directory that is used. */
struct ext_entry { uint32_t inode; struct view name; };
/*
 * The next entry of a block that begins at *at. False: there is none; *at is
 * then v.len, unless an entry was damaged.
 */
bool ext_entry_next(struct view v, size_t *at, struct ext_entry *d);

/* Whether the last of its entries holds a checksum. */
bool ext_has_tail(struct view v);

int ext_read(struct view v, struct tree *t, struct err *e);

#endif

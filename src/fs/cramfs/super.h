/* super.h - the superblock of cramfs and its inodes */
#ifndef FS_CRAMFS_SUPER_H
#define FS_CRAMFS_SUPER_H

#include "core/format.h"

enum {
	CRAMFS_SUPER = 76, CRAMFS_BOOT = 512, CRAMFS_PAGE = 4096,
	CRAMFS_INODE = 12, CRAMFS_MAGIC = 0x28cd3d45,
	CRAMFS_WIDER = 4,	/* bytes that a wide inode has more */
	CRAMFS_MOST_PAGE = 65536,
};

enum {
	CRAMFS_V2 = 1, CRAMFS_SORTED = 2, CRAMFS_HOLES = 0x100,
	CRAMFS_SIGNATURE = 0x200, CRAMFS_SHIFTED = 0x400,
	CRAMFS_EXTENDED = 0x800,	/* blocks may be stored, or elsewhere */
	CRAMFS_FLAGS = 0xfff,
};

/*
 * Jinke's readers have wide inodes: mode:16 uid:16, size:24 gid:8, then the
 * upper 8 bits of the size and namelen:24, then offset:32.
 */
struct cramfs_inode {
	uint16_t mode, uid;
	uint32_t size;		/* of a device: its number */
	uint8_t gid;
	unsigned namelen;	/* in bytes */
	uint64_t offset;	/* in bytes, from the start of the image */
};

/* How blocks are packed. OpenRG has LZMA: 5 bytes of properties, the size. */
enum cramfs_packing { CRAMFS_ZLIB, CRAMFS_LZMA };

struct cramfs_super {
	uint64_t base;		/* 0 or 512 */
	enum endian endian;
	uint32_t magic, size, flags, future, crc, edition, blocks, files;
	struct view name;
	struct cramfs_inode root;
	bool wide;
	/* Not said in the image; cramfs_settle() finds them. */
	uint32_t page;
	enum cramfs_packing packing;
};

/* The superblock of the image that begins with v; false: there is none. */
bool cramfs_get(struct view v, struct cramfs_super *s);

/* The page size and the packing that make sense of the image's files. */
void cramfs_settle(struct view v, struct cramfs_super *s);

struct cramfs_inode cramfs_inode(const struct cramfs_super *s, struct cursor *c);
uint32_t cramfs_blocks(const struct cramfs_super *s, const struct cramfs_inode *f);

/* What the crc field should be; v must hold all s->size bytes. */
uint32_t cramfs_crc(struct view v, const struct cramfs_super *s);

/*
 * Where file f's block i lies: false if any pointer leaves v. A hole is an
 * empty view. *stored: not compressed.
 */
bool cramfs_block(struct view v, const struct cramfs_super *s,
		  const struct cramfs_inode *f, uint32_t i, struct view *block,
		  bool *stored);

/*
 * Unpack one block to at most n bytes at dst. Returns how many came out, or -1.
 */
long cramfs_unpack(enum cramfs_packing p, struct view block, uint8_t *dst,
		   size_t n);

/* Follow every pointer; *end is where the last byte in use lies. */
bool cramfs_walk(struct view v, const struct cramfs_super *s, uint64_t *end);

#endif

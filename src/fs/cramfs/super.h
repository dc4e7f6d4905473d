/* super.h - the superblock of cramfs and its inodes */
#ifndef FS_CRAMFS_SUPER_H
#define FS_CRAMFS_SUPER_H

#include "core/format.h"

enum {
	CRAMFS_SUPER = 76, CRAMFS_BOOT = 512, CRAMFS_PAGE = 4096,
	CRAMFS_INODE = 12, CRAMFS_MAGIC = 0x28cd3d45,
};

enum {
	CRAMFS_V2 = 1, CRAMFS_SORTED = 2, CRAMFS_HOLES = 0x100,
	CRAMFS_SIGNATURE = 0x200, CRAMFS_SHIFTED = 0x400,
	CRAMFS_EXTENDED = 0x800,	/* blocks may be stored, or elsewhere */
	CRAMFS_FLAGS = 0xfff,
};

struct cramfs_inode {
	uint16_t mode, uid;
	uint32_t size;		/* of a device: its number */
	uint8_t gid;
	unsigned namelen;	/* in bytes */
	uint32_t offset;	/* in bytes, from the start of the image */
};

struct cramfs_super {
	uint64_t base;		/* 0 or 512 */
	enum endian endian;
	uint32_t magic, size, flags, crc, edition, blocks, files;
	struct view name;
	struct cramfs_inode root;
};

/* The superblock of the image that begins with v; false: there is none. */
bool cramfs_get(struct view v, struct cramfs_super *s);

struct cramfs_inode cramfs_inode(struct cursor *c);

/* What the crc field should be; v must hold all s->size bytes. */
uint32_t cramfs_crc(struct view v, const struct cramfs_super *s);

/*
 * Where file f's block i lies: false if any pointer leaves v. A hole is an
 * empty view. *stored: not compressed.
 */
bool cramfs_block(struct view v, const struct cramfs_super *s,
		  const struct cramfs_inode *f, uint32_t i, struct view *block,
		  bool *stored);

/* Follow every pointer; *end is where the last byte in use lies. */
bool cramfs_walk(struct view v, const struct cramfs_super *s, uint64_t *end);

#endif

/* pack.h - packing squashfs blocks, byte for byte as mksquashfs does */
#ifndef FS_SQUASHFS_PACK_H
#define FS_SQUASHFS_PACK_H

#include "core/codec.h"

/* As the superblock of version 4 counts them. */
enum squash_comp {
	SQUASH_GZIP = 1, SQUASH_LZMA, SQUASH_LZO, SQUASH_XZ, SQUASH_LZ4,
	SQUASH_ZSTD, SQUASH_COMPS
};

/* What precedes each block that was packed by LZMA. */
enum squash_layout {
	SQUASH_LZMA_13, SQUASH_LZMA_5, SQUASH_LZMA_7Z, SQUASH_LZMA_DDWRT,
	SQUASH_LZMA_BARE, SQUASH_LAYOUTS
};

/* A dictionary of 0: as large as a block; mark: one stands at the end. */
struct squash_lzma {
	enum squash_layout layout;
	struct lzma_shape shape;
	bool mark;
};

/* How xz is told to pack; all else is as its preset 6 has it. */
struct squash_xz { unsigned lc, lp, pb, nice; };

/* Bits of `filters` count what is tried besides, in the order of -X's help. */
struct squash_how {
	enum squash_comp comp;
	uint32_t block_size;
	unsigned level, window;
	unsigned filters;	/* gzip's strategies, xz's BCJ filters */
	uint32_t dict, meta_dict;	/* of data and of metadata, by xz */
	struct squash_xz xz;
	unsigned algorithm;	/* of lzo */
	bool hc;		/* lz4's */
	struct squash_lzma lzma;
	bool fast;		/* gzip: nobody's bytes need be met */
};

/* One a thread; for data, or for metadata, which is packed more simply. */
struct squash_packer;
struct squash_packer *squash_packer_new(const struct squash_how *how, bool data);
void squash_packer_free(struct squash_packer *p);	/* takes NULL */

/*
 * Pack v, no longer than a block, at dst, where as much has room. Returns
 * the size, or 0 where it would not be smaller: such blocks are stored.
 */
size_t squash_pack(struct squash_packer *p, struct view v, uint8_t *dst);

#endif

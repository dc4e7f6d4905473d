/* super.h - squashfs superblocks, versions 1 to 4, and their metadata blocks */
#ifndef FS_SQUASHFS_SUPER_H
#define FS_SQUASHFS_SUPER_H

#include "core/codec.h"
#include "core/format.h"

enum {
	SQUASH_META = 8192,		/* plain bytes in a metadata block */
	SQUASH_MOST_BLOCK = 1 << 20,
	SQUASH_USUAL_ID = 1 << 16,	/* to write: what the compressor has */
};

enum {
	SQUASH_CHECK = 1 << 2,		/* 1-3: a byte 0xff before each block */
	SQUASH_COMP_OPT = 1 << 10,
	SQUASH_NO_ID = 1 << 11,
};

#define SQUASH_ABSENT UINT64_MAX

/* One layout for all versions; tables a version lacks are SQUASH_ABSENT. */
struct squash_super {
	uint32_t magic;			/* as the bytes lie, big-endian */
	enum endian endian;
	enum endian lengths;		/* of metadata blocks; AVM mixes them */
	unsigned major, minor, compression, block_log, flags;
	uint32_t inodes, mkfs_time, block_size, fragments, ids, guids;
	uint64_t root, used;		/* used: the size of it all */
	uint64_t id_table, guid_table, xattr_table, inode_table, dir_table,
		 fragment_table, export_table;
	unsigned header;		/* length of the superblock */
	bool ng;			/* details as squashfs-tools-ng has them */
};

/* Decode and check the superblock v begins with. */
bool squash_get(struct view v, struct squash_super *s);

/*
 * One way of packing blocks. Versions 1 to 3 do not say which was used, and
 * vendors say it wrongly, so it is found by trying. unpack() returns how many
 * bytes came out, or -1.
 */
struct squash_packing {
	const char *name;
	long (*unpack)(struct view in, uint8_t *dst, size_t n);
	/* Where unpack is NULL: raw LZMA, after so many bytes of anything. */
	struct lzma_shape shape;
	unsigned skip;
};

long squash_run(const struct squash_packing *p, struct view in, uint8_t *dst,
		size_t n);

/* The i-th way of packing by LZMA that no vendor is known to use yet. */
bool squash_odd_packing(unsigned i, struct squash_packing *p);

/* How p, which unpacks this block of at most n bytes, packs; false: nobody knows. */
struct squash_lzma;
bool squash_lzma_of(const struct squash_packing *p, struct view block, size_t n,
		    struct squash_lzma *l);

/* Those worth trying for s, likeliest first, NULL-terminated. */
void squash_packings(const struct squash_super *s, struct view block,
		     const struct squash_packing *try[16]);

/*
 * Append the plain bytes of the metadata block at *at and move *at behind it.
 * False: damaged, or not all inside v.
 */
bool squash_meta(struct view v, const struct squash_super *s,
		 const struct squash_packing *p, uint64_t *at, struct buf *out);

/* Where the metadata block at `at` ends by its length; UINT64_MAX: nowhere. */
uint64_t squash_meta_end(struct view v, const struct squash_super *s, uint64_t at);
/* Whether those from `at` on end exactly at `end`. */
bool squash_metas_meet(struct view v, const struct squash_super *s, uint64_t at,
		       uint64_t end);
/* Find out how lengths are stored; false: those of the inodes do not meet. */
bool squash_find_lengths(struct view v, struct squash_super *s);

/* The first packed block of inodes, or of directories; empty: none is. */
struct view squash_first_packed(struct view v, const struct squash_super *s);

/* Whether p unpacks the inode of the root, and it is a directory. */
bool squash_root_is_dir(struct view v, const struct squash_super *s,
			const struct squash_packing *p, struct buf *plain);

/* The pointer i of a table, and the place of its first block. */
uint64_t squash_pointer(struct view v, const struct squash_super *s,
			uint64_t table, uint64_t i);
uint64_t squash_dirs_end(struct view v, const struct squash_super *s);

#endif

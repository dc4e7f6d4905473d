/* yaffs.h - YAFFS1 and YAFFS2: chunks, each with tags in its spare bytes */
#ifndef FS_YAFFS_YAFFS_H
#define FS_YAFFS_YAFFS_H

#include "fs/fs.h"

/*
 *	image  = { chunk spare }
 *	chunk  = header of an object (its chunk number is 0) | data of a file
 *	header = type parent:u32 0xffff name:256 0:2 mode uid gid atime mtime ctime
 *		 size equivalent alias:160 rdev win-times:48 0:8 size-high 0
 *		 shadows shrink:u32 (512 bytes) [ attributes, see xattr.c ]
 *	tags2  = sequence object chunk bytes:u32 [ column:u8 0:3 line line':u32 ]
 *	tags1  = chunk:20 serial:2 bytes:10 object:18 ecc:12 2
 *
 * A log: of two chunks with one number the newer one counts, which is the one
 * in the block of the higher sequence number, or farther behind. Where a
 * header of YAFFS2 says more in its tags, the object's top four bits are its
 * type, and the chunk number has the highest bit set and the parent in it.
 * Tags may lie in the chunk itself (inband). Headers and tags have a byte
 * order each: mkyaffs2image turns headers alone.
 */
enum {
	YAFFS_FILE = 1, YAFFS_SYMLINK, YAFFS_DIRECTORY, YAFFS_HARDLINK, YAFFS_SPECIAL,
	YAFFS_ROOT = 1, YAFFS_LOST = 2, YAFFS_UNLINKED = 3, YAFFS_DELETED = 4,
	YAFFS_SUMMARY = 16, YAFFS_FIRST_OBJECT = 257,
	YAFFS_LEAST_SEQUENCE = 0x1000, YAFFS_CHECKPOINT = 0x21,
	YAFFS_HEADER = 512, YAFFS_LEAST_CHUNK = 512, YAFFS_MOST_CHUNK = 16384,
	YAFFS_MOST_SPARE = 2048, YAFFS_TAGS2 = 16, YAFFS_TAGS2_ECC = 28,
};

#define YAFFS_MOST_SEQUENCE 0xefffff00u

enum yaffs_kind {
	YAFFS2_SPARE,		/* tags2 in the spare bytes */
	YAFFS2_INBAND,		/* tags2 at the end of the chunk */
	YAFFS1_NATIVE,		/* tags1 in bytes 0-3, 6, 7, 11, 12 of 16 */
	YAFFS1_PACKED,		/* tags1 in one run of the spare bytes */
};

extern const char *const yaffs_kinds[];		/* "yaffs2" ... */
extern const char *const yaffs_endians[];	/* "little" "big" */

/* How chunks look; the options of a writer, and what a reader finds. */
struct yaffs_shape {
	int kind;			/* enum yaffs_kind */
	uint64_t chunk, spare, offset;	/* bytes; of the tags in the spare */
	int header, tags;		/* enum endian of each */
	bool ecc;			/* tags2 have one */
	bool root;			/* the root has a header */
};

struct yaffs_tags {
	uint32_t sequence, object, chunk, bytes;
	unsigned serial;
	bool is_erased, is_deleted;
	bool is_right;			/* as far as can be told */
	bool ecc_right;			/* its ecc is there and holds */
};

static inline size_t yaffs_step(const struct yaffs_shape *s)
{
	return (size_t)(s->chunk + s->spare);
}

/* Bytes of a file in one chunk. */
static inline uint32_t yaffs_data(const struct yaffs_shape *s)
{
	return (uint32_t)(s->chunk - (s->kind == YAFFS2_INBAND ? YAFFS_TAGS2 : 0));
}

/* step: yaffs_step() bytes, a chunk and its spare. */
void yaffs_get_tags(const struct yaffs_shape *s, struct view step,
		    struct yaffs_tags *t);
/* The spare bytes (and inband tags) of a chunk of data, appended after it. */
void yaffs_put_chunk(const struct yaffs_shape *s, struct view data,
		     const struct yaffs_tags *t, struct buf *out);

struct yaffs_header {
	uint32_t type, parent;
	char name[256];
	uint32_t mode, uid, gid, atime, mtime, ctime, rdev;
	uint64_t size;
	uint32_t equivalent;
	char alias[160];
	uint32_t shadows;	/* the object that this one replaces; or 0 */
};

/* False where it is none. */
bool yaffs_get_header(const struct yaffs_shape *s, struct view chunk,
		      struct yaffs_header *h);
void yaffs_put_header(const struct yaffs_shape *s, const struct yaffs_header *h,
		      struct buf *out);

/* Whether chips have so many spare bytes for a chunk: others are not found. */
bool yaffs_spare_fits(uint64_t chunk, uint64_t spare);

/*
 * The shape under which the most chunks from the start of v on have right
 * tags. Returns how many of those looked at have, 0 where there is none;
 * *looked (may be NULL) is how many were not erased.
 */
unsigned yaffs_find(struct view v, struct yaffs_shape *s, unsigned *looked);

extern const struct fs yaffs_fs;
extern const struct yaffs_shape yaffs_defaults;

#endif

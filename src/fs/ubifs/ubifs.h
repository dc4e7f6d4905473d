/*
 * ubifs.h - the nodes of UBIFS, decoded
 *
 *	image  = LEB 0: super, 1 and 2: master, 3..: log, then LEB properties,
 *		 orphans, and the main area: nodes of files, nodes of the index
 *	node   = head body, at a multiple of 8
 *	head   = 06101831 crc sqnum:64 len type:8 group:8 0[2]
 *	key    = inum hash-or-block:29 kind:3
 *	inode  = key[16] creat:64 size:64 atime:64 ctime:64 mtime:64 atime-ns
 *		 ctime-ns mtime-ns nlink uid gid mode flags data-len xattr-cnt
 *		 xattr-size 0[4] xattr-names compr:16 0[26] data
 *	data   = key[16] size compr:16 cipher-size:16 bytes
 *	name   = key[16] inum:64 0:8 type:8 len:16 cookie bytes 0
 *	trunc  = inum 0[12] old-size:64 new-size:64
 *	index  = count:16 level:16 { lnum offs len key[8] hash }
 *	ref    = lnum offs head 0[28]
 *	start  = commit:64
 *
 * All little-endian; the sum begins with ones, has no final inversion and
 * goes from sqnum on. The index says which nodes are alive; what the log
 * refers to was written since, and goes over it in the order of sqnum.
 */
#ifndef FS_UBIFS_UBIFS_H
#define FS_UBIFS_UBIFS_H

#include "core/format.h"

enum ubifs_type {
	UBIFS_INO, UBIFS_DATA, UBIFS_DENT, UBIFS_XENT, UBIFS_TRUN, UBIFS_PAD,
	UBIFS_SB, UBIFS_MST, UBIFS_REF, UBIFS_IDX, UBIFS_CS, UBIFS_ORPH,
	UBIFS_TYPES = 14,
};

enum {
	UBIFS_MAGIC = 0x06101831,
	UBIFS_HEAD = 24, UBIFS_INO_SIZE = 160, UBIFS_DATA_SIZE = 48,
	UBIFS_NAME_SIZE = 56, UBIFS_TRUN_SIZE = 56, UBIFS_PAD_SIZE = 28,
	UBIFS_SB_SIZE = 4096, UBIFS_MST_SIZE = 512, UBIFS_REF_SIZE = 64,
	UBIFS_IDX_SIZE = 28, UBIFS_BRANCH = 20, UBIFS_CS_SIZE = 32,
	UBIFS_BLOCK = 4096, UBIFS_LOG = 3,	/* the first LEB of the log */
	UBIFS_ROOT_INO = 1, UBIFS_FIRST_INO = 64,
	UBIFS_PAD_BYTE = 0xce, UBIFS_MOST_DATA = 4096,
	UBIFS_HASH_MASK = 0x1fffffff, UBIFS_KIND_SHIFT = 29,
};

enum { UBIFS_BIG_LPT = 2, UBIFS_FIXUP = 4, UBIFS_DOUBLE_HASH = 8,
       UBIFS_ENCRYPTED = 16, UBIFS_AUTH = 32 };		/* of the super */
enum { UBIFS_DIRTY = 1, UBIFS_NO_ORPHANS = 2 };		/* of the master */
enum { UBIFS_COMPR_FL = 1, UBIFS_SYNC_FL = 2, UBIFS_IMMUTABLE_FL = 4,
       UBIFS_APPEND_FL = 8, UBIFS_DIRSYNC_FL = 16, UBIFS_XATTR_FL = 32,
       UBIFS_CRYPT_FL = 64 };				/* of an inode */
enum { UBIFS_NONE, UBIFS_LZO, UBIFS_ZLIB, UBIFS_ZSTD, UBIFS_COMPRS };

extern const char *const ubifs_compr_words[];	/* "none" "lzo" ... NULL */

struct ubifs_node {
	uint64_t at;			/* in the image */
	uint64_t sqnum;
	uint32_t len;
	uint8_t type, group;
};

struct ubifs_super {
	uint8_t key_hash, key_fmt;
	uint32_t flags, min_io, leb_size, leb_cnt, max_leb_cnt;
	uint64_t max_bud_bytes;
	uint32_t log_lebs, lpt_lebs, orph_lebs, jhead_cnt, fanout, lsave_cnt,
		 version;
	uint16_t compr;
	uint32_t rp_uid, rp_gid;
	uint64_t rp_size;
	uint32_t time_gran;
	struct view uuid;
	uint64_t sqnum;
};

struct ubifs_master {
	uint64_t highest_inum, commit;
	uint32_t flags, log_lnum, root_lnum, root_offs, root_len, gc_lnum,
		 ihead_lnum, ihead_offs;
	uint64_t index_size, total_free, total_dirty, total_used, total_dead,
		 total_dark;
	uint32_t lpt_lnum, lpt_offs, nhead_lnum, nhead_offs, ltab_lnum, ltab_offs,
		 lsave_lnum, lsave_offs, lscan_lnum, empty_lebs, idx_lebs, leb_cnt;
	uint64_t sqnum, at;
};

struct ubifs_ino {
	uint64_t inum, creat, size;
	int64_t atime, ctime, mtime;
	uint32_t atime_ns, ctime_ns, mtime_ns, nlink, uid, gid, mode, flags;
	uint16_t compr;
	struct view data;
};

struct ubifs_data { uint32_t size; uint16_t compr, cipher; struct view bytes; };
struct ubifs_name { uint64_t inum; uint8_t type; struct view name; };

/* The head at `at` looks like one, and all of the node is in v. */
bool ubifs_head(struct view v, uint64_t at, struct ubifs_node *n);
/* ... and the sum holds. */
bool ubifs_get(struct view v, uint64_t at, struct ubifs_node *n);

/*
 * Decode what ubifs_get() found; false where it is too short or not of this
 * type. The super must make sense too.
 */
bool ubifs_super(struct view v, struct ubifs_super *s);
bool ubifs_ino(struct view v, const struct ubifs_node *n, struct ubifs_ino *i);
bool ubifs_data(struct view v, const struct ubifs_node *n, struct ubifs_data *d);
bool ubifs_name(struct view v, const struct ubifs_node *n, struct ubifs_name *d);
/* The key of a node of a file, as inum << 32 | rest. */
uint64_t ubifs_key(struct view v, const struct ubifs_node *n);

/* The newest master node of LEB 1 and 2; false: none. */
bool ubifs_master(struct view v, const struct ubifs_super *s,
		  struct ubifs_master *m);

/* The first LEB of the main area. */
static inline uint32_t ubifs_main(const struct ubifs_super *s)
{
	return UBIFS_LOG + s->log_lebs + s->lpt_lebs + s->orph_lebs;
}

/* Unpack a block of at most n bytes at dst; -1: damaged, or not known. */
long ubifs_unpack(unsigned compr, struct view in, uint8_t *dst, size_t n);

#endif

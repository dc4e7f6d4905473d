/* jffs2.h - the grammar of jffs2, a file system that is a log of nodes */
#ifndef FS_JFFS2_JFFS2_H
#define FS_JFFS2_JFFS2_H

#include "core/view.h"

/*
 *	image	= block*		erase blocks of one size; no super block
 *	block	= cleanmarker? node* 0xff*	no node crosses a block's end
 *	node	= header rest pad	pad: 0xff up to a multiple of 4
 *	header	= u16 magic  u16 type  u32 totlen  u32 hdr_crc
 *
 * Numbers are in the byte order of the CPU that wrote them. totlen counts
 * header and rest, not the pad. Every CRC is crc32_plain(0, ...): reflected
 * 0xedb88320, nothing inverted. hdr_crc covers the 8 bytes before it with
 * JFFS2_ACCURATE set in type: NOR flash clears that bit later to mark a node
 * obsolete. A later node (by version) of the same thing replaces an earlier.
 *
 *	cleanmarker, padding = header (0 or more bytes)
 *	dirent	= header u32 pino version ino mctime  u8 nsize dtype 0 0
 *		  u32 node_crc name_crc  name		ino 0: name is deleted
 *	inode	= header u32 ino version mode  u16 uid gid  u32 isize atime
 *		  mtime ctime offset csize dsize  u8 compr usercompr
 *		  u16 flags  u32 data_crc node_crc  data
 *	xattr	= header u32 xid version  u8 prefix name_len  u16 value_len
 *		  u32 data_crc node_crc  name NUL value	totlen is padded
 *	xref	= header u32 ino xid seqno node_crc	seqno bit 0: deleted
 *	summary	= header u32 num cln_mkr padded sum_crc node_crc
 *		  record* pad  u32 offset magic		ends its block
 *
 * node_crc covers the first JFFS2_..._SUMMED bytes of its node.
 */
enum {
	JFFS2_MAGIC = 0x1985,
	JFFS2_OLD_MAGIC = 0x1984,	/* of jffs2's childhood: dirt today */
	JFFS2_SUM_MAGIC = 0x02851885,

	JFFS2_ACCURATE = 0x2000,	/* bit of type; cleared: obsolete */
	JFFS2_COMPAT_MASK = 0xc000,
	JFFS2_INCOMPAT = 0xc000,	/* unknown type: refuse the image */
	JFFS2_ROCOMPAT = 0x8000,	/* ... read it only */
	JFFS2_RWCOMPAT_COPY = 0x4000,	/* ... keep the node */
	JFFS2_RWCOMPAT_DELETE = 0x0000,	/* ... drop the node */

	JFFS2_DIRENT = 0xe001,
	JFFS2_INODE = 0xe002,
	JFFS2_CLEANMARKER = 0x2003,
	JFFS2_PADDING = 0x2004,
	JFFS2_SUMMARY = 0x2006,
	JFFS2_XATTR = 0xe008,
	JFFS2_XREF = 0xe009,

	/* Bytes before name, data or records; and those that node_crc sums. */
	JFFS2_HEADER_SIZE = 12,
	JFFS2_DIRENT_SIZE = 40,		JFFS2_DIRENT_SUMMED = 32,
	JFFS2_INODE_SIZE = 68,		JFFS2_INODE_SUMMED = 60,
	JFFS2_XATTR_SIZE = 32,		JFFS2_XATTR_SUMMED = 28,
	JFFS2_XREF_SIZE = 28,		JFFS2_XREF_SUMMED = 24,
	JFFS2_SUMMARY_SIZE = 32,	JFFS2_SUMMARY_SUMMED = 24,

	JFFS2_MOST_NAME = 254,
	JFFS2_MOST_TARGET = 254,
	JFFS2_MIN_ERASE = 4096,
	JFFS2_ROOT_INO = 1,
};

/* How data is packed. 3 and 5 are as the kernel has them, see unpack.c. */
enum {
	JFFS2_COMPR_NONE = 0,
	JFFS2_COMPR_ZERO = 1,		/* no data: dsize zero bytes */
	JFFS2_COMPR_RTIME = 2,
	JFFS2_COMPR_RUBINMIPS = 3,
	JFFS2_COMPR_COPY = 4,
	JFFS2_COMPR_DYNRUBIN = 5,
	JFFS2_COMPR_ZLIB = 6,
	JFFS2_COMPR_LZO = 7,
	JFFS2_COMPR_LZMA = 8,		/* OpenWrt */
	JFFS2_COMPR_LZMA_PROPS = 0x15,	/* with 5 bytes of properties before */
	JFFS2_COMPR_CARLINKIT = 0x16,	/* zlib with two byte values exchanged */
};

/* What a dirent of an xattr's name begins with; NULL: not known. */
extern const char *const jffs2_xattr_prefix[6];

/* Where the node after one of totlen bytes begins. */
static inline uint64_t jffs2_pad(uint64_t n)
{
	return (n + 3) & ~UINT64_C(3);
}

struct jhead {
	uint16_t magic, type;
	uint32_t totlen, hdr_crc;
};

struct jdirent {
	struct jhead head;
	uint32_t pino, version, ino, mctime;
	uint8_t nsize, dtype;
	uint32_t node_crc, name_crc;
	struct view name;		/* nsize bytes, as they are */
};

struct jinode {
	struct jhead head;
	uint32_t ino, version, mode;
	uint16_t uid, gid;
	uint32_t isize, atime, mtime, ctime;
	uint32_t offset, csize, dsize;
	uint8_t compr, usercompr;
	uint16_t flags;
	uint32_t data_crc, node_crc;
	struct view data;		/* csize bytes, or empty if cut off */
};

struct jxattr {
	struct jhead head;
	uint32_t xid, version;
	uint8_t prefix, name_len;
	uint16_t value_len;
	uint32_t data_crc, node_crc;
	struct view name, value;
};

struct jxref {
	struct jhead head;
	uint32_t ino, xid, seqno, node_crc;
};

/*
 * Decode the node at `at` of v. False if it is not all inside v (its totlen
 * included, for all but jhead_get). Sums are not looked at.
 */
bool jhead_get(struct view v, uint64_t at, enum endian e, struct jhead *h);
bool jdirent_get(struct view v, uint64_t at, enum endian e, struct jdirent *d);
bool jinode_get(struct view v, uint64_t at, enum endian e, struct jinode *n);
bool jxattr_get(struct view v, uint64_t at, enum endian e, struct jxattr *x);
bool jxref_get(struct view v, uint64_t at, enum endian e, struct jxref *x);

/* Whether the header at `at` has magic, and the sum it had when written. */
bool jhead_ok(struct view v, uint64_t at, enum endian e, const struct jhead *h);

/*
 * The device that data (2 bytes, or 4 in the new encoding) stands for. False
 * if it has another length.
 */
bool jffs2_device(struct view data, enum endian e, uint32_t *major,
		  uint32_t *minor);

#endif

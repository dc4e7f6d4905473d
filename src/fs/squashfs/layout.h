/* layout.h - inodes and directory entries of squashfs, all versions alike */
#ifndef FS_SQUASHFS_LAYOUT_H
#define FS_SQUASHFS_LAYOUT_H

#include "fs/squashfs/super.h"

/* What a record may say. What it does not say is as in squash_inode(). */
enum squash_field {
	SQ_SKIP, SQ_TYPE, SQ_MODE, SQ_UID, SQ_GID, SQ_MTIME, SQ_INO,
	SQ_START,		/* of data, or of a directory's listing */
	SQ_SIZE,		/* of data, of a listing + 3, of a target */
	SQ_FRAGMENT, SQ_OFFSET,	/* in the fragment, in the listing's block */
	SQ_RDEV, SQ_XATTR, SQ_COUNT,
	SQ_LINKS, SQ_PARENT, SQ_SPARSE,
	SQ_DIFF,		/* of the number, from the head's */
	SQ_FIELDS
};

enum { SQ_DIR = 1, SQ_FILE, SQ_LINK, SQ_BLOCK, SQ_CHAR, SQ_FIFO, SQ_SOCKET };

#define SQ_NONE UINT32_MAX	/* no fragment, no attributes */

struct squash_record {
	uint64_t f[SQ_FIELDS];
	uint64_t end;		/* where it ends, what follows it begins */
	bool is_long;		/* an inode with room for more than most need */
};

/*
 * The inode at pos of the plain inode table. The type is one of the seven,
 * uid and gid are places in the tables of ids. False: not there, or none.
 */
bool squash_inode(const struct squash_super *s, struct view table, uint64_t pos,
		  struct squash_record *n);

/* A head of a listing (COUNT entries, START of their inodes), and an entry. */
bool squash_dir_head(const struct squash_super *s, struct view table,
		     uint64_t pos, struct squash_record *n);
bool squash_dir_entry(const struct squash_super *s, struct view table,
		      uint64_t pos, struct squash_record *n);

/*
 * The reverse: append the inode of this type (as it is stored, the long ones
 * from 8 on), a head or an entry. Of a head COUNT is one more than is stored,
 * of an entry and an index SIZE.
 */
void squash_put_inode(const struct squash_super *s, unsigned type,
		      const struct squash_record *n, struct buf *out);
void squash_put_head(const struct squash_super *s, const struct squash_record *n,
		     struct buf *out);
void squash_put_entry(const struct squash_super *s,
		      const struct squash_record *n, struct buf *out);

/* Where in its listing (OFFSET) and in the table (START) a name comes. */
void squash_put_index(const struct squash_super *s,
		      const struct squash_record *n, struct buf *out);

/* How many blocks a file has in its list, and what the list says of one. */
uint64_t squash_blocks(const struct squash_super *s,
		       const struct squash_record *n);
bool squash_list_fits(const struct squash_super *s, struct view table,
		      const struct squash_record *n);

/* A block as it is stored. Size 0: a hole. */
struct squash_stored { uint32_t size; bool packed; };
struct squash_stored squash_stored(const struct squash_super *s, uint32_t word);
struct squash_stored squash_block(const struct squash_super *s, struct view table,
				  const struct squash_record *n, uint64_t i);

#endif

/* read.h - reading squashfs: what its files give each other */
#ifndef FS_SQUASHFS_READ_H
#define FS_SQUASHFS_READ_H

#include <pthread.h>

#include "fs/fs.h"
#include "fs/squashfs/layout.h"

/* A chain of metadata blocks, unpacked. */
struct squash_table {
	struct buf plain;
	struct squash_place { uint64_t at; size_t plain; } *place;
	size_t n, cap;		/* blocks */
};

/* Fragments hold the ends of many files: the last few stay unpacked. */
enum { SQUASH_KEPT = 8 };

struct squash_kept { uint32_t which; struct buf plain; uint64_t used; };

struct squash_reader {
	struct view v;
	struct squash_super s;
	const struct squash_packing *packing;	/* NULL: not known, try all */
	struct squash_packing odd;	/* packing, if nobody is known for it */
	struct view packed;		/* a block that told so */
	struct tree *t;
	struct squash_table inodes, dirs, values;	/* values: of xattrs */
	struct buf fragments, ids, guids, xattrs;	/* entries as stored */
	struct xattr **lists;		/* by xattr id, those made so far */
	bool *made;
	struct squash_seen { struct node *n; uint64_t inode; } *seen;
	size_t nseen, seen_cap;		/* nodes as they were found */
	uint64_t listed, valued;	/* bytes of listings and values used */
	pthread_mutex_t lock;		/* of kept, uses */
	struct squash_kept kept[SQUASH_KEPT];
	uint64_t uses;
};

/* Find out how lengths are stored and how blocks are packed. */
void squash_settle(struct squash_reader *r);

/* The same by the files that were found, where no metadata is packed. */
void squash_settle_by_data(struct squash_reader *r);

/* Unpack a block of at most n bytes at dst, at least `least`. */
long squash_unpack(const struct squash_reader *r, struct view in, uint8_t *dst,
		   size_t n, size_t least);

/*
 * Unpack the blocks of [from, end). What is damaged is said and comes out as
 * zeros. Fails where they are more than anybody has.
 */
int squash_chain(struct squash_reader *r, uint64_t from, uint64_t end,
		 struct squash_table *t, const char *what, struct err *e);
/* Where in t what lies at `offset` of the block at `at` is; false: nowhere. */
bool squash_find(const struct squash_table *t, uint64_t at, uint64_t offset,
		 uint64_t *pos);
void squash_table_free(struct squash_table *t);

/* Unpack the n entries of `size` bytes of a table found through pointers. */
int squash_entries(struct squash_reader *r, uint64_t table, uint64_t n,
		   unsigned size, struct buf *out, const char *what,
		   struct err *e);

/* Read the tables of fragments, ids and attributes. */
int squash_tables(struct squash_reader *r, struct err *e);

/* The fragment of this number; size 0: there is none. */
struct squash_stored squash_fragment_at(const struct squash_reader *r,
					uint64_t which, uint64_t *at);
unsigned squash_fragment_size(const struct squash_super *s);	/* of an entry */

/* Content of the file whose inode is at key of the table. */
int squash_load(const struct content *c, struct buf *out, struct err *e);

/* Where in the image the block lies that holds this place of a table. */
uint64_t squash_place(const struct squash_reader *r,
		      const struct squash_table *t, uint64_t pos);

/* What an inode says, into node; or why it cannot become one (else NULL). */
uint32_t squash_mode(const struct squash_record *n);
void squash_fill(struct squash_reader *r, struct node *node,
		 const struct squash_record *n, uint64_t inode);
const char *squash_unusable(const struct squash_reader *r,
			    const struct squash_record *n);

/* Everything that can be reached from the root, into the tree. */
int squash_walk(struct squash_reader *r, struct err *e);

/* Give node the attributes of this id. */
void squash_xattrs(struct squash_reader *r, struct node *node, uint32_t id);

/* What t was read by; NULL: by somebody else. */
const struct squash_reader *squash_reader_of(const struct tree *t);

extern const struct fs squashfs_fs;

#endif

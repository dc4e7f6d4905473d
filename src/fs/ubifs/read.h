/* read.h - reading UBIFS: which nodes are alive, found and put in order */
#ifndef FS_UBIFS_READ_H
#define FS_UBIFS_READ_H

#include "fs/fs.h"
#include "fs/ubifs/ubifs.h"

/*
 * A node of a file. In the end the table has the living ones alone, by key
 * and, among names of the same hash, by name.
 */
struct ubifs_entry {
	uint64_t key, sqnum, at;
	uint64_t size;		/* of an inode: its file */
	uint8_t type;
	bool gone;		/* says that something is no more */
};

/* What of the index is lost: keys from `from` to `to`, both included. */
struct ubifs_lost { uint64_t from, to; };

/* What is wrong with a node; key 0: nobody knows whose. */
struct ubifs_fault { uint64_t at, key; const char *code; char *text; };

struct ubifs_reader {
	struct view v;
	struct ubifs_super s;
	struct ubifs_master m;
	bool has_master;
	struct tree *t;
	struct ubifs_entry *e;
	size_t n, cap;
	struct ubifs_lost *lost;
	size_t nlost, caplost;
	struct ubifs_fault *fault;
	size_t faults, capfaults;
	uint64_t valued;		/* bytes of attributes so far */
};

static inline uint64_t ubifs_place(const struct ubifs_reader *r, uint32_t lnum,
				   uint64_t offs)
{
	return (uint64_t)lnum * r->s.leb_size + offs;
}

static inline uint32_t ubifs_inum(uint64_t key) { return (uint32_t)(key >> 32); }
static inline unsigned ubifs_kind(uint64_t key)
{
	return (uint32_t)key >> UBIFS_KIND_SHIFT;
}

/* Take note; at most so many, then one that there are more. */
void ubifs_fault(struct ubifs_reader *r, uint64_t at, uint64_t key,
		 const char *code, const char *fmt, ...)
	__attribute__((format(printf, 5, 6)));

/* Add a node, whose sum holds, as it says of itself what it is. */
void ubifs_add(struct ubifs_reader *r, const struct ubifs_node *n);

/* All that the index leads to. What cannot be followed is added to lost. */
void ubifs_index(struct ubifs_reader *r);
/* What was written since the index was. */
void ubifs_journal(struct ubifs_reader *r);
/* What lies anywhere of the keys that are lost. */
void ubifs_sweep(struct ubifs_reader *r);
/* Leave only what is alive. */
void ubifs_resolve(struct ubifs_reader *r);

/*
 * The nodes of an erase block from offs on, one after the other: take()
 * each, also those that lie behind damage.
 */
struct ubifs_scan {
	void (*take)(struct ubifs_reader *r, const struct ubifs_node *n);
	bool tolerant;		/* a damaged end is where the power went */
};
void ubifs_scan(struct ubifs_reader *r, uint32_t lnum, uint64_t offs,
		const struct ubifs_scan *how);

/* How much lies between the start of a node and where the next may begin. */
uint64_t ubifs_behind(struct view v, const struct ubifs_node *n);

/* The first entry with at least this key. */
size_t ubifs_find(const struct ubifs_reader *r, uint64_t key);
/* The inode itself; false: it is not there. */
bool ubifs_inode(const struct ubifs_reader *r, uint64_t inum, size_t *i,
		 struct ubifs_ino *ino);
struct ubifs_node ubifs_node_of(const struct ubifs_reader *r,
				const struct ubifs_entry *k);

/* An inode into a node of the tree; or why it cannot become one (else NULL). */
const char *ubifs_unusable(const struct ubifs_ino *ino);
void ubifs_fill_attributes(struct tree *t, struct node *node,
			   const struct ubifs_ino *ino);
/* ... its content and extended attributes too; it is entry i. */
void ubifs_fill(struct ubifs_reader *r, struct node *node, size_t i,
		const struct ubifs_ino *ino);

/* Content of the file whose inode is entry `key`. */
int ubifs_load(const struct content *c, struct buf *out, struct err *e);

/* Everything that has a name, into the tree. */
int ubifs_walk(struct ubifs_reader *r, struct err *e);

int ubifs_read(struct view v, struct tree *t, struct err *e);

/* fs->history; as fs/past.h says. */
int ubifs_history(struct view v, struct tree *t, struct err *e);

#endif

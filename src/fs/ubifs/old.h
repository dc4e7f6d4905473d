/*
 * old.h - what of an UBIFS image stays where it is when some of it changes
 *
 * Erase blocks with living nodes keep all their bytes; what is new lies behind
 * them, then the index is made anew. Nodes that are not in it any more are
 * dirt, as after any write.
 */
#ifndef FS_UBIFS_OLD_H
#define FS_UBIFS_OLD_H

#include "fs/ubifs/pack.h"
#include "fs/ubifs/read.h"

struct writer;

/* What a node of the new tree was. */
struct ubifs_was {
	const struct node *n;		/* NULL: it is new */
	size_t entry;			/* of its inode */
	struct ubifs_ino ino;
	bool same_inode;		/* ... and attributes */
	bool same_content;
};

/* An erase block of the main area. */
struct ubifs_oldleb { uint32_t end, used; bool stays; };

struct ubifs_old {
	const struct ubifs_reader *r;
	bool *keep;			/* by entry of r */
	struct ubifs_was *was;		/* by mark of a node */
	struct ubifs_oldleb *leb;
	uint32_t first, lebs;		/* up to the last that stays */
	uint64_t sqnum;			/* the highest of all nodes */
	size_t written;			/* nodes that are new */
};

/* Find for each node of t, whose steps w has, what it was; and its number. */
void ubifs_old_match(struct writer *w, const struct tree *t,
		     const struct tree *old);
/* Keep nodes that are as they are to be; false: it must be written. */
bool ubifs_old_inode(struct writer *w, const struct node *n);
bool ubifs_old_name(struct writer *w, const struct node *n);
bool ubifs_old_block(struct writer *w, const struct ubifs_packed *p);
/* All data of a file whose content is known to be the same. */
void ubifs_old_content(struct writer *w, const struct node *n);

/* Which blocks stay; false where nodes cannot be told from dirt in one. */
bool ubifs_old_blocks(struct ubifs_old *o);
/* Put them; and in the end tell how much of them is alive, for the index. */
void ubifs_old_put(struct writer *w);
void ubifs_old_finish(struct writer *w);
void ubifs_old_free(struct ubifs_old *o);

int ubifs_update(struct view was, const struct tree *t, const void *opts,
		 uint64_t room, struct buf *out, struct kept *kept,
		 struct err *e);
bool ubifs_alike(const struct node *a, const struct node *b);

#endif

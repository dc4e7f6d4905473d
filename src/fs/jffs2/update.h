/* update.h - an old log made to hold a new tree */
#ifndef FS_JFFS2_UPDATE_H
#define FS_JFFS2_UPDATE_H

#include "fs/fs.h"
#include "fs/jffs2/emit.h"
#include "fs/jffs2/read.h"
#include "fs/jffs2/write_xattr.h"

/* What becomes of one inode of the new tree. */
struct fate {
	const struct node *n;	/* in the new tree, never a link */
	struct node *was;	/* in the old one; NULL: a new inode */
	struct identity id;
	bool attrs, xattrs;	/* these differ */
	bool content;		/* so does the content or the size ... */
	uint8_t *pages;		/* ... not 0 for a page that does; NULL: all */
	struct err *err;	/* the new content cannot be read; or NULL */
};

struct update {
	const struct tree *t;	/* node->mark is 1 + index of its fate */
	struct tree was;	/* the same; 0: its inode is given up */
	struct jmodel *model;	/* of was */
	const struct jffs2_plan *plan;
	struct fate *fate;
	size_t n, cap;
	uint32_t ino;		/* the last one ever used */
	struct emit m;
	struct xattr_pool xattrs;
	struct free_room { uint64_t *at; size_t n, cap, next; } room;
	uint8_t *live;		/* by record of the log */
	bool compact;		/* only live nodes are copied */
};

static inline struct fate *fate_of(const struct update *u, const struct node *n)
{
	size_t i = tree_self(n)->mark;

	return i ? &u->fate[i - 1] : NULL;
}

/* Pair what is at the same path and of the same type; number the rest. */
int fates_make(struct update *u, struct err *e);
/* Compare each pair in all. Fails if content of the new tree is unreadable. */
int fates_compare(struct update *u, struct err *e);
void fates_free(struct update *u);

/* Old files that lost their paths: is there one with the content of n? */
struct lost;
struct lost *renames_start(const struct tree *was);
struct node *renames_find(struct lost *l, const struct node *n);
void renames_end(struct lost *l);

/* Whether the old name c still stands for the same inode in the new tree. */
bool name_stays(const struct update *u, const struct node *c);

/*
 * Mark the records of the log that the old tree needs (all), or those that
 * the new one still does. Returns how many there are.
 */
size_t live_mark(struct update *u, bool all);

/*
 * Whether the image's end cuts off a node: it would take in what is written
 * behind it, and hide what lies in it.
 */
bool log_is_cut(const struct update *u);

/* Where there is room in the copy of the old image at u->m.l. */
void room_find(struct update *u);
uint64_t room_next(struct layout *l);

/* fs->update */
int jffs2_update(struct view was, const struct tree *t, const void *opts,
		 uint64_t room, struct buf *out, struct kept *kept, struct err *e);

#endif

/* write.h - what the parts of building a UBIFS image share */
#ifndef FS_UBIFS_WRITE_H
#define FS_UBIFS_WRITE_H

#include "fs/ubifs/emit.h"
#include "fs/ubifs/steps.h"

struct ubifs_old;

struct writer {
	struct ubifs_emit m;
	struct ubifs_old *old;		/* what is there already; or NULL */
	struct ubifs_plan plan;
	struct ubifs_steps steps;
	size_t step;			/* the next to do */
	uint32_t highest;		/* inode number */
	struct buf node, second;
};

static inline uint64_t ubifs_key_of(uint32_t inum, enum ubifs_type kind,
				    uint32_t rest)
{
	return (uint64_t)inum << 32 | (uint32_t)kind << UBIFS_KIND_SHIFT |
	       (rest & UBIFS_HASH_MASK);
}

static inline struct ubifs_info *ubifs_info_of(struct writer *w,
					       const struct node *n)
{
	return &w->steps.info[tree_self(n)->mark];
}

static inline uint16_t ubifs_default_compr(const struct ubifs_options *o)
{
	return o->compr == UBIFS_FAVOR_LZO ? UBIFS_LZO : (uint16_t)o->compr;
}

/* The inode of n behind its attributes; a name in its directory. */
void ubifs_write_inode(struct writer *w, const struct node *n);
void ubifs_write_name(struct writer *w, const struct node *n);
uint64_t ubifs_name_key(struct writer *w, const struct node *n);
uint64_t ubifs_dir_size(const struct node *dir);

/* All of the tree whose steps w has, behind what m was begun with. */
int ubifs_write_tree(struct writer *w, struct err *e);
void ubifs_writer_free(struct writer *w);	/* takes a zeroed one too */

/* What lies before the main area, when all else is known. */
void ubifs_write_front(struct writer *w);

#endif

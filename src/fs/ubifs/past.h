/* past.h - what the erase blocks of UBIFS still have of files as they were */
#ifndef FS_UBIFS_PAST_H
#define FS_UBIFS_PAST_H

#include "fs/pastlog.h"
#include "fs/ubifs/read.h"

/* r comes first: what ubifs_scan() hands on is the whole of it. */
struct oldnodes {
	struct ubifs_reader r;		/* its table: all nodes that make files,
					   by inode, rising in sqnum */
	struct past_log p;
	struct past_numbers numbers;	/* of all nodes */
	struct oldname { uint64_t sqnum, at, dir, inum; } *name;
	size_t names, namecap;
};

int oldnodes_collect(struct past_log *p, struct err *e);
bool oldnodes_attributes(const struct past_log *p, const struct past_state *s,
			 struct node *n);
void oldnodes_fill(struct past_log *p, const struct past_state *s, struct node *n);

/* The inode that entry k is; false: it is another node, or was deleted. */
static inline bool oldnodes_inode(const struct oldnodes *o, size_t k,
				  struct ubifs_ino *ino)
{
	struct ubifs_node n;

	if (o->r.e[k].type != UBIFS_INO || o->r.e[k].gone)
		return false;
	n = ubifs_node_of(&o->r, &o->r.e[k]);
	return ubifs_ino(o->r.v, &n, ino);
}

#endif

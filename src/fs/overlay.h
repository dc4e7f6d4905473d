/* overlay.h - what the halves of putting disk and list together share */
#ifndef FS_OVERLAY_H
#define FS_OVERLAY_H

#include "fs/meta.h"

/*
 * One node of the disk. Hard links are undone first and made again from the
 * list: `inode` is what the disk said was the same file, `rep` the node that
 * stands for it in the end.
 */
struct seen {
	struct node *n, *inode;
	bool listed;
	struct node *rep;		/* of an inode: NULL until one is listed */
	const struct node *was;		/* of the list: what it was linked to before
					   its content became another */
};

struct overlay {
	const struct meta *m;
	struct tree *d;
	struct changes *c;
	struct seen *seen;		/* by node->mark of the disk's nodes */
	size_t n, cap;
	struct node **map;		/* by node->mark of the list's: ours */
	size_t nmap, capmap;
	uint64_t *crc;			/* the marks the list's nodes had */
	size_t capcrc;
};

static inline struct seen *overlay_seen(const struct overlay *o,
					const struct node *n)
{
	return &o->seen[n->mark];
}

static inline bool overlay_same_text(const char *a, const char *b)
{
	return a && b && !strcmp(a, b);
}

void overlay_changed(struct overlay *o, enum change_kind kind,
		     const struct node *n);

/* Only the list has devices, and what could not be made on disk. */
bool overlay_list_only(const struct overlay *o, const struct node *k);

/*
 * The node of the disk that k names, or NULL: it, or its directory, is gone.
 * What is there with another type took its place: it is new.
 */
int overlay_find(struct overlay *o, const struct node *k, struct node **found,
		 struct err *e);

/* The node k of the list describes n of the disk (same type). */
int overlay_describe(struct overlay *o, const struct node *k, struct node *n,
		     struct err *e);

/* n stands for its inode, unless another does. */
void overlay_represent(struct overlay *o, struct node *n);

/* The hard links of the list, when all other nodes are in place. */
int overlay_links(struct overlay *o, const struct node *k, struct err *e);

#endif

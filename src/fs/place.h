/* place.h - the names of an archive as places in a tree */
#ifndef FS_PLACE_H
#define FS_PLACE_H

#include "fs/tree.h"

struct placing {
	struct tree *t;
	const char *implied;		/* node->as of directories that no entry
					   tells of, but names in them; or NULL */
	size_t replaced;		/* names that came again */
};

/*
 * The node for a name, in which "./", "/" at the front and "//" mean nothing:
 * what is there by that name goes, unless both are directories; directories on
 * the way are made. NULL: it has no place.
 */
struct node *place_name(struct placing *p, struct view name, uint32_t mode,
			struct err *e);
/* The node that has such a name, or NULL. */
struct node *place_find(const struct placing *p, struct view name);

#endif

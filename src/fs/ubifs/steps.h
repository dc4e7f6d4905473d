/* steps.h - in which order mkfs.ubifs writes a tree */
#ifndef FS_UBIFS_STEPS_H
#define FS_UBIFS_STEPS_H

#include "fs/tree.h"

enum ubifs_step_kind {
	UBIFS_ENTER,	/* a directory; its inode comes when it is left */
	UBIFS_LEAVE,
	UBIFS_INODE,	/* of what has no content */
	UBIFS_FILE,	/* content, then the inode */
	UBIFS_NAME,
};

struct ubifs_step { enum ubifs_step_kind kind; const struct node *n; };

/* What a node becomes: node->mark is its index. */
struct ubifs_info {
	uint64_t creat;		/* sequence number of its creation */
	uint64_t rank;		/* among those of several names */
	uint32_t inum, nlink;
};

struct ubifs_steps {
	struct ubifs_step *v;
	size_t n, cap;
	struct ubifs_info *info;
	size_t infos, capinfo;
	const struct node **file;	/* in the order of their steps */
	size_t files, capfile;
	const struct node **late;	/* of several names */
	size_t lates, caplate;
	uint32_t highest;
	bool by_inode;
};

/* Only marks change in t. Fails where there are too many inodes. */
int ubifs_steps_make(struct ubifs_steps *s, const struct tree *t,
		     struct err *e);
void ubifs_steps_free(struct ubifs_steps *s);

#endif

/* plan.h - what write() writes, in order */
#ifndef FS_JFFS2_PLAN_H
#define FS_JFFS2_PLAN_H

#include "fs/jffs2/options.h"

enum step_kind {
	STEP_XATTRS,		/* a directory's again, before what is in it */
	STEP_NAME,		/* a dirent */
	STEP_INODE,		/* an inode that is one node */
	STEP_FILE,		/* an inode that is pages */
};

struct step { const struct node *n; uint32_t file; enum step_kind kind; };

struct steps {
	struct step *v;
	size_t n, cap;
	const struct node **file;	/* of STEP_FILE, in order */
	size_t files, cap_files;
	uint32_t ino;			/* the last one given */
	enum jffs2_order order;
};

/*
 * Walk t as mkfs.jffs2 does, giving inode numbers (node->mark) from 2 on.
 * Fails where jffs2 cannot hold something of it.
 */
int steps_make(struct steps *s, const struct tree *t, struct err *e);
void steps_free(struct steps *s);

/* Put the path of n before the text of e. Returns -1. */
int jffs2_complain(const struct node *n, struct err *e);

/* Whether jffs2 can hold n as it is; says what not. */
int jffs2_check_node(const struct node *n, struct err *e);

#endif

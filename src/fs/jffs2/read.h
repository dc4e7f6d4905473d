/* read.h - a jffs2 image as a tree; shared by the files that make it */
#ifndef FS_JFFS2_READ_H
#define FS_JFFS2_READ_H

#include "fs/jffs2/model.h"
#include "fs/tree.h"

/* fs->read; the tree's reader is a struct jreader from then on. */
int jffs2_read(struct view v, struct tree *t, struct err *e);

/* Lives in the tree's arena; m is freed with the tree. */
struct jreader {
	struct jmodel m;
	struct tree *t;
};

/* The log that t was read from, if it is that of v; else NULL. */
const struct jlog *jffs2_log_of(const struct tree *t, struct view v);

/* The node that f became, or NULL: no name leads to it. */
static inline struct node *jfile_node(const struct jfile *f)
{
	return f->mark;
}

/* How long the file is: what its newest node says and its nodes reach. */
uint64_t jfile_size(const struct jfile *f, uint32_t isize);

/* Its type and permissions; 0: nothing is known. */
uint32_t jfile_mode(const struct jreader *r, const struct jfile *f);

/*
 * A link's target, a device's number: data of the one node that holds it, with
 * none other beside it. Nothing where that is gone.
 */
void jfile_data(struct jreader *r, const struct jfile *f, struct buf *out);

/* Make node what f says; data is as jfile_data() has it. */
void jfile_fill(struct jreader *r, struct node *node, struct jfile *f,
		const struct buf *data);

/*
 * Append the first size bytes of f as far as nodes reach. What is lost is
 * zeros, so that who wants what is left has it; the first failure is told.
 * with_bad: as in jfrags_make().
 */
int jlog_load(const struct jlog *l, const struct jfile *f, uint64_t size,
	      bool with_bad, struct buf *out, struct err *e);

/* content.load of a regular file; from is the reader, key the file's index. */
int jffs2_load(const struct content *c, struct buf *out, struct err *e);

/* What could not be read although a name leads to it. */
void jffs2_damage(struct jreader *r);

/* Attributes of all files that are in the tree. */
void jffs2_xattrs(struct jreader *r);

#endif

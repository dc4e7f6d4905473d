/* write_xattr.h - extended attributes, shared where they are equal */
#ifndef FS_JFFS2_WRITE_XATTR_H
#define FS_JFFS2_WRITE_XATTR_H

#include "fs/jffs2/layout.h"
#include "fs/jffs2/options.h"

/* Attributes already in the image. Zeroed is empty. */
struct xattr_pool {
	struct known { const struct xattr *x; uint32_t xid; } *v;
	size_t slots, n;
	uint32_t xid, seqno;		/* the last ones given */
};

void xattr_pool_free(struct xattr_pool *p);

/* Whether the options keep this attribute. */
bool xattr_wanted(const struct jffs2_options *o, const struct xattr *x);

/* Write those of n, which has inode number ino. */
int xattrs_write(struct xattr_pool *p, struct layout *l,
		 const struct jffs2_options *o, const struct node *n, uint32_t ino,
		 struct err *e);

#endif

/* put.h - jffs2 nodes, encoded: the twin of jffs2.h's decoders */
#ifndef FS_JFFS2_PUT_H
#define FS_JFFS2_PUT_H

#include "core/buf.h"
#include "fs/jffs2/jffs2.h"

/*
 * Append one node in b's byte order, its lengths and sums made right and
 * padded to a multiple of 4 bytes. Of the struct only what the writer of a
 * node decides is looked at: not head, not nsize, csize or a sum.
 */
void jdirent_put(struct buf *b, const struct jdirent *d);
void jinode_put(struct buf *b, const struct jinode *n);
void jxattr_put(struct buf *b, const struct jxattr *x);
void jxref_put(struct buf *b, const struct jxref *x);

/* One that counts `size` bytes, of which the header is written. */
void jcleanmarker_put(struct buf *b, uint32_t size);

/* The payload of a device: 2 bytes, or 4 where it does not fit them. */
void jdevice_put(struct buf *b, uint32_t major, uint32_t minor);

#endif

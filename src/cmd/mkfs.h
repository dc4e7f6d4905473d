/* mkfs.h - what the commands named like other programs share */
#ifndef CMD_MKFS_H
#define CMD_MKFS_H

#include "fs/tree.h"

/* Put every node's extended attributes into the order that root lists them. */
void mkfs_order_xattrs(struct tree *t, const char *root);

#endif

/* fs.h - jffs2 as a file system: what its files give each other */
#ifndef FS_JFFS2_FS_H
#define FS_JFFS2_FS_H

#include "fs/fs.h"
#include "fs/jffs2/options.h"

extern const struct fs jffs2_fs;

#endif

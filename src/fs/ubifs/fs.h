/* fs.h - UBIFS as a file system */
#ifndef FS_UBIFS_FS_H
#define FS_UBIFS_FS_H

#include "fs/fs.h"
#include "fs/ubifs/ubifs.h"

extern const struct fs ubifs_fs;

#endif

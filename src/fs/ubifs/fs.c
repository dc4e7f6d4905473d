/* fs.c - UBIFS as a file system */
#include "fs/ubifs/fs.h"
#include "fs/ubifs/read.h"

const struct fs ubifs_fs = {
	.read = ubifs_read,
};

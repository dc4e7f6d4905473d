/* fs.c - cramfs as a file system */
#include "fs/cramfs/read.h"

const struct fs cramfs_fs = {
	.read = cramfs_read,
};

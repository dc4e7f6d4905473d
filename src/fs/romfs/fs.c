/* fs.c - romfs as a file system */
#include "fs/romfs/write.h"

const struct fs romfs_fs = {
	.read = romfs_read,
	.write = romfs_write,
	.update = romfs_update,
	.learn = romfs_learn,
	.forget = romfs_forget,
	.prepare = romfs_prepare,
	.describe = romfs_describe,
	.opts = romfs_option_table,
	.defaults = &romfs_defaults,
	.optsize = sizeof(struct romfs_options),
};

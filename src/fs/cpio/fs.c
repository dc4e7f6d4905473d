/* fs.c - cpio as a file system */
#include "fs/cpio/write.h"

const struct fs cpio_fs = {
	.read = cpio_read,
	.write = cpio_write,
	.update = cpio_update,
	.learn = cpio_learn,
	.forget = cpio_forget,
	.prepare = cpio_prepare,
	.describe = cpio_describe,
	.opts = cpio_option_table,
	.defaults = &cpio_defaults,
	.optsize = sizeof(struct cpio_options),
};

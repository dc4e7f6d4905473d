/* fs.c - jffs2 as a file system */
#include "fs/jffs2/fs.h"

const struct fs jffs2_fs = {
	.write = jffs2_write,
	.describe = jffs2_describe,
	.opts = jffs2_option_table,
	.defaults = &jffs2_defaults,
	.optsize = sizeof(struct jffs2_options),
};

/* fs.c - cramfs as a file system */
#include "fs/cramfs/options.h"

const struct fs cramfs_fs = {
	.read = cramfs_read,
	.write = cramfs_write,
	.update = cramfs_update,
	.learn = cramfs_learn,
	.prepare = cramfs_prepare,
	.hides_damage = true,	/* before FSID_V2 */
	.describe = cramfs_describe,
	.opts = cramfs_option_table,
	.defaults = &cramfs_defaults,
	.optsize = sizeof(struct cramfs_options),
};

/* fs.c - UBIFS as a file system */
#include "fs/ubifs/fs.h"
#include "fs/ubifs/old.h"
#include "fs/ubifs/options.h"
#include "fs/ubifs/read.h"

const struct fs ubifs_fs = {
	.read = ubifs_read,
	.history = ubifs_history,
	.write = ubifs_write,
	.update = ubifs_update,
	.alike = ubifs_alike,
	.learn = ubifs_learn,
	.forget = ubifs_forget,
	.prepare = ubifs_prepare,
	.hides_damage = true,
	.describe = ubifs_describe,
	.opts = ubifs_option_table,
	.defaults = &ubifs_defaults,
	.optsize = sizeof(struct ubifs_options),
};

/* fs.c - jffs2 as a file system */
#include "fs/jffs2/fs.h"
#include "fs/jffs2/past.h"
#include "fs/jffs2/read.h"
#include "fs/jffs2/update.h"

const struct fs jffs2_fs = {
	.read = jffs2_read,
	.history = jffs2_history,
	.write = jffs2_write,
	.update = jffs2_update,
	.learn = jffs2_learn,
	.prepare = jffs2_prepare,
	.hides_damage = true,
	.describe = jffs2_describe,
	.opts = jffs2_option_table,
	.defaults = &jffs2_defaults,
	.optsize = sizeof(struct jffs2_options),
};

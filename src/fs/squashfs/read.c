/* read.c - a squashfs image as a tree */
#include "fs/squashfs/options.h"
#include "fs/squashfs/read.h"

#include <stdlib.h>

static void free_reader(struct tree *t)
{
	struct squash_reader *r = t->reader;

	squash_table_free(&r->inodes);
	squash_table_free(&r->dirs);
	squash_table_free(&r->values);
	buf_free(&r->fragments);
	buf_free(&r->ids);
	buf_free(&r->guids);
	buf_free(&r->xattrs);
	free(r->lists);
	free(r->made);
	free(r->seen);
	for (size_t i = 0; i < SQUASH_KEPT; i++)
		buf_free(&r->kept[i].plain);
	pthread_mutex_destroy(&r->lock);
}

const struct squash_reader *squash_reader_of(const struct tree *t)
{
	return t->on_free == free_reader ? t->reader : NULL;
}

static int squashfs_read(struct view v, struct tree *t, struct err *e)
{
	struct squash_reader *r = arena_alloc(&t->arena, sizeof(*r));
	int result;

	r->v = v;
	r->t = t;
	pthread_mutex_init(&r->lock, NULL);
	t->reader = r;
	t->on_free = free_reader;
	if (!squash_get(v, &r->s))
		return fail_at(e, v.at, "squashfs superblock that breaks its own "
			       "rules; read the image again");
	squash_settle(r);
	if (squash_tables(r, e) < 0)
		return -1;
	result = squash_walk(r, e);
	squash_settle_by_data(r);
	tree_finish(t);
	return result;
}

const struct fs squashfs_fs = {
	.read = squashfs_read,
	.write = squash_write,
	.update = squash_update,
	.alike = squash_alike,
	.forget = squash_forget,
	.fresh = squash_fresh,
	.learn = squash_learn,
	.prepare = squash_prepare,
	.hides_damage = true,
	.describe = squash_describe,
	.opts = squash_option_table,
	.defaults = &squash_defaults,
	.optsize = sizeof(struct squash_options),
};

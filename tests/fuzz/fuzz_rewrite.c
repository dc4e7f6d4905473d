/* fuzz_rewrite.c - any file system read and written again: what is written reads back
 *
 *	input: which file system (1 byte), its image, what is done to it (1 byte)
 */
#include <stdlib.h>

#include "readback.h"

enum { MOST_BYTES = 4 << 20 };

/* In this order for good: the seeds count on it. New ones at the end. */
static const char *const names[] = { "romfs", "cpio", "ambarella", "cramfs" };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Each file is there and not too large to be written. */
static int measure(const struct node *n, const char *path, void *arg)
{
	uint64_t *left = arg;

	(void)path;
	if (!S_ISREG(n->mode) || n->same)
		return 0;
	if (n->size > *left)
		return -1;
	*left -= n->size;
	return 0;
}

static void change(struct tree *t, unsigned how)
{
	struct err e;
	struct node *k;

	if (how & 1 && t->root->child)
		tree_exclude(t, &t->root->child->name, 1, &e);
	k = how & 2 ? tree_add(t, t->root, "new", 3, S_IFREG | 0644, &e) : NULL;
	if (k)
		tree_bytes(t, k, view_text("some content"));
	tree_finish(t);
}

static void rewrite(const struct fs *fs, struct view v, unsigned how)
{
	bool anew = how & 4 || !fs->update;
	uint64_t left = MOST_BYTES;
	void *opts = calloc(1, fs->optsize + 1);
	struct buf out = { 0 };
	struct kept kept;
	struct err e = { 0 };
	struct tree t;
	int r = -1;

	if (fs->optsize)
		memcpy(opts, fs->defaults, fs->optsize);
	tree_init(&t);
	if (fs->read(v, &t, &e) == 0 && !t.damages &&
	    tree_each(&t, measure, &left) == 0 &&
	    (!fs->learn || fs->learn(v, &t, opts, &e) == 0)) {
		change(&t, how);
		if (!fs->prepare || fs->prepare(&t, opts, anew, &e) == 0)
			r = anew ? fs->write(&t, opts, &out, &e)
				 : fs->update(v, &t, opts, 0, &out, &kept, &e);
	}
	if (!r)
		read_back(fs, &t, buf_view(&out));
	tree_free(&t);
	buf_free(&out);
	free(opts);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct format *f;
	uint8_t *copy;

	if (size < 3)
		return 0;
	f = format_named(names[data[0] % (sizeof(names) / sizeof(*names))]);
	copy = malloc(size - 2);
	memcpy(copy, data + 1, size - 2);
	rewrite(f->fs, (struct view){ copy, size - 2, 0 }, data[size - 1]);
	free(copy);
	return 0;
}

/* fuzz_cramfs_update.c - changing a file of any cramfs, in place or anew */
#include <stdlib.h>
#include <string.h>

#include "fs/cramfs/options.h"

enum { MOST_FILE = 1 << 18, MOST_BYTES = 4 << 20 };

struct changing { struct tree *t; uint64_t left; unsigned which, n; bool too_large; };

static int change(const struct node *n, const char *path, void *arg)
{
	static const uint8_t text[9000] = "changed";
	struct changing *c = arg;

	(void)path;
	if (!S_ISREG(n->mode))
		return 0;
	if (n->size > MOST_FILE || n->size > c->left)
		c->too_large = true;
	else
		c->left -= n->size;
	if (c->n++ == c->which % 4)
		tree_bytes(c->t, (struct node *)(uintptr_t)n,
			   (struct view){ text, c->which * 37 % sizeof(text), 0 });
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cramfs_options o = cramfs_defaults;
	struct view v = { data, size, 0 };
	struct tree t = { 0 };
	struct changing c = { &t, MOST_BYTES, size ? data[size - 1] : 0, 0, false };
	struct buf out = { 0 };
	struct kept kept;
	struct err e = { 0 };

	tree_init(&t);
	if (cramfs_read(v, &t, &e) == 0 && cramfs_learn(v, &t, &o, &e) == 0) {
		tree_each(&t, change, &c);
		if (!c.too_large && cramfs_prepare(&t, &o, false, &e) == 0)
			cramfs_update(v, &t, &o, 0, &out, &kept, &e);
	}
	buf_free(&out);
	tree_free(&t);
	return 0;
}

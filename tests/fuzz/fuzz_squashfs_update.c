/* fuzz_squashfs_update.c - any squashfs changed: what is written is read again */
#define LLVMFuzzerTestOneInput fuzz_read
#include "fuzz_squashfs.c"
#undef LLVMFuzzerTestOneInput

#include "fs/squashfs/options.h"
#include "fs/squashfs/read.h"
#include "readback.h"

static const struct fs *const fs = &squashfs_fs;

/* Each file of b is what it was in a, but for what the input says. */
static void link_nodes(struct tree *t, struct node *n, const struct node *o,
		       uint64_t *left)
{
	const struct node *k = o->child;

	n->was = o;
	if (S_ISREG(n->mode) && !n->same && (n->size > *left || n->size > MOST_FILE)) {
		tree_bytes(t, n, view_text("changed"));
		n->was = NULL;
	}
	if (S_ISREG(n->mode) && !n->same && n->was)
		*left -= n->size;
	for (n = n->child; n && k; n = n->next, k = k->next)
		if (!n->same)
			link_nodes(t, n, k, left);
}

static void change(struct tree *t, const uint8_t *p, size_t n)
{
	struct node *k, *first = t->root->child;
	struct err e = { 0 };

	if (n && p[n - 1] & 1 && first && S_ISREG(first->mode) && !first->same) {
		tree_bytes(t, first, view_text("other content"));
		first->was = NULL;
	}
	k = tree_add(t, t->root, "new", 3, S_IFREG | 0644, &e);
	if (k)
		tree_bytes(t, k, (struct view){ p, n, 0 });
	tree_finish(t);
}

static void update(struct view v, const uint8_t *data, size_t size)
{
	struct squash_options o = squash_defaults;
	struct tree a, b;
	struct buf out = { 0 };
	struct kept kept = { 0 };
	struct err e = { 0 };
	uint64_t left = MOST_BYTES;

	tree_init(&a);
	tree_init(&b);
	if (fs->read(v, &a, &e) == 0 && !a.damages &&
	    fs->read(v, &b, &e) == 0 && fs->learn(v, &b, &o, &e) == 0) {
		link_nodes(&b, b.root, a.root, &left);
		change(&b, data, size);
		if (fs->prepare(&b, &o, false, &e) == 0 &&
		    fs->update(v, &b, &o, 0, &out, &kept, &e) == 0)
			read_back(fs, &b, buf_view(&out));
	}
	buf_free(&out);
	tree_free(&a);
	tree_free(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *copy = malloc(size ? size : 1);

	if (size)
		memcpy(copy, data, size);
	update((struct view){ copy, size, 0 }, data, size);
	free(copy);
	return 0;
}

/* fuzz_fat.c - finding and reading FAT, and all its files */
#include <stdlib.h>
#include <string.h>

#include "core/format.h"
#include "fs/fs.h"

extern const struct format format_fat;

enum { MOST_FILE = 1 << 20, MOST_BYTES = 16 << 20 };

static int load(const struct node *n, const char *path, void *arg)
{
	uint64_t *left = arg;
	struct err e = { 0 };
	struct buf b = { 0 };

	(void)path;
	for (const struct xattr *x = n->xattr; x; x = x->next)
		if (x->next && strcmp(x->name, x->next->name) >= 0)
			abort();
	if (S_ISLNK(n->mode) && !n->same && !*n->target)
		abort();
	if (n->same || !S_ISREG(n->mode) || n->size > MOST_FILE || n->size > *left)
		return 0;
	*left -= n->size;
	n->content.load(&n->content, &b, &e);
	if (b.len != n->size)
		abort();
	buf_free(&b);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *copy = malloc(size ? size : 1);
	struct region r = { .format = &format_fat };
	struct view v = { copy, size, 0 };
	uint64_t left = MOST_BYTES;
	struct tree t = { 0 };
	struct err e = { 0 };

	if (size)
		memcpy(copy, data, size);
	if (format_fat.probe(v, 0, &r) != PROOF_NONE &&
	    (!r.size || r.size > size))
		abort();
	tree_init(&t);
	if (format_fat.fs->read(v, &t, &e) == 0)
		tree_each(&t, load, &left);
	tree_free(&t);
	free(copy);
	return 0;
}

/* reader.h - finding and reading a file system of anything, and all its files */
#ifndef FUZZ_READER_H
#define FUZZ_READER_H

#include <stdlib.h>
#include <string.h>

#include "core/format.h"
#include "fs/fs.h"

enum { MOST_FILE = 1 << 20, MOST_BYTES = 16 << 20 };

/* How the attributes of a node come: sorted, or as found, each name once. */
enum attributes { SORTED, AS_FOUND };

struct reading { enum attributes attributes; uint64_t left; };

static int load(const struct node *n, const char *path, void *arg)
{
	struct reading *r = arg;
	struct err e = { 0 };
	struct buf b = { 0 };

	(void)path;
	for (const struct xattr *x = n->xattr; x && x->next; x = x->next) {
		int order = strcmp(x->name, x->next->name);

		if (!order || (r->attributes == SORTED && order > 0))
			abort();
	}
	if (S_ISLNK(n->mode) && !n->same && !*n->target)
		abort();
	if (n->same || !S_ISREG(n->mode) || n->size > MOST_FILE || n->size > r->left)
		return 0;
	r->left -= n->size;
	n->content.load(&n->content, &b, &e);
	if (b.len != n->size)
		abort();
	buf_free(&b);
	return 0;
}

/* The bytes are copied, so that a read past their end is seen. */
static inline int fuzz_reader(const struct format *f, enum attributes attributes,
			      const uint8_t *data, size_t size)
{
	uint8_t *copy = malloc(size ? size : 1);
	struct region r = { .format = f };
	struct view v = { copy, size, 0 };
	struct reading reading = { attributes, MOST_BYTES };
	struct tree t = { 0 };
	struct err e = { 0 };

	if (size)
		memcpy(copy, data, size);
	if (f->probe(v, 0, &r) != PROOF_NONE && (!r.size || r.size > size))
		abort();
	tree_init(&t);
	if (f->fs->read(v, &t, &e) == 0)
		tree_each(&t, load, &reading);
	tree_free(&t);
	free(copy);
	return 0;
}

#endif

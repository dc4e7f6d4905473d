/*
 * fuzz_ubifs.c - finding and reading UBIFS, what is and what was, building it
 *
 * An image is mostly erased and each node has a sum. So the input is a list
 * of pieces, { leb:8 offset/8:16 len:16 bytes }, whose sums are made right.
 */
#include <stdlib.h>
#include <string.h>

#include "core/format.h"
#include "core/hash.h"
#include "fs/fs.h"
#include "fs/meta.h"

extern const struct format format_ubifs;

enum { LEB = 15360, LEBS = 24, SUPER = 4096, MOST_FILE = 1 << 20,
       MOST_BYTES = 16 << 20 };

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

static void put_sum(uint8_t *node, size_t most)
{
	struct view v = { node, most, 0 };
	uint32_t len = peek32(v, 16, LITTLE), sum;

	if (peek32(v, 0, LITTLE) != 0x06101831 || len < 24 || len > most)
		return;
	sum = crc32_plain(~0u, view_sub(v, 8, len - 8));
	for (int i = 0; i < 4; i++)
		node[4 + i] = (uint8_t)(sum >> 8 * i);
}

static void put_piece(uint8_t *image, struct cursor *c)
{
	size_t at = (size_t)get8(c) % LEBS * LEB;
	struct view piece;

	at += (size_t)get16(c) * 8 % LEB;
	piece = get_view(c, get16(c));
	if (!piece.len || piece.len > (size_t)LEB * LEBS - at)
		return;
	if (!at)
		memset(image, 0, SUPER);
	memcpy(image + at, piece.p, piece.len);
	put_sum(image + at, (size_t)LEB * LEBS - at);
}

static int make(struct view v, const struct tree *t, const void *opts, bool anew,
		struct buf *out, struct err *e)
{
	struct kept kept;

	return anew ? format_ubifs.fs->write(t, opts, out, e)
		    : format_ubifs.fs->update(v, t, opts, 0, out, &kept, e);
}

/* What can be built of it, anew or of what there is, reads back the same. */
static void build(struct view v, struct tree *t, bool anew)
{
	const struct fs *fs = format_ubifs.fs;
	void *opts = calloc(1, fs->optsize);
	struct buf out = { 0 }, why = { 0 };
	struct tree again = { 0 };
	struct err e = { 0 };

	memcpy(opts, fs->defaults, fs->optsize);
	tree_init(&again);
	if (!fs->learn(v, t, opts, &e) && !fs->prepare(t, opts, anew, &e) &&
	    !make(v, t, opts, anew, &out, &e) &&
	    (fs->read(buf_view(&out), &again, &e) < 0 ||
	     (!again.damages && !tree_same(t, &again, &why, &e))))
		abort();
	tree_free(&again);
	buf_free(&out);
	buf_free(&why);
	free(opts);
}

static int measure(const struct node *n, const char *path, void *arg)
{
	uint64_t *bytes = arg;

	(void)path;
	if (S_ISREG(n->mode) && !n->same)
		*bytes += n->size < UINT64_MAX / 2 ? n->size : MOST_BYTES;
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cursor c = cursor((struct view){ data, size, 0 }, LITTLE);
	struct region r = { .format = &format_ubifs };
	uint8_t *image = malloc(LEB * LEBS);
	struct view v = { image, LEB * LEBS, 0 };
	uint64_t left = MOST_BYTES;
	struct tree t = { 0 };
	struct err e = { 0 };

	memset(image, 0xff, v.len);
	while (cursor_ok(&c) && c.pos < size)
		put_piece(image, &c);
	if (format_ubifs.probe(v, 0, &r) != PROOF_NONE &&
	    (!r.size || r.size > v.len))
		abort();
	tree_init(&t);
	if (format_ubifs.fs->read(v, &t, &e) == 0) {
		uint64_t bytes = 0;

		tree_each(&t, load, &left);
		tree_each(&t, measure, &bytes);
		if (bytes < MOST_FILE)
			build(v, &t, true);
		t.root->mode ^= 0111;
		if (t.root->child && bytes < MOST_FILE)
			tree_exclude(&t, &t.root->child->name, 1, &e);
		if (bytes < MOST_FILE)
			build(v, &t, false);
	}
	tree_free(&t);
	left = MOST_BYTES;
	tree_init(&t);
	if (format_ubifs.fs->history(v, &t, &e) == 0)
		tree_each(&t, load, &left);
	tree_free(&t);
	free(image);
	return 0;
}

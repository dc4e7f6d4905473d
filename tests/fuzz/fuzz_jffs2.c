/* fuzz_jffs2.c - finding and reading jffs2, with sums made right or not */
#include <stdlib.h>
#include <string.h>

#include "core/format.h"
#include "core/hash.h"
#include "fs/jffs2/fs.h"
#include "fs/jffs2/log.h"

extern const struct format format_jffs2;

enum { MOST_FILE = 1 << 20 };

static void set32(uint8_t *p, uint32_t x, enum endian e)
{
	for (int i = 0; i < 4; i++)
		p[e == BIG ? 3 - i : i] = (uint8_t)(x >> 8 * i);
}

static const struct { uint16_t type; unsigned size, summed; } sums[] = {
	{ JFFS2_DIRENT, JFFS2_DIRENT_SIZE, JFFS2_DIRENT_SUMMED },
	{ JFFS2_INODE, JFFS2_INODE_SIZE, JFFS2_INODE_SUMMED },
	{ JFFS2_XATTR, JFFS2_XATTR_SIZE, JFFS2_XATTR_SUMMED },
	{ JFFS2_XREF, JFFS2_XREF_SIZE, JFFS2_XREF_SUMMED },
};

/* The two sums at the end of what is fixed: data's, and the node's. */
static void mend_body(uint8_t *p, struct view v, uint64_t at, enum endian e)
{
	struct jdirent d;
	struct jinode n;
	uint16_t type = peek16(v, at + 2, e) | JFFS2_ACCURATE;

	if (type == JFFS2_INODE && jinode_get(v, at, e, &n))
		set32(p + at + 60, crc32_plain(0, n.data), e);
	if (type == JFFS2_DIRENT && jdirent_get(v, at, e, &d))
		set32(p + at + 36, crc32_plain(0, d.name), e);
	for (size_t i = 0; i < 4; i++) {
		unsigned where = type == JFFS2_INODE ? 64 : sums[i].summed;

		if (sums[i].type != type || !view_has(v, at, sums[i].size))
			continue;
		set32(p + at + where, crc32_plain(0, view_sub(v, at, sums[i].summed)),
		      e);
	}
}

/* No fuzzer guesses a CRC: set them where something looks like a node. */
static void mend(uint8_t *p, size_t n)
{
	struct view v = { p, n, 0 };

	for (size_t at = 0; at + JFFS2_HEADER_SIZE <= n; at += 4) {
		enum endian e = p[at] == 0x19 ? BIG : LITTLE;
		uint8_t head[8];

		if (peek16(v, at, e) != JFFS2_MAGIC)
			continue;
		memcpy(head, p + at, 8);
		head[e == BIG ? 2 : 3] |= JFFS2_ACCURATE >> 8;
		set32(p + at + 8, crc32_plain(0, (struct view){ head, 8, 0 }), e);
		mend_body(p, v, at, e);
	}
}

static void find(struct view v)
{
	for (uint64_t at = 0; at < v.len; at++)
		for (const struct magic *m = format_jffs2.magic; m->len; m++) {
			struct region r = { .at = at, .format = &format_jffs2 };

			if (!view_is(v, at, m->bytes, m->len))
				continue;
			if (format_jffs2.probe(v, at, &r) == PROOF_NONE)
				continue;
			if (!r.size || !view_has(v, r.at, r.size) || r.at > at)
				abort();
			at = r.at + r.size - 1 > at ? r.at + r.size - 1 : at;
			break;
		}
}

static int load(const struct node *n, const char *path, void *arg)
{
	struct err e = { 0 };
	struct buf b = { 0 };

	(void)path;
	(void)arg;
	if (n->same || !S_ISREG(n->mode) || n->size > MOST_FILE)
		return 0;
	n->content.load(&n->content, &b, &e);
	if (b.len != n->size)
		abort();
	buf_free(&b);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *copy = malloc(size + 1);
	struct view v = { copy, size, 0 };
	struct tree t = { 0 };
	struct err e = { 0 };

	memcpy(copy, data, size);
	if (size && data[size - 1] & 1)
		mend(copy, size);
	find(v);
	tree_init(&t);
	if (jffs2_fs.read(v, &t, &e) == 0)
		tree_each(&t, load, NULL);
	tree_free(&t);
	tree_init(&t);
	if (jffs2_fs.history(v, &t, &e) == 0)
		tree_each(&t, load, NULL);
	tree_free(&t);
	free(copy);
	return 0;
}

/*
 * test_probe_squashfs.c - versions 1 to 3, and the ways vendors packed them
 *
 * No tool makes these today, so the smallest possible image is laid out here:
 * a root folder with nothing in it. liblzma packs its inode.
 */
#include <lzma.h>

#include "probe.h"

enum { PLAIN = 512 };		/* bytes in the inode table, unpacked */

enum layout { STORED, HEAD13, HEAD5, NONE, DDWRT, SEVENZIP };

/* LZMA as a header of the layout, then the raw stream with its end mark. */
static void pack(struct buf *b, enum layout layout, const uint8_t *plain)
{
	lzma_options_lzma o;
	lzma_filter chain[] = {
		{ LZMA_FILTER_LZMA1, &o }, { LZMA_VLI_UNKNOWN, NULL },
	};
	size_t at;

	lzma_lzma_preset(&o, 6);
	o.dict_size = 1 << 20;
	if (layout == DDWRT)
		put(b, "\x02\x03\x00\x00", 4);	/* pb lc lp */
	if (layout == SEVENZIP)
		put(b, "7zip", 4);
	if (layout == HEAD13 || layout == HEAD5 || layout == SEVENZIP)
		put(b, "\x5d\x00\x00\x10\x00", 5);
	if (layout == HEAD13)
		put(b, "\0\2\0\0\0\0\0\0", 8);
	at = b->len;
	buf_room(b, 1000);
	assert_int_equal(lzma_raw_buffer_encode(chain, NULL, plain, PLAIN, b->p,
						&at, b->cap), LZMA_OK);
	b->len = at;
}

/* A root folder: type in the four bits that come first. */
static void put_inodes(struct buf *b, enum layout layout)
{
	uint8_t plain[PLAIN] = { 0x11, 0x11 };
	struct buf packed = { 0 };

	for (int i = 2; i < PLAIN; i++)
		plain[i] = (uint8_t)(i * i * 37 >> 3);
	if (layout == STORED)
		put(&packed, plain, PLAIN);
	else
		pack(&packed, layout, plain);
	put16(b, (uint16_t)(packed.len | (layout == STORED ? 0x8000 : 0)));
	put_view(b, buf_view(&packed));
	buf_free(&packed);
}

static const unsigned header[] = { 0, 51, 63, 119 };

struct old { const char *magic; unsigned major, minor; enum endian endian; };

/* The superblock of an image whose tables begin at `inodes` and `end`. */
static void put_super(struct buf *s, struct old o, size_t inodes, size_t end,
		      size_t used)
{
	s->endian = o.endian;
	put_text(s, "%s", o.magic);
	put32(s, 1);
	put32(s, (uint32_t)used);
	put32(s, (uint32_t)end);
	put32(s, (uint32_t)used);
	put32(s, (uint32_t)inodes);
	put32(s, (uint32_t)end);
	put16(s, (uint16_t)o.major);
	put16(s, (uint16_t)o.minor);
	put16(s, o.major == 1 ? 32768 : 0);
	put16(s, o.major == 1 ? 15 : 16);
	put(s, "\0\1\0", 3);		/* flags, uids, gids */
	put32(s, 1000000000);
	put64(s, 0);
	if (o.major > 1) {
		put32(s, 65536);
		put_fill(s, 0, 8);
	}
	if (o.major > 2) {
		put64(s, used);
		put64(s, end);
		put64(s, used);
		put64(s, inodes);
		put64(s, end);
		put_fill(s, 0, 16);
	}
}

static void make(struct buf *b, struct old o, enum layout layout)
{
	size_t inodes = header[o.major], end;
	struct buf s = { 0 };

	buf_clear(b);
	put_fill(b, 0, inodes);
	b->endian = o.endian;
	put_inodes(b, layout);
	end = b->len;
	put32(b, 0);			/* uid 0 */
	put_super(&s, o, inodes, end, b->len);
	assert_int_equal(s.len, inodes);
	memcpy(b->p, s.p, s.len);
	buf_free(&s);
}

static void every_old_version_in_both_byte_orders_is_proven(void **state)
{
	struct buf b = { 0 };

	(void)state;
	for (unsigned major = 1; major < 4; major++) {
		make(&b, (struct old){ "hsqs", major, 0, LITTLE }, STORED);
		assert_proven("squashfs", &b, b.len, NULL);
		assert_flip_seen("squashfs", &b, b.len - 4 - PLAIN - 2);
		make(&b, (struct old){ "sqsh", major, 1, BIG }, STORED);
		assert_proven("squashfs", &b, b.len, NULL);
	}
	buf_free(&b);
}

static void every_layout_of_lzma_is_unpacked(void **state)
{
	static const struct { struct old o; enum layout layout; } made[] = {
		{ { "shsq", 3, 0, LITTLE }, HEAD13 },
		{ { "qshs", 3, 0, BIG }, HEAD13 },
		{ { "sqlz", 2, 1, BIG }, HEAD5 },
		{ { "zlqs", 2, 1, LITTLE }, HEAD5 },
		{ { "hsqs", 3, 76, LITTLE }, NONE },
		{ { "tqsh", 3, 0, BIG }, DDWRT },
		{ { "hsqt", 3, 0, LITTLE }, DDWRT },
		{ { "hsqs", 3, 0, LITTLE }, SEVENZIP },
		{ { "hsqs", 1, 0, LITTLE }, HEAD13 },
	};
	struct buf b = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(made) / sizeof(*made); i++) {
		make(&b, made[i].o, made[i].layout);
		assert_proven("squashfs", &b, b.len, NULL);
		assert_string_equal(probed("squashfs", buf_view(&b), 0)
				    .prop[1].text, "lzma");
		assert_flip_seen("squashfs", &b, header[made[i].o.major]);
		if (made[i].layout == HEAD13)
			assert_flip_seen("squashfs", &b, b.len - 40);
	}
	buf_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_old_version_in_both_byte_orders_is_proven),
		cmocka_unit_test(every_layout_of_lzma_is_unpacked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

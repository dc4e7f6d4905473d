/* unpack.c - what is packed in jffs2 nodes, unpacked */
#include "fs/jffs2/unpack.h"

#include <stdlib.h>
#include <zlib.h>

#include "core/codec.h"
#include "core/mem.h"

static int unpack_none(struct view in, uint8_t *dst, size_t n)
{
	size_t some = in.len < n ? in.len : n;

	if (some)
		memcpy(dst, in.p, some);
	memset(dst + some, 0, n - some);
	return 0;
}

static int unpack_zero(struct view in, uint8_t *dst, size_t n)
{
	(void)in;
	memset(dst, 0, n);
	return 0;
}

/* The kernel keeps what inflate gave before it failed, and so do we. */
static long inflate_lenient(struct view in, uint8_t *dst, size_t n)
{
	bool header = in.len > 2 && (in.p[0] & 15) == Z_DEFLATED &&
		      !(in.p[1] & 0x20) && (in.p[0] << 8 | in.p[1]) % 31 == 0;
	z_stream z = { .next_out = dst, .avail_out = (uInt)n };

	if (header)
		in = view_from(in, 2);
	if (inflateInit2(&z, header ? -MAX_WBITS : MAX_WBITS) != Z_OK)
		return -1;
	z.next_in = (Bytef *)(uintptr_t)in.p;
	z.avail_in = (uInt)in.len;
	inflate(&z, Z_FINISH);
	inflateEnd(&z);
	return (long)z.total_out;
}

static int filled(long got, uint8_t *dst, size_t n)
{
	if (got < 0)
		return -1;
	memset(dst + got, 0, n - (size_t)got);
	return 0;
}

static int unpack_zlib(struct view in, uint8_t *dst, size_t n)
{
	long got = block_zlib(in, dst, n);

	if (got < 0 && n <= UINT32_MAX && in.len <= UINT32_MAX)
		got = inflate_lenient(in, dst, n);
	return filled(got, dst, n);
}

static int unpack_lzo(struct view in, uint8_t *dst, size_t n)
{
	return block_lzo(in, dst, n) == (long)n ? 0 : -1;
}

/* OpenWrt's: no header, no end mark. */
static int unpack_lzma(struct view in, uint8_t *dst, size_t n)
{
	struct lzma_shape shape = { .dict = 0x2000 };

	return block_lzma(in, shape, dst, n) == (long)n ? 0 : -1;
}

/* A header of lzma_alone without its size field comes first. */
static int unpack_lzma_props(struct view in, uint8_t *dst, size_t n)
{
	struct cursor c = cursor(in, LITTLE);
	unsigned props = get8(&c);
	struct lzma_shape shape = {
		.lc = props % 9, .lp = props / 9 % 5, .pb = props / 45,
		.dict = get32(&c),
	};

	/* A larger dictionary than content is never looked at. */
	if (shape.dict > n)
		shape.dict = n < 4096 ? 4096 : (uint32_t)n;
	if (!cursor_ok(&c) || n > UINT32_MAX)
		return -1;
	return block_lzma(view_from(in, c.pos), shape, dst, n) == (long)n ? 0 : -1;
}

/* Carlinkit's: zlib with the bytes 0x32 and 0x60 exchanged. */
static int unpack_carlinkit(struct view in, uint8_t *dst, size_t n)
{
	uint8_t *p = xmalloc(in.len);
	int r;

	for (size_t i = 0; i < in.len; i++)
		p[i] = in.p[i] == 0x32 ? 0x60 : in.p[i] == 0x60 ? 0x32 : in.p[i];
	r = unpack_zlib((struct view){ p, in.len, in.at }, dst, n);
	free(p);
	return r;
}

/*
 * 3 and 5 are as every kernel has had them: the header's names for the two
 * rubins are exchanged there.
 */
static const struct method {
	const char *name;
	int (*unpack)(struct view in, uint8_t *dst, size_t n);
} methods[JFFS2_COMPRS] = {
	[JFFS2_COMPR_NONE] = { "none", unpack_none },
	[JFFS2_COMPR_ZERO] = { "zero", unpack_zero },
	[JFFS2_COMPR_RTIME] = { "rtime", jffs2_rtime },
	[JFFS2_COMPR_RUBINMIPS] = { "dynrubin", jffs2_dynrubin },
	[JFFS2_COMPR_DYNRUBIN] = { "rubinmips", jffs2_rubinmips },
	[JFFS2_COMPR_ZLIB] = { "zlib", unpack_zlib },
	[JFFS2_COMPR_LZO] = { "lzo", unpack_lzo },
	[JFFS2_COMPR_LZMA] = { "lzma", unpack_lzma },
	[JFFS2_COMPR_LZMA_PROPS] = { "lzma", unpack_lzma_props },
	[JFFS2_COMPR_CARLINKIT] = { "zlib-carlinkit", unpack_carlinkit },
};

int jffs2_unpack(unsigned compr, struct view data, uint8_t *dst, size_t n)
{
	if (compr >= JFFS2_COMPRS || !methods[compr].unpack)
		return -1;
	return n ? methods[compr].unpack(data, dst, n) : 0;
}

const char *jffs2_compr_name(unsigned compr)
{
	return compr < JFFS2_COMPRS ? methods[compr].name : NULL;
}

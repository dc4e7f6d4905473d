/*
 * codec_gzippack.c - gzip streams packed again: as GNU gzip, zlib, pigz and
 * libdeflate do it
 */
#include <libdeflate.h>
#include <stdio.h>
#include <zlib.h>

#include "core/drain.h"
#include "core/gnudeflate.h"
#include "core/hash.h"
#include "core/pigz.h"
#include "core/recode.h"

enum { GNU, ZLIB, ZLIB_LARGE, PIGZ, PIGZ_I, PIGZ_P1, LIBDEFLATE };

/* Strategies of zlib that come with any engine: HUFFMAN and RLE have no levels. */
static const struct { const char *name; int level, strategy; } odd[] = {
	{ "zlib with Huffman codes only", 6, Z_HUFFMAN_ONLY },
	{ "zlib with runs only", 6, Z_RLE },
	{ "zlib -9, filtered", 9, Z_FILTERED }, { "zlib -6, filtered", 6, Z_FILTERED },
	{ "zlib -9, fixed codes", 9, Z_FIXED }, { "zlib -6, fixed codes", 6, Z_FIXED },
	{ "zlib -0", 0, Z_DEFAULT_STRATEGY },
};

static void guess(struct guess *g, int *n, int engine, int level)
{
	static const char *const words[] = {
		[GNU] = "gzip -%d", [ZLIB] = "zlib -%d",
		[ZLIB_LARGE] = "zlib with memLevel 9 -%d", [PIGZ] = "pigz -%d",
		[PIGZ_I] = "pigz -i -%d", [PIGZ_P1] = "pigz -p1 -%d",
		[LIBDEFLATE] = "libdeflate -%d",
	};

	g[*n] = (struct guess){ .engine = engine, .level = level };
	snprintf(g[(*n)++].name, sizeof(g->name), words[engine], level);
}

static void guess_odd(struct guess *g, int *n)
{
	for (size_t i = 0; i < sizeof(odd) / sizeof(*odd); i++) {
		g[*n] = (struct guess){ .engine = ZLIB, .level = odd[i].level,
					.extra = (uint32_t)odd[i].strategy };
		snprintf(g[(*n)++].name, sizeof(g->name), "%s", odd[i].name);
	}
}

static int guesses_from(int hint, struct guess *g)
{
	int n = 0;

	for (int engine = GNU; engine <= PIGZ_P1; engine++) {
		guess(g, &n, engine, hint);
		for (int level = 9; level > 0; level--)
			if (level != hint)
				guess(g, &n, engine, level);
	}
	guess_odd(g, &n);
	for (int level = 1; level <= 12; level++)
		guess(g, &n, LIBDEFLATE, level);
	return n;
}

/* The byte of the header that tells the slowest, the fastest and the others. */
static int gzip_guesses(struct view was, struct guess *g, int most)
{
	(void)most;
	return guesses_from(was.p[8] == 2 ? 9 : was.p[8] == 4 ? 1 : 6, g);
}

static int deflate_guesses(struct view was, struct guess *g, int most)
{
	(void)was;
	(void)most;
	return guesses_from(6, g);
}

static int by_zlib(const struct guess *g, struct view plain, struct sink *to,
		   struct err *e)
{
	uint8_t chunk[DRAIN_CHUNK];
	bool more = true;
	z_stream z = { 0 };
	int r = Z_OK;

	if (deflateInit2(&z, g->level, Z_DEFLATED, -15,
			 g->engine == ZLIB_LARGE ? 9 : 8,
			 (int)g->extra) != Z_OK)
		return fail(e, ERR_LIMIT, "no memory to deflate");
	z.next_in = (z_const Bytef *)plain.p;
	z.avail_in = (uInt)plain.len;
	while (more && r == Z_OK) {
		z.next_out = chunk;
		z.avail_out = sizeof(chunk);
		r = deflate(&z, Z_FINISH);
		more = to->take(to, chunk, sizeof(chunk) - z.avail_out);
	}
	deflateEnd(&z);
	return 0;
}

static int by_libdeflate(const struct guess *g, struct view plain,
			 struct sink *to, struct err *e)
{
	struct libdeflate_compressor *c = libdeflate_alloc_compressor(g->level);
	struct buf out = { 0 };
	size_t most, n;

	if (!c)
		return fail(e, ERR_LIMIT, "no memory to deflate");
	most = libdeflate_deflate_compress_bound(c, plain.len);
	n = libdeflate_deflate_compress(c, plain.p, plain.len, buf_room(&out, most),
					most);
	libdeflate_free_compressor(c);
	to->take(to, out.p, n);
	buf_free(&out);
	return 0;
}

enum { HEAD = 1 << 20 };

/* libdeflate gives all at once; what it makes of the head comes sooner. */
static bool gzip_likely(struct view was, const struct guess *g,
			struct view plain)
{
	struct buf head = { 0 };
	struct libdeflate_compressor *c;
	size_t most, n;
	bool is;

	if (g->engine != LIBDEFLATE || plain.len <= HEAD)
		return true;
	c = libdeflate_alloc_compressor(g->level);
	if (!c)
		return false;
	most = libdeflate_deflate_compress_bound(c, HEAD);
	n = libdeflate_deflate_compress(c, plain.p, HEAD, buf_room(&head, most), most);
	libdeflate_free_compressor(c);
	/* Its blocks know nothing of what comes behind them, the last one does. */
	is = view_is(was, gzip_header(was), head.p, n / 2);
	buf_free(&head);
	return is;
}

static int deflate_pack(struct view was, const struct guess *g,
			struct view plain, struct sink *to, struct err *e)
{
	(void)was;
	if (g->engine == LIBDEFLATE)
		return by_libdeflate(g, plain, to, e);
	if (g->engine >= PIGZ)
		return pigz(plain, g->level, g->engine == PIGZ ? PIGZ_THREADS :
			    g->engine == PIGZ_I ? PIGZ_ALONE : PIGZ_ONE, to, e);
	if (g->engine != GNU)
		return by_zlib(g, plain, to, e);
	gnudeflate(plain, g->level, to);
	return 0;
}

static int gzip_pack(struct view was, const struct guess *g, struct view plain,
		     struct sink *to, struct err *e)
{
	size_t header = gzip_header(was);
	struct buf sums = { 0 };
	int r;

	if (!header || plain.len > UINT32_MAX)
		return fail(e, ERR_LIMIT, "gzip of more than 4 GiB");
	if (!to->take(to, was.p, header))
		return 0;
	r = deflate_pack(was, g, plain, to, e);
	put32(&sums, crc32_of(0, plain));
	put32(&sums, (uint32_t)plain.len);
	if (!r)
		to->take(to, sums.p, sums.len);
	buf_free(&sums);
	return r;
}

const struct packer packer_deflate = { deflate_guesses, deflate_pack, NULL };
const struct packer packer_gzip = { gzip_guesses, gzip_pack, gzip_likely };

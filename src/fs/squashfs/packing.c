/*
 * packing.c - the ways in which squashfs blocks were ever packed
 *
 * LZMA came to squashfs as a patch, differently each time: with the 13-byte
 * header of .lzma files, with 5 bytes of it, with 4 bytes of its own (DD-WRT),
 * or none at all and parameters that one has to know.
 */
#include <lzma.h>
#include <stdlib.h>

#include "core/buf.h"
#include "core/mem.h"
#include "core/work.h"
#include "fs/squashfs/pack.h"
#include "fs/squashfs/super.h"

/* STARTING: what setting up a decoder costs, in bytes of work. */
enum { STARTING = 1 << 14, MEMORY = 64 << 20 };

/* Run a decoder once over in; how much of dst (n bytes) came to be used. */
static lzma_ret step(lzma_stream *st, struct view in, uint8_t *dst, size_t *n)
{
	lzma_ret r;

	work_add(STARTING + 64 * (uint64_t)in.len);
	st->next_in = in.p;
	st->avail_in = in.len;
	st->next_out = dst;
	st->avail_out = *n;
	r = lzma_code(st, LZMA_RUN);
	*n -= st->avail_out;
	return r;
}

/*
 * Raw LZMA of unknown plain size: it ends at its mark, with its input, or
 * when dst is full. Of the input no more than a mark and what the encoder
 * flushed may be left.
 */
static long raw(struct view in, struct lzma_shape shape, uint8_t *dst, size_t n)
{
	lzma_options_lzma opt = {
		.dict_size = n < shape.dict ? (uint32_t)n : shape.dict,
		.lc = shape.lc, .lp = shape.lp, .pb = shape.pb,
	};
	lzma_filter chain[] = {
		{ LZMA_FILTER_LZMA1, &opt }, { LZMA_VLI_UNKNOWN, NULL },
	};
	lzma_stream st = LZMA_STREAM_INIT;
	lzma_ret r;

	if (in.len < 6 || in.p[0] || shape.lc + shape.lp > 4 || shape.pb > 4 ||
	    lzma_raw_decoder(&st, chain) != LZMA_OK)
		return -1;
	r = step(&st, in, dst, &n);
	lzma_end(&st);
	return (r == LZMA_OK || r == LZMA_STREAM_END) && st.avail_in < 16
	       ? (long)n : -1;
}

static struct lzma_shape props(uint8_t b, uint32_t dict)
{
	return (struct lzma_shape){ b % 9u, b / 9u % 5, b / 45u, dict };
}

/* The dictionary need not be larger than what can come out. */
static long lzma_after(struct view in, size_t skip, uint8_t *dst, size_t n)
{
	if (!view_has(in, 0, skip + 6) || in.p[0] >= 225)
		return -1;
	return raw(view_from(in, skip), props(in.p[0], SQUASH_MOST_BLOCK), dst, n);
}

/* With the size stated, the range coder must end at zero, so damage shows. */
static long lzma_13(struct view in, uint8_t *dst, size_t n)
{
	lzma_stream st = LZMA_STREAM_INIT;
	lzma_ret r;

	if (in.len < 18 || in.p[13] ||
	    lzma_alone_decoder(&st, MEMORY) != LZMA_OK)
		return -1;
	r = step(&st, in, dst, &n);
	lzma_end(&st);
	return r == LZMA_STREAM_END ? (long)n : -1;
}

static long lzma_5(struct view in, uint8_t *dst, size_t n)
{
	return lzma_after(in, 5, dst, n);
}

static long lzma_ddwrt(struct view in, uint8_t *dst, size_t n)
{
	if (!view_has(in, 0, 10))
		return -1;
	return raw(view_from(in, 4), (struct lzma_shape){ in.p[1], in.p[2],
		   in.p[0], SQUASH_MOST_BLOCK }, dst, n);
}

static long lzma_7z(struct view in, uint8_t *dst, size_t n)
{
	struct view rest = view_from(in, 4);

	return view_is(in, 0, "7z", 2) ? lzma_5(rest, dst, n) : -1;
}

static const struct squash_packing
	by_zlib = { .name = "gzip", .unpack = block_zlib },
	by_lzo = { .name = "lzo", .unpack = block_lzo },
	by_lz4 = { .name = "lz4", .unpack = block_lz4 },
	by_xz = { .name = "xz", .unpack = block_xz },
	by_zstd = { .name = "zstd", .unpack = block_zstd },
	by_13 = { .name = "lzma", .unpack = lzma_13 },
	by_5 = { .name = "lzma", .unpack = lzma_5 },
	by_ddwrt = { .name = "lzma", .unpack = lzma_ddwrt },
	by_7z = { .name = "lzma", .unpack = lzma_7z },
	by_none = { .name = "lzma", .shape = { 3, 0, 2, SQUASH_MOST_BLOCK } },
	by_e2100 = { .name = "lzma", .shape = { 0, 0, 2, SQUASH_MOST_BLOCK } };

long squash_run(const struct squash_packing *p, struct view in, uint8_t *dst,
		size_t n)
{
	if (p->unpack)
		return p->unpack(in, dst, n);
	return raw(view_from(in, p->skip), p->shape, dst, n);
}

/* Whether raw LZMA of at most n bytes ends with a mark. */
static bool has_mark(struct view in, struct lzma_shape shape, size_t n)
{
	uint8_t *plain = xmalloc(++n);
	lzma_options_lzma opt = {
		.dict_size = (uint32_t)n, .lc = shape.lc, .lp = shape.lp,
		.pb = shape.pb,
	};
	lzma_filter chain[] = {
		{ LZMA_FILTER_LZMA1, &opt }, { LZMA_VLI_UNKNOWN, NULL },
	};
	lzma_stream st = LZMA_STREAM_INIT;
	bool ends = lzma_raw_decoder(&st, chain) == LZMA_OK &&
		    step(&st, in, plain, &n) == LZMA_STREAM_END;

	lzma_end(&st);
	free(plain);
	return ends;
}

static const struct lzma_known {
	const struct squash_packing *p;
	enum squash_layout layout;
	unsigned props, skip;
} knowns[] = {
	{ &by_13, SQUASH_LZMA_13, 0, 13 }, { &by_5, SQUASH_LZMA_5, 0, 5 },
	{ &by_7z, SQUASH_LZMA_7Z, 4, 9 }, { &by_ddwrt, SQUASH_LZMA_DDWRT, 0, 4 },
};

bool squash_lzma_of(const struct squash_packing *p, struct view block, size_t n,
		    struct squash_lzma *l)
{
	const struct lzma_known *k = NULL;

	*l = (struct squash_lzma){ .layout = SQUASH_LZMA_BARE, .shape = p->shape };
	l->shape.dict = 0;
	for (size_t i = 0; i < sizeof(knowns) / sizeof(*knowns); i++)
		if (knowns[i].p == p)
			k = &knowns[i];
	if (!k && (p->unpack || p->skip))
		return false;
	if (k && !view_has(block, 0, k->skip))
		return false;
	if (k)
		l->layout = k->layout;
	if (k && k->layout == SQUASH_LZMA_DDWRT)
		l->shape = (struct lzma_shape){ block.p[1], block.p[2], block.p[0],
					       block.p[3] };
	else if (k)
		l->shape = props(block.p[k->props],
				 peek32(block, k->props + 1, LITTLE));
	if (l->shape.dict == n)
		l->shape.dict = 0;
	l->mark = has_mark(view_from(block, k ? k->skip : 0), l->shape, n);
	return true;
}

bool squash_odd_packing(unsigned i, struct squash_packing *p)
{
	enum { SKIPPED = 11 };
	unsigned shape = i / SKIPPED;

	*p = (struct squash_packing){ .name = "lzma", .skip = i % SKIPPED };
	p->shape = (struct lzma_shape){ shape % 5, shape / 5 % 5, shape / 25,
					SQUASH_MOST_BLOCK };
	return shape < 125;
}

/*
 * First what the bytes themselves say, then what the superblock says. LZMA is
 * last, as few bytes are too odd for it.
 */
void squash_packings(const struct squash_super *s, struct view block,
		     const struct squash_packing *try[16])
{
	static const struct squash_packing *const said[] = {
		NULL, &by_zlib, &by_13, &by_lzo, &by_xz, &by_lz4, &by_zstd,
	};
	static const struct squash_packing *const lzmas[] = {
		&by_13, &by_5, &by_none, &by_e2100, &by_ddwrt, &by_7z,
	};
	unsigned n = 0;

	if (view_is(block, 0, "\xfd" "7zXZ", 6))
		try[n++] = &by_xz;
	else if (view_is(block, 0, "\x28\xb5\x2f\xfd", 4))
		try[n++] = &by_zstd;
	if (s->major == 4 && s->compression > 0 && s->compression < 7)
		try[n++] = said[s->compression];
	if (block.len > 1 && (block.p[0] & 15) == 8 && !(peek16(block, 0, BIG) % 31))
		try[n++] = &by_zlib;
	if (s->major == 4) {
		try[n++] = &by_lzo;
		try[n++] = &by_lz4;
	}
	for (size_t i = 0; i < sizeof(lzmas) / sizeof(*lzmas); i++)
		try[n++] = lzmas[i];
	try[n] = NULL;
}

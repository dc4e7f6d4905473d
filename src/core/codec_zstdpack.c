/*
 * codec_zstdpack.c - zstd frames packed again
 *
 * The frame says whether it has its content's size and a checksum. The level
 * is tried, with the worker that zstd(1) uses and without it, and with --long;
 * input comes in pieces, as the size would be said otherwise. Where it is not
 * said, zstd may still have known it.
 */
#include <stdio.h>
#include <zstd.h>

#include "core/drain.h"
#include "core/recode.h"

enum { CHECKSUM = 4, SINGLE_SEGMENT = 0x20, PIECE = 128 << 10 };

/* What a guess has in extra. */
enum { LONG = 1, UNSAID = 2, LONG_WINDOW = 27 };

static bool has_size(struct view was)
{
	return was.p[4] >> 6 || was.p[4] & SINGLE_SEGMENT;
}

static void guess(struct guess *g, int *n, int most, int level, int workers,
		  uint32_t extra)
{
	if (*n >= most - 1)
		return;
	g[*n] = (struct guess){ .level = level, .engine = workers, .extra = extra };
	snprintf(g[(*n)++].name, sizeof(g->name), "zstd %s%d%s%s%s",
		 level < 0 ? "--fast=" : "-", level < 0 ? -level : level,
		 workers ? " -T1" : "", extra & LONG ? " --long" : "",
		 extra & UNSAID ? " --no-content-size" : "");
}

/* What kernels and tools use comes first. */
static int zstd_guesses(struct view was, struct guess *g, int most)
{
	enum { LEVELS = 22 };
	static const int levels[LEVELS] = {
		19, 3, 22, 18, 15, 9, 10, 20, 21, 17, 16, 14, 13, 12, 11, 8, 7, 6,
		5, 4, 2, 1,
	};
	int n = 0;

	for (size_t i = 0; i < LEVELS; i++)
		for (int workers = 0; workers < 2; workers++)
			guess(g, &n, most, levels[i], workers, 0);
	for (size_t i = 0; i < LEVELS && !has_size(was); i++)
		guess(g, &n, most, levels[i], 1, UNSAID);
	for (size_t i = 0; i < LEVELS; i++)
		guess(g, &n, most, levels[i], 1, LONG);
	for (int level = -1; level > -8; level--)
		guess(g, &n, most, level, 1, 0);
	/* To fall back to; larger windows than the original's may not be read. */
	g[n] = g[0];
	return n + 1;
}

static void set_up(ZSTD_CCtx *z, struct view was, const struct guess *g,
		   uint64_t size)
{
	ZSTD_CCtx_setParameter(z, ZSTD_c_compressionLevel, g->level);
	ZSTD_CCtx_setParameter(z, ZSTD_c_nbWorkers, g->engine);
	ZSTD_CCtx_setParameter(z, ZSTD_c_checksumFlag, !!(was.p[4] & CHECKSUM));
	ZSTD_CCtx_setParameter(z, ZSTD_c_contentSizeFlag, has_size(was));
	if (has_size(was) || g->extra & UNSAID)
		ZSTD_CCtx_setPledgedSrcSize(z, size);
	if (g->extra & LONG) {
		ZSTD_CCtx_setParameter(z, ZSTD_c_enableLongDistanceMatching, 1);
		ZSTD_CCtx_setParameter(z, ZSTD_c_windowLog, LONG_WINDOW);
	}
}

/* One call's worth of output after the other; r is what zstd said last. */
static bool push(ZSTD_CCtx *z, struct view piece, ZSTD_EndDirective how,
		 struct sink *to, size_t *r)
{
	ZSTD_inBuffer in = { piece.p, piece.len, 0 };
	uint8_t chunk[DRAIN_CHUNK];
	bool more = true, done = false;

	while (more && !done) {
		ZSTD_outBuffer out = { chunk, sizeof(chunk), 0 };

		*r = ZSTD_compressStream2(z, &out, &in, how);
		more = to->take(to, chunk, out.pos);
		done = ZSTD_isError(*r) ||
		       (how == ZSTD_e_continue ? in.pos == in.size : !*r);
	}
	return more && !ZSTD_isError(*r);
}

/* The first block comes at once without the worker, and is the same. */
static bool zstd_likely(struct view was, const struct guess *g,
			struct view plain)
{
	struct guess alone = *g;
	struct matching m = matching(was);
	ZSTD_CCtx *z;
	size_t r;

	if (!g->engine || plain.len <= PIECE)
		return true;
	alone.engine = 0;
	z = ZSTD_createCCtx();
	if (!z)
		return true;
	set_up(z, was, &alone, plain.len);
	push(z, view_sub(plain, 0, PIECE), ZSTD_e_flush, &m.sink, &r);
	ZSTD_freeCCtx(z);
	return !m.differs;
}

static int zstd_pack(struct view was, const struct guess *g, struct view plain,
		     struct sink *to, struct err *e)
{
	ZSTD_CCtx *z = ZSTD_createCCtx();
	bool more = true, last = false;
	size_t r = 0;

	if (!z)
		return fail(e, ERR_LIMIT, "no memory for zstd");
	set_up(z, was, g, plain.len);
	for (size_t at = 0; more && !last; at += PIECE) {
		/* An end with the first piece would tell the size. */
		last = has_size(was) || g->extra & UNSAID ? plain.len <= at + PIECE : at >= plain.len;
		more = push(z, view_upto(plain, at, PIECE),
			    last ? ZSTD_e_end : ZSTD_e_continue, to, &r);
	}
	ZSTD_freeCCtx(z);
	return ZSTD_isError(r) ? fail(e, ERR_LIMIT, "zstd: %s",
				      ZSTD_getErrorName(r)) : 0;
}

const struct packer packer_zstd = { zstd_guesses, zstd_pack, zstd_likely };

/* block.c - compressed blocks of file systems, decoded within bounds */
#include <libdeflate.h>
#include <lz4.h>
#include <lzma.h>
#include <lzo/lzo1x.h>
#include <pthread.h>
#include <stdlib.h>
#include <zstd.h>

#include "core/codec.h"
#include "core/maps.h"
#include "core/mem.h"
#include "core/work.h"

/* What an xz block's dictionary may take; what setting it up costs. */
enum { XZ_MEMORY = 64 << 20, XZ_STARTING = 1 << 14 };

typedef enum libdeflate_result inflate_fn(struct libdeflate_decompressor *,
					  const void *, size_t, void *, size_t,
					  size_t *);

/* What decoding needs, made when it is first asked for. */
struct tools {
	struct libdeflate_decompressor *inflater;
	ZSTD_DCtx *zstd;
	lzma_stream xz;
};

static pthread_key_t key;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void free_tools(void *arg)
{
	struct tools *t = arg;

	libdeflate_free_decompressor(t->inflater);
	ZSTD_freeDCtx(t->zstd);
	lzma_end(&t->xz);
	free(t);
}

static void make_key(void)
{
	if (pthread_key_create(&key, free_tools))
		abort();
}

/* One set a thread, freed when the thread ends. */
static struct tools *tools(void)
{
	struct tools *t;

	pthread_once(&once, make_key);
	t = pthread_getspecific(key);
	if (!t) {
		t = xcalloc(1, sizeof(*t));
		t->xz = (lzma_stream)LZMA_STREAM_INIT;
		pthread_setspecific(key, t);
	}
	return t;
}

static void will_read(struct view in, unsigned cost)
{
	work_add(cost * (uint64_t)in.len);
	maps_touched(in);
}

static long inflate_block(inflate_fn *run, struct view in, uint8_t *dst, size_t n)
{
	struct tools *t = tools();
	size_t got = 0;

	will_read(in, 8);
	if (!t->inflater)
		t->inflater = libdeflate_alloc_decompressor();
	if (!t->inflater || run(t->inflater, in.p, in.len, dst, n, &got) !=
			    LIBDEFLATE_SUCCESS)
		return -1;
	return (long)got;
}

long block_zlib(struct view in, uint8_t *dst, size_t n)
{
	return inflate_block(libdeflate_zlib_decompress, in, dst, n);
}

long block_deflate(struct view in, uint8_t *dst, size_t n)
{
	return inflate_block(libdeflate_deflate_decompress, in, dst, n);
}

long block_zstd(struct view in, uint8_t *dst, size_t n)
{
	struct tools *t = tools();
	size_t got;

	will_read(in, 8);
	if (!t->zstd)
		t->zstd = ZSTD_createDCtx();
	if (!t->zstd)
		return -1;
	got = ZSTD_decompressDCtx(t->zstd, dst, n, in.p, in.len);
	return ZSTD_isError(got) ? -1 : (long)got;
}

long block_xz(struct view in, uint8_t *dst, size_t n)
{
	lzma_stream *st = &tools()->xz;

	work_add(XZ_STARTING);
	will_read(in, 64);
	if (lzma_stream_decoder(st, XZ_MEMORY, 0) != LZMA_OK)
		return -1;
	st->next_in = in.p;
	st->avail_in = in.len;
	st->next_out = dst;
	st->avail_out = n;
	if (lzma_code(st, LZMA_FINISH) == LZMA_STREAM_END)
		return (long)(n - st->avail_out);
	lzma_end(st);		/* its dictionary may be a large one */
	return -1;
}

long block_lzo(struct view in, uint8_t *dst, size_t n)
{
	lzo_uint got = n;

	will_read(in, 8);
	if (lzo1x_decompress_safe(in.p, in.len, dst, &got, NULL) != LZO_E_OK)
		return -1;
	return (long)got;
}

long block_lz4(struct view in, uint8_t *dst, size_t n)
{
	if (in.len > INT32_MAX || n > INT32_MAX)
		return -1;
	will_read(in, 8);
	return LZ4_decompress_safe((const char *)in.p, (char *)dst, (int)in.len,
				   (int)n);
}

long block_lzma(struct view in, struct lzma_shape s, uint8_t *dst, size_t n)
{
	lzma_options_lzma opt = {
		.dict_size = s.dict, .lc = s.lc, .lp = s.lp, .pb = s.pb,
	};
	lzma_filter chain[] = {
		{ LZMA_FILTER_LZMA1, &opt }, { LZMA_VLI_UNKNOWN, NULL },
	};
	lzma_stream st = LZMA_STREAM_INIT;
	long got = -1;
	lzma_ret r;

	will_read(in, 64);
	if (s.lc + s.lp > 4 || s.pb > 4 || lzma_raw_decoder(&st, chain) != LZMA_OK)
		return -1;
	st.next_in = in.p;
	st.avail_in = in.len;
	st.next_out = dst;
	st.avail_out = n;
	r = lzma_code(&st, LZMA_RUN);
	if ((r == LZMA_OK || r == LZMA_STREAM_END) && !st.avail_out)
		got = (long)n;
	lzma_end(&st);
	return got;
}

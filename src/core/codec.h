/* codec.h - compressed streams and blocks, decoded within bounds */
#ifndef CORE_CODEC_H
#define CORE_CODEC_H

#include "core/buf.h"
#include "core/err.h"

/* What one bounded decode came to. */
struct decoded {
	uint64_t used;		/* bytes of the input that were the stream */
	uint64_t size;		/* bytes that came out */
	bool ended;		/* the stream ended; false: `most` came first */
	bool checked;		/* ... and a checksum over the content held */
};

struct packer;

/*
 * A stream format that knows its own end. decode() takes the one stream at
 * the start of in, appends at most `most` bytes to out (NULL: throws them
 * away, in constant memory) and fails with ERR_FORMAT where the stream is
 * damaged or cut off; d is right in every case.
 */
struct codec {
	const char *name;	/* "gzip" "zlib" "deflate" "xz" "lzma" "bzip2"
				   "lzop" "lz4" "lz4-legacy" "zstd" */
	int (*decode)(struct view in, uint64_t most, struct buf *out,
		      struct decoded *d, struct err *e);
	const struct packer *packer;	/* recode.h; NULL: only unpacked */
};

extern const struct codec *const codecs[];	/* NULL-terminated */
const struct codec *codec_named(const char *name);

/*
 * Blocks of file systems: the whole of in is one block that must come out as
 * at most n bytes at dst. Return the number of bytes, or -1 if damaged.
 */
long block_zlib(struct view in, uint8_t *dst, size_t n);	/* with header */
long block_deflate(struct view in, uint8_t *dst, size_t n);	/* without */
long block_zstd(struct view in, uint8_t *dst, size_t n);
long block_xz(struct view in, uint8_t *dst, size_t n);		/* a whole stream */
long block_lzo(struct view in, uint8_t *dst, size_t n);	/* LZO1X */
long block_lz4(struct view in, uint8_t *dst, size_t n);

/* Raw LZMA1 without header or end mark; exactly n bytes must come out. */
struct lzma_shape { unsigned lc, lp, pb; uint32_t dict; };
long block_lzma(struct view in, struct lzma_shape s, uint8_t *dst, size_t n);

#endif

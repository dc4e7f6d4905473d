/* drain.h - where the bytes of a stream go, and how many: for codec_*.c only */
#ifndef CORE_DRAIN_H
#define CORE_DRAIN_H

#include "core/codec.h"

enum { DRAIN_CHUNK = 32 << 10 };

struct drain {
	struct buf *out;	/* or NULL */
	uint64_t most;
	struct decoded *d;
};

/* Take n bytes that came out. False: there is no room left for all of them. */
bool drain(struct drain *to, const void *p, size_t n);

/* The stream ends before it should, or breaks its rules; both return -1. */
int cut_off(struct view in, const struct drain *to, struct err *e);
int broken(struct view in, const struct drain *to, struct err *e);

/* The length of a gzip header, or 0. */
size_t gzip_header(struct view in);

extern const struct packer packer_gzip, packer_deflate, packer_lzma, packer_xz,
	packer_zstd, packer_lz4, packer_lz4_legacy, packer_lzop, packer_bzip2;

extern const struct codec codec_gzip, codec_zlib, codec_deflate, codec_xz,
	codec_lzma, codec_bzip2, codec_lzop, codec_lz4, codec_lz4_legacy,
	codec_zstd;

#endif

/* encode.h - the compressors one by one */
#ifndef FS_JFFS2_ENCODE_H
#define FS_JFFS2_ENCODE_H

#include <libdeflate.h>
#include <zlib.h>

#include "core/view.h"

/* States that a compressor keeps; made when first used. Zeroed is empty. */
struct encoders {
	z_stream zlib, slow;
	bool zlib_ready, slow_ready;
	struct libdeflate_compressor *best;
	void *lzo_memory;
	uint8_t *scratch;
	size_t scratch_size;
};

void encoders_free(struct encoders *s);

/*
 * Compress from the start of in into at most n bytes at out. Returns how many
 * bytes came out, 0 if it does not pay; *used is how many went in.
 */
struct encoder {
	const char *name;
	uint8_t compr;
	size_t (*encode)(struct encoders *s, struct view in, uint8_t *out,
			 size_t n, size_t *used);
};

extern const struct encoder jffs2_encoders[];	/* ends with a NULL name */
extern const struct encoder jffs2_best_zlib;	/* by libdeflate */

#endif

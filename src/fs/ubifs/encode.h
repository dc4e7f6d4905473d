/* encode.h - one block of a file, compressed as mkfs.ubifs does it */
#ifndef FS_UBIFS_ENCODE_H
#define FS_UBIFS_ENCODE_H

#include "fs/ubifs/options.h"

/* The states of the compressors; one per thread. */
struct ubifs_encoder;
struct ubifs_encoder *ubifs_encoder_new(const struct ubifs_options *o);
void ubifs_encoder_free(struct ubifs_encoder *k);	/* takes NULL */

/*
 * Pack a block of at most UBIFS_BLOCK bytes into as many at out: how much
 * that came to, and by which compressor.
 */
size_t ubifs_encode(struct ubifs_encoder *k, struct view block, uint8_t *out,
		    uint16_t *compr);

#endif

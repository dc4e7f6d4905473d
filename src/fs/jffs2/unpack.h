/* unpack.h - what is packed in jffs2 nodes, unpacked */
#ifndef FS_JFFS2_UNPACK_H
#define FS_JFFS2_UNPACK_H

#include "fs/jffs2/jffs2.h"

/*
 * Unpack data into the n bytes at dst. What a broken stream leaves open is
 * zero. Returns 0, or -1 where nothing can be said about the content: an
 * unknown method, or a stream that is no such stream.
 */
int jffs2_unpack(unsigned compr, struct view data, uint8_t *dst, size_t n);

/* "zlib"; NULL for an unknown method. */
const char *jffs2_compr_name(unsigned compr);

/* A bit for each method seen, to be named in order of how common they are. */
enum { JFFS2_COMPRS = 32 };

/*
 * rtime and the two rubins, as the kernel has them: bounded, and a stream that
 * ends early goes on as zeros.
 */
int jffs2_rtime(struct view in, uint8_t *dst, size_t n);
int jffs2_rubinmips(struct view in, uint8_t *dst, size_t n);
int jffs2_dynrubin(struct view in, uint8_t *dst, size_t n);

#endif

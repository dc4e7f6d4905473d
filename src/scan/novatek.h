/* novatek.h - the sum that all of Novatek's headers have */
#ifndef SCAN_NOVATEK_H
#define SCAN_NOVATEK_H

#include "core/format.h"

/*
 * Of the little-endian 16-bit words of v, each with its index added. A header
 * holds the word that makes it zero.
 */
uint16_t novatek_sum(struct view v);

/* What LZ of Novatek's (Marcus Geelnard's BCL) makes of in: n bytes, or -1. */
int bcl_unpack(struct view in, uint64_t n, struct buf *out, struct err *e);
void bcl_pack(struct view plain, struct buf *out);

#endif

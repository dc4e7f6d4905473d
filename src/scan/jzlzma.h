/* jzlzma.h - the streams that Ingenic's chips unpack by themselves */
#ifndef SCAN_JZLZMA_H
#define SCAN_JZLZMA_H

#include "core/buf.h"
#include "core/err.h"

/*
 * LZMA's literals, matches and repeated distances as plain bits, low bit of a
 * byte first, of numbers the high bit:
 *
 *	stream	= { 0 byte:8 | 1 0 length distance | 1 1 0 0
 *		  | 1 1 0 1 length | 1 1 1 0 length | 1 1 1 1 0 length
 *		  | 1 1 1 1 1 length }
 *	length	= 0 n:3 (from 2) | 1 0 n:3 (from 10) | 1 1 n:8 (from 18)
 *	distance = slot:6 direct bits, as LZMA has them
 *
 * The four last are one byte, or more, at the last distance, the one before
 * it, and so on. Nothing says where it ends.
 */
int jzlzma_unpack(struct view in, uint64_t n, struct buf *out, size_t *used,
		  struct err *e);
void jzlzma_pack(struct view plain, uint32_t dict, struct buf *out);

#endif

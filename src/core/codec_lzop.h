/* codec_lzop.h - the header of lzop's files, for reading and writing them */
#ifndef CORE_CODEC_LZOP_H
#define CORE_CODEC_LZOP_H

#include "core/view.h"

enum {
	ADLER_PLAIN = 1, ADLER_PACKED = 2, EXTRA = 0x40, CRC_PLAIN = 0x100,
	CRC_PACKED = 0x200, MULTIPART = 0x400, FILTER = 0x800,
	HEADER_CRC = 0x1000,
};

struct lzop_header {
	size_t len;
	unsigned method, level;		/* level 0: not said */
	uint32_t flags;
};

/* False where it is none, or one of a kind not read here. */
bool lzop_header(struct view in, struct lzop_header *h);

/* The CRC-32 or the Adler-32 of v. */
uint32_t lzop_sum(struct view v, bool crc);

#endif

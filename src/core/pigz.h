/*
 * pigz.h - deflate as pigz does it
 *
 * zlib, 128 KiB at a time; each piece ends at a whole byte, by empty blocks
 * with the fixed code where zlib 1.2.6 or later is there. With threads a piece
 * is a stream of its own that knows the 32 KiB before it, with -i nothing;
 * with one thread they are one stream.
 */
#ifndef CORE_PIGZ_H
#define CORE_PIGZ_H

#include "core/recode.h"

enum pigz_way { PIGZ_THREADS, PIGZ_ALONE, PIGZ_ONE };

int pigz(struct view plain, int level, enum pigz_way way, struct sink *to,
	 struct err *e);

#endif

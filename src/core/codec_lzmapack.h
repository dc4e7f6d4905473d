/* codec_lzmapack.h - what packing xz and LZMA again shares */
#ifndef CORE_CODEC_LZMAPACK_H
#define CORE_CODEC_LZMAPACK_H

#include <lzma.h>

#include "core/recode.h"

/* The presets, plain and extreme: those with this dictionary first. */
int lzma_guesses(uint32_t dict, const char *tool, struct guess *g);

/* Code until the action is done: 1; 0: the sink has enough; -1. */
int lzma_push(lzma_stream *s, struct sink *to, lzma_action action,
	      struct err *e);

#endif

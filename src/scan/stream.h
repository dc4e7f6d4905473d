/* stream.h - what the probes of compressed streams share */
#ifndef SCAN_STREAM_H
#define SCAN_STREAM_H

#include "core/codec.h"
#include "core/format.h"

/*
 * Unpack the stream at the start of v into nothing: sets the exact size and
 * the detail of r. Proven if it ended and its checksum held; plausible if it
 * ended without one, or if much of it came out before it broke.
 */
enum proof stream_probe(const struct codec *c, struct view v, struct region *r);

/* The codec whose header the first bytes of v are, or NULL. */
const struct codec *stream_sniff(struct view v);

/* Whether the 13 bytes at the start of v could be an LZMA header. */
bool lzma_header(struct view v);

/* A stream as a wrap: its one payload is what it unpacks to. */
extern const struct wrap wrap_stream;

#endif

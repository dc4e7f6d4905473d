/* zimage.h - kernels that unpack themselves: ARM, x86, and EFI's zboot */
#ifndef SCAN_ZIMAGE_H
#define SCAN_ZIMAGE_H

#include "core/codec.h"
#include "core/format.h"

extern const struct wrap wrap_zimage;

/*
 * The packed kernel. Its unpacked length, little-endian, follows it, maybe
 * behind zeros, or is the last four bytes of a gzip stream.
 */
struct piggy {
	const struct codec *codec;
	uint64_t at, used;		/* the stream */
	uint64_t word;			/* where the length is */
	uint64_t size;			/* ... and what it says */
};

/* Is there a stream at `at` with such a length behind it? */
bool piggy_at(struct view v, uint64_t at, struct piggy *p);

/* The only payload of its container. */
int piggy_open(struct view v, const struct piggy *p, struct payload *inner,
	       int most);

/*
 * Append v with another packed kernel; nothing behind it moves: it is filled
 * up with zeros, which all of the kernel's unpackers leave alone. Fails where
 * there is no room for it, or for what it unpacks to (most; 0: any).
 */
int piggy_refit(struct view v, const struct piggy *p, struct view payload,
		uint64_t most, struct buf *out, struct err *e);

/* Where things stand in a PE header; false where v does not begin with one. */
struct pe {
	uint64_t checksum;		/* four bytes */
	uint64_t certificates;		/* eight: where the signature is, and size */
	uint64_t end;			/* of all sections and the signature */
	bool is_signed;
};
bool pe_get(struct view v, struct pe *pe);

#endif

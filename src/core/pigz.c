/* pigz.c - deflate as pigz does it */
#include "core/pigz.h"

#include <zlib.h>

#include "core/drain.h"

enum { PIECE = 128 << 10, BEFORE = 32 << 10 };

/* False: the sink has enough. */
static bool push(z_stream *z, int flush, struct sink *to)
{
	uint8_t chunk[DRAIN_CHUNK];
	bool more = true;

	do {
		z->next_out = chunk;
		z->avail_out = sizeof(chunk);
		deflate(z, flush);
		more = to->take(to, chunk, sizeof(chunk) - z->avail_out);
	} while (more && !z->avail_out);
	return more;
}

/* To the next whole byte: empty blocks have 10 bits, or 5 bytes at the most. */
static bool align(z_stream *z, bool alone, struct sink *to)
{
	int bits = 0;

	deflatePending(z, Z_NULL, &bits);
	if (bits & 1 || alone)
		return push(z, Z_SYNC_FLUSH, to);
	if (!(bits & 7))
		return true;
	do {
		deflatePrime(z, 10, 2);
		deflatePending(z, Z_NULL, &bits);
	} while (bits & 7);
	return push(z, Z_BLOCK, to);
}

static bool piece(z_stream *z, struct view v, bool last, bool alone,
		  struct sink *to)
{
	z->next_in = (z_const Bytef *)v.p;
	z->avail_in = (uInt)v.len;
	if (last)
		return push(z, Z_FINISH, to);
	return push(z, Z_BLOCK, to) && align(z, alone, to) &&
	       (!alone || push(z, Z_FULL_FLUSH, to));
}

int pigz(struct view plain, int level, enum pigz_way way, struct sink *to,
	 struct err *e)
{
	z_stream z = { 0 };
	bool more = true;

	if (deflateInit2(&z, level, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY) != Z_OK)
		return fail(e, ERR_LIMIT, "no memory to deflate");
	for (size_t at = 0; more && (!at || at < plain.len); at += PIECE) {
		if (at && way != PIGZ_ONE)
			deflateReset(&z);
		if (at && way == PIGZ_THREADS)
			deflateSetDictionary(&z, plain.p + at - BEFORE, BEFORE);
		more = piece(&z, view_upto(plain, at, PIECE), plain.len - at <= PIECE,
			     way == PIGZ_ALONE, to);
	}
	deflateEnd(&z);
	return 0;
}

/* hash.c - checksums and digests over views */
#include "core/hash.h"

#include <libdeflate.h>
#include <nettle/md5.h>
#include <nettle/sha1.h>
#include <nettle/sha2.h>
#include <stdio.h>

#include "core/maps.h"
#include "core/work.h"

enum { PIECE = 1 << 20 };

/*
 * The next piece of v, which may be a map larger than memory; a byte of it costs
 * so many times what it does in a CRC-32.
 */
static struct view next(struct view *v, unsigned cost)
{
	struct view piece = view_upto(*v, 0, PIECE);

	*v = view_from(*v, piece.len);
	work_add(cost * (uint64_t)piece.len);
	maps_touched(piece);
	return piece;
}

uint32_t crc32_of(uint32_t crc, struct view v)
{
	do {
		struct view k = next(&v, 1);

		crc = k.len ? libdeflate_crc32(crc, k.p, k.len) : crc;
	} while (v.len);
	return crc;
}

uint32_t crc32_plain(uint32_t crc, struct view v)
{
	return ~crc32_of(~crc, v);
}

static void text(const uint8_t *digest, size_t n, char *out)
{
	for (size_t i = 0; i < n; i++)
		sprintf(out + 2 * i, "%02x", digest[i]);
}

void sha256_text(struct view v, char out[SHA256_TEXT])
{
	uint8_t digest[SHA256_DIGEST_SIZE];
	struct sha256_ctx ctx;

	sha256_init(&ctx);
	do {
		struct view k = next(&v, 8);

		sha256_update(&ctx, k.len, k.p);
	} while (v.len);
	sha256_digest(&ctx, sizeof(digest), digest);
	text(digest, sizeof(digest), out);
}

void sha512_text(struct view v, unsigned bits, char out[SHA512_TEXT])
{
	uint8_t digest[SHA512_DIGEST_SIZE];
	struct sha512_ctx ctx;

	bits == 384 ? sha384_init(&ctx) : sha512_init(&ctx);
	do {
		struct view k = next(&v, 8);

		sha512_update(&ctx, k.len, k.p);
	} while (v.len);
	if (bits == 384)
		sha384_digest(&ctx, SHA384_DIGEST_SIZE, digest);
	else
		sha512_digest(&ctx, SHA512_DIGEST_SIZE, digest);
	text(digest, bits / 8, out);
}

void sha1_text(struct view v, char out[41])
{
	uint8_t digest[SHA1_DIGEST_SIZE];
	struct sha1_ctx ctx;

	sha1_init(&ctx);
	do {
		struct view k = next(&v, 8);

		sha1_update(&ctx, k.len, k.p);
	} while (v.len);
	sha1_digest(&ctx, sizeof(digest), digest);
	text(digest, sizeof(digest), out);
}

void md5_bytes(struct view v, uint8_t out[MD5_SIZE])
{
	struct md5_ctx ctx;

	md5_init(&ctx);
	do {
		struct view k = next(&v, 8);

		md5_update(&ctx, k.len, k.p);
	} while (v.len);
	md5_digest(&ctx, MD5_SIZE, out);
}

void md5_text(struct view v, char out[33])
{
	uint8_t digest[MD5_SIZE];

	md5_bytes(v, digest);
	text(digest, sizeof(digest), out);
}

uint64_t hash_bytes(struct view v)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < v.len; i++)
		h = (h ^ v.p[i]) * UINT64_C(0x100000001b3);
	return h ^ h >> 29;
}

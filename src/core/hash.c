/* hash.c - checksums and digests over views */
#include "core/hash.h"

#include <libdeflate.h>
#include <nettle/md5.h>
#include <nettle/sha1.h>
#include <nettle/sha2.h>
#include <stdio.h>

#include "core/work.h"

uint32_t crc32_of(uint32_t crc, struct view v)
{
	work_add(v.len);
	return v.len ? libdeflate_crc32(crc, v.p, v.len) : crc;
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

	work_add(8 * (uint64_t)v.len);
	sha256_init(&ctx);
	sha256_update(&ctx, v.len, v.p);
	sha256_digest(&ctx, sizeof(digest), digest);
	text(digest, sizeof(digest), out);
}

void sha1_text(struct view v, char out[41])
{
	uint8_t digest[SHA1_DIGEST_SIZE];
	struct sha1_ctx ctx;

	work_add(8 * (uint64_t)v.len);
	sha1_init(&ctx);
	sha1_update(&ctx, v.len, v.p);
	sha1_digest(&ctx, sizeof(digest), digest);
	text(digest, sizeof(digest), out);
}

void md5_bytes(struct view v, uint8_t out[MD5_SIZE])
{
	struct md5_ctx ctx;

	work_add(8 * (uint64_t)v.len);
	md5_init(&ctx);
	md5_update(&ctx, v.len, v.p);
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

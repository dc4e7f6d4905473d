/* hash.h - checksums and digests over views */
#ifndef CORE_HASH_H
#define CORE_HASH_H

#include "core/view.h"

/* CRC-32 as zlib, gzip and U-Boot have it; start with 0, feed it back. */
uint32_t crc32_of(uint32_t crc, struct view v);

/*
 * The same polynomial with neither initial nor final inversion, as jffs2
 * has it (start with 0); "123456789" gives 0x2dfd2d88. With ~0 as the start
 * it is the JAMCRC of TRX, UBI and UBIFS.
 */
uint32_t crc32_plain(uint32_t crc, struct view v);

/*
 * CRC-32C (Castagnoli) without inversions, as ext4 has it: start with ~0, feed
 * it back; "123456789" gives ~0xe3069283.
 */
uint32_t crc32c_of(uint32_t crc, struct view v);
/* CRC-16 of reflected 0x8005, likewise; from 0xffff the same gives 0x4b37. */
uint16_t crc16_of(uint16_t crc, struct view v);

/* CRC-16 of 0x1021 from 0, as XMODEM has it. */
uint16_t crc16_ccitt(struct view v);

/* All whole little-endian words of v, added up. */
uint32_t words_sum(struct view v);

enum { SHA256_SIZE = 32, SHA256_TEXT = 2 * SHA256_SIZE + 1 };
enum { SHA512_TEXT = 2 * 64 + 1 };

/* Lower-case hexadecimal with a NUL; out has room for twice the digest + 1. */
void sha256_text(struct view v, char out[SHA256_TEXT]);
/* SHA-512, or the first `bits` of it as SHA-384 has them. */
void sha512_text(struct view v, unsigned bits, char out[SHA512_TEXT]);
void sha1_text(struct view v, char out[41]);
void md5_text(struct view v, char out[33]);

enum { MD5_SIZE = 16 };
void md5_bytes(struct view v, uint8_t out[MD5_SIZE]);

/* A hash (FNV-1a) for tables in memory; never stored. */
uint64_t hash_bytes(struct view v);

#endif

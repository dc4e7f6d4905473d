/* hamming.h - the 3-byte Hamming code of SmartMedia and its relatives */
#ifndef FIXUP_NAND_HAMMING_H
#define FIXUP_NAND_HAMMING_H

#include <stddef.h>
#include <stdint.h>

/*
 * Over n = 256 or 512 bytes: for every bit of a bit's place the parity of
 * those where it is 1 and of those where it is 0. The orders of these bits:
 * the Linux kernel's, SmartMedia's (the first two bytes change places), and
 * that of TI's and other controllers (12 parities of each kind in one word,
 * erased flash gives zeros).
 */
enum hamming_order { HAMMING_LINUX, HAMMING_SM, HAMMING_TI, HAMMING_ORDERS };

extern const char *const hamming_words[];	/* "linux" "smartmedia" "ti" */

void hamming_encode(enum hamming_order o, const uint8_t *p, size_t n,
		    uint8_t ecc[3]);

/*
 * wrong: the difference of the code as stored and as it should be. Returns 0
 * (nothing wrong), 1 (*bit: place of the wrong bit, byte * 8 + bit from the
 * lowest; n * 8: in the code itself), or -1 (not correctable).
 */
int hamming_locate(enum hamming_order o, const uint8_t wrong[3], size_t n,
		   uint32_t *bit);

#endif

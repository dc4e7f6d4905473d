/* swap.h - reversing the bytes of every word */
#ifndef FIXUP_SWAP_H
#define FIXUP_SWAP_H

#include <stddef.h>
#include <stdint.h>

/*
 * Reverse the bytes of each word of width 2, 4 or 8 (1: none) in place. What
 * is left of n after the last whole word stays as it is.
 */
void swap_words(uint8_t *p, size_t n, unsigned width);

#endif

/* numbers.h - numbers as options give them, and times as images hold them */
#ifndef FS_SQUASHFS_NUMBERS_H
#define FS_SQUASHFS_NUMBERS_H

#include <stdint.h>

/* All of text as a number of 32 bits; -1: it is none. */
int squash_number(const char *text, int base, uint32_t *n);

/* Times are 32 bits and begin with 1970; those that do not fit become 0. */
uint32_t squash_time(int64_t t);

#endif

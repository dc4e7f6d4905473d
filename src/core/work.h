/* work.h - how many bytes were summed or decoded, so that a search can stop */
#ifndef CORE_WORK_H
#define CORE_WORK_H

#include <stdint.h>

/*
 * A clock that ticks in bytes instead of seconds, one per thread: whoever
 * sums or decodes foreign bytes adds as many as a CRC-32 does in the same
 * time, whoever must stay within bounds reads it before and after. The same
 * input costs the same everywhere.
 */
void work_add(uint64_t bytes);
uint64_t work_done(void);

#endif

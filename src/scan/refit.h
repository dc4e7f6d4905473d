/* refit.h - what the refits of containers share */
#ifndef SCAN_REFIT_H
#define SCAN_REFIT_H

#include "core/format.h"

/* The largest power of two, 64 KiB at most, that `at` is a multiple of. */
uint64_t roundness(uint64_t at);
uint64_t round_up(uint64_t n, uint64_t to);

/*
 * Append what stood behind something that is `grown` bytes longer now: where
 * it begins with a run of one value, that gives way, so that what follows
 * stays; else it moves on, by a multiple of `step`. Shorter is filled up.
 */
void put_tail(struct buf *out, struct view tail, int64_t grown, uint64_t step);

/* A part of a container that a table in it tells of. */
struct slot { uint64_t at, len; };

/*
 * Append v with what slot k holds replaced; what lies behind it moves, by a
 * multiple of `step` if every slot begins on one. Then the slots say where
 * things are in what was appended.
 */
void put_slots(struct buf *out, struct view v, struct slot *s, unsigned n,
	       unsigned k, struct view payload, uint64_t step);

/* Where the last of them ends; UINT64_MAX: further than any image. */
uint64_t slots_end(const struct slot *s, unsigned n);

/* Whether an object that has a magic may begin at v. */
bool has_object(struct view v);

/* ASCII decimal number of n bytes, padded by NULs; UINT64_MAX: none. */
uint64_t ascii_number(struct view text);

#endif

/* faulty.h - a cable that spoils what passes, by a seed, for tests */
#ifndef ACQUIRE_FAULTY_H
#define ACQUIRE_FAULTY_H

#include "acquire/spi.h"

struct faults {
	uint64_t seed;
	double flip;		/* probability a byte read has one bit turned */
	double lose;		/* ... that 32 bytes read as 0xff */
	double fail;		/* ... that a run() fails */
	uint8_t stuck_high;	/* bits that read as 1 always */
	bool silent;		/* MISO floats: all 0xff */
	uint64_t die_after;	/* bytes, then every run() fails; 0: never */
};

/* Wrap inner, which it then owns. */
struct spi *faulty_spi(struct spi *inner, const struct faults *f);

#endif

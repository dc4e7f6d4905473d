/* noraddress.h - how a chip is addressed, and whether that reaches all of it */
#ifndef ACQUIRE_NORADDRESS_H
#define ACQUIRE_NORADDRESS_H

#include "acquire/sfdp.h"

/*
 * Whether what is read at [from + x) equals what is at x for some places x
 * that hold more than one value: 1 yes (an alias), 0 no, -1 the cable failed,
 * 2 nothing can be said (blank).
 */
int nor_is_alias(struct spi *s, const struct nor_chip *chip, uint64_t from,
		 struct err *e);

/*
 * Of a chip over 16 MiB, or of four-byte addresses only: try the ways to
 * address it until reads continue each other and the upper part is another.
 */
int nor_choose_mode(struct spi *s, struct nor_chip *c, const struct sfdp *sf,
		    struct err *e);

#endif

/* sfdp.h - what a chip says of itself (JEDEC JESD216) */
#ifndef ACQUIRE_SFDP_H
#define ACQUIRE_SFDP_H

#include "acquire/nor.h"

struct sfdp {
	uint64_t size;
	uint32_t page;
	struct nor_erase erase[NOR_ERASES];	/* three-byte opcodes */
	unsigned address_bytes;			/* 3: only 3; 34: both; 4: only 4 */
	bool enter_b7, enter_wren_b7, extended_register, always_four;
	bool has_4bait;
	bool read_13, program_12;
	uint8_t erase4[NOR_ERASES];		/* by the place in erase[], 0: none */
	bool flag_status;
	bool uneven;		/* no erase type is good everywhere */
};

/* 0: read; 1: the chip has none; -1: the cable failed. */
int sfdp_read(struct spi *s, struct sfdp *out, struct err *e);

/* Decode from a copy of the chip's SFDP space; false: it is none. */
bool sfdp_parse(struct view v, struct sfdp *out);

#endif

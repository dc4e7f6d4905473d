/* norsim.h - a NOR flash chip in memory, byte by byte as the bus sees it */
#ifndef ACQUIRE_NORSIM_H
#define ACQUIRE_NORSIM_H

#include "core/err.h"
#include "core/view.h"

/*
 * The model behind --sim and behind the emulated programmers of tests/emu:
 * 9F 90 AB 5A 66/99 03 0B 13 0C 06 04 05 35 15 01 31 11 02 12 20 21 52 5C
 * D8 DC 60 C7 B7 E9 C5 C8 70 50. WIP lasts `busy_polls` status reads (or
 * busy_us of model time), WEL is needed, protected ranges do not change,
 * programming only clears bits, addresses wrap at the size.
 */
struct norsim_config {
	uint8_t id[3];
	uint64_t size;
	bool sfdp;			/* answers 5A */
	bool four_byte_only;
	bool four_byte_opcodes;		/* 13, 12, 21, dc are known */
	uint8_t sr1, sr2;		/* at power-on (protection bits) */
	unsigned busy_polls;		/* WIP after program and erase */
	bool one_byte_status;		/* 01h takes one byte, SR2 has its 31h */
	bool no_enter;			/* b7 is not known: only 13, 12, 21, dc */
};

struct norsim;

/* mem has config->size bytes, is changed in place and stays the caller's. */
struct norsim *norsim_new(const struct norsim_config *config, uint8_t *mem);
void norsim_free(struct norsim *s);
void norsim_select(struct norsim *s);		/* CS low */
uint8_t norsim_clock(struct norsim *s, uint8_t mosi);	/* one byte each way */
void norsim_deselect(struct norsim *s);		/* CS high: commands take effect */

#endif

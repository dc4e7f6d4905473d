/* keep.h - what the data of a raw image do not say, as one block of bytes */
#ifndef FIXUP_NAND_KEEP_H
#define FIXUP_NAND_KEEP_H

#include "fixup/nand/strip.h"

/*
 *	keep  = "fwtool nand/2\n" chip beside:u32 pages:u64 spare bad odd
 *	chip  = page spare block marker swap-at+1 kind order m t poly reversed
 *		wide first backward seeds mask:144 layout:32 steps { pieces { bit n spare } ecc-runs:2 { bit n } }
 *	spare = the spare bytes of all pages; bad as strip.h has it, odd
 *		as odd.h
 *
 * beside: the spare bytes lie behind the data of each page, and neither they
 * nor bad blocks are in here. Numbers are u32, little-endian.
 */
void keep_put_chip(struct buf *b, const struct nand_chip *c, uint64_t pages,
		   bool beside);

/* May be hostile: nand_ready() decides. Releases *c where it fails. */
int keep_get(struct view keep, struct nand_chip *c, struct nand_source *from,
	     bool *beside, struct err *e);

#endif

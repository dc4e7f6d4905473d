/* bad.h - bad blocks that stay as they were */
#ifndef FIXUP_NAND_BAD_H
#define FIXUP_NAND_BAD_H

#include "fixup/nand/strip.h"

enum { BAD_RECORD = 16 };	/* bytes; strip.h has what is in them */

/* What nand_keep_bad() put, up to a cut in the data. */
void bad_get(struct cursor *c, const struct nand_chip *chip, struct badlist *b);

/* -1 where something was put into one. */
int bad_check(const struct nand_chip *c, struct view data, const struct badlist *b,
	      struct err *e);
/* The data of a page whose block was blanked; empty of any other. */
struct view bad_was(const struct nand_chip *c, const struct badlist *b, uint64_t page);

#endif

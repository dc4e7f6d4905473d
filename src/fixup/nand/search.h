/* search.h - a search for a code and a layout under way */
#ifndef FIXUP_NAND_SEARCH_H
#define FIXUP_NAND_SEARCH_H

#include "fixup/nand/find.h"
#include "fixup/nand/sample.h"
#include "fixup/nand/shape.h"

struct search {
	const struct sample *s;
	const struct nand_hint *hint;
	struct shape_try t;
	struct nand_code code;
	struct bch *bch;		/* of code, where it is one */
	struct nand_chip best;
	struct nand_proof proof;
	unsigned score;			/* per mille of best */
};

/* The parity of a step of a difference; false where it says nothing. */
bool search_parity(const struct search *q, const struct nand_step *step,
		   const uint8_t *diff, uint8_t *ecc);
/* Whether a difference has this parity at a bit. */
bool search_at(const struct search *q, const uint8_t *diff, uint32_t bit,
	       const uint8_t *ecc);
/* Whether enough differences have the parity of the step at `bit`. */
bool search_hits(const struct search *q, const struct nand_step *step,
		 uint32_t bit);

#endif

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
	const struct rs *rs;
	struct nand_step first;
	/* By the strongest code of the field, of first in those of `have`. */
	const struct bch *strong;
	uint8_t rest[DIFFERENCES][BCH_MOST_BYTES];
	uint32_t have;
	struct nand_chip best;
	struct nand_proof proof;
	unsigned score;			/* per mille of best */
};

enum { SCORE_SURE = 900 };		/* no need to look any further */

/* The parity of a step of a difference; false where it says nothing. */
bool search_parity(struct search *q, const struct nand_step *step, unsigned diff,
		   uint8_t *ecc);
/* Whether a difference has this parity at a bit. */
bool search_at(const struct search *q, const uint8_t *diff, uint32_t bit,
	       const uint8_t *ecc);
/* Whether enough differences have the parity of the step at `bit`. */
bool search_hits(struct search *q, const struct nand_step *step,
		 uint32_t bit);

/*
 * Look for the places of parity, with the shape, the sizes and the code set
 * in *q; the best layout is kept there with its score. May be called again
 * with others.
 */
void search_places(struct search *q);

/*
 * The same where the controller mixes pages with numbers that look random:
 * of what it is known, all places are.
 */
void search_randomized(struct search *q);

/*
 * Judge the whole layout that the shape and its measures give, randomized as
 * struct nand_chip has it; keep it where it is the best so far.
 */
void search_judge(struct search *q, unsigned seeds);

/* A stronger code may hold as well, where a weaker one does: it is meant. */
bool search_may_be_more(const struct search *q);

#endif

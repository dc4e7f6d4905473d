/* word.h - the code words of a raw page */
#ifndef FIXUP_NAND_WORD_H
#define FIXUP_NAND_WORD_H

#include "fixup/nand/chip.h"

/* The bytes of a code word; before its first bit `pad` zeros fill up a byte. */
struct word {
	const uint8_t *p;
	size_t n;
	unsigned pad;
	uint8_t room[NAND_MOST_WORD + 8];
};

void word_get(const struct nand_chip *c, const struct nand_step *s,
	      const uint8_t *raw, struct word *w);

/*
 * The parity of a word as it should be on flash, and into the page. Here and
 * below there is room for BCH_MOST_BYTES.
 */
void word_encode(const struct nand_chip *c, const struct word *w,
		 uint8_t *ecc);
void word_put_ecc(const struct nand_chip *c, const struct nand_step *s,
		  const uint8_t *ecc, uint8_t *raw);

/* The difference of parity as it is and as it should be; false: none. */
bool word_wrong(const struct nand_chip *c, const struct nand_step *s,
		const uint8_t *raw, const struct word *w,
		uint8_t *wrong);

/*
 * Whether so few bits of a word and its parity are 0 that they are flips of
 * erased flash; *zero is how many.
 */
bool word_is_erased(const struct nand_chip *c, const struct nand_step *s,
		    const uint8_t *raw, const struct word *w, unsigned *zero);

/* Correct all words of a page in place. */
void word_fix_all(const struct nand_chip *c, uint8_t *raw, struct page_state *p);

#endif

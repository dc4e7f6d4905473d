/* chip.h - how a raw NAND page holds data, spare bytes and their code */
#ifndef FIXUP_NAND_CHIP_H
#define FIXUP_NAND_CHIP_H

#include "core/buf.h"
#include "core/err.h"
#include "fixup/nand/bch.h"
#include "fixup/nand/hamming.h"
#include "fixup/nand/rs.h"

enum {
	NAND_LEAST_PAGE = 512, NAND_MOST_PAGE = 16384,
	NAND_LEAST_SPARE = 8, NAND_MOST_SPARE = 4096,
	NAND_MOST_STEPS = 64, NAND_MOST_PIECES = 4,
	NAND_MOST_WORD = 4096,		/* bytes of data under one code word */
	NAND_MOST_RAW = NAND_MOST_PAGE + NAND_MOST_SPARE,
};

/* Bits of a raw page: of the data that drivers hand on, or of the spare. */
struct nand_piece { uint32_t bit, n; bool spare; };

/* One code word: its pieces in order, and its parity in one run or two. */
struct nand_step {
	struct nand_piece piece[NAND_MOST_PIECES];
	unsigned pieces;
	struct nand_run { uint32_t bit, n; } ecc[2];
};

enum nand_kind { NAND_NO_CODE, NAND_HAMMING, NAND_BCH, NAND_RS, NAND_KINDS };

struct nand_code {
	enum nand_kind kind;
	enum hamming_order order;
	unsigned m, t;			/* t: bits or symbols that it corrects */
	uint32_t poly;
	bool reversed;
	unsigned wide, first;		/* of RS, as is backward: rs.h */
	bool backward;
	uint8_t mask[BCH_MOST_BYTES];	/* parity on flash is parity ^ mask */
};

struct nand_chip {
	uint32_t page, spare;		/* bytes */
	uint32_t block;			/* pages */
	struct nand_step step[NAND_MOST_STEPS];
	unsigned steps;
	struct nand_code code;
	unsigned seeds;			/* randomized: pages until it repeats */
	bool swaps;			/* the marker and this byte change places */
	uint32_t swap_at;
	uint32_t marker;		/* byte of the raw page: 0xff if good */
	char layout[32];		/* "kernel", "gpmi": who lays it out so */

	/* Made by nand_ready(). */
	struct field field;
	struct bch bch;
	struct rs rs;
	uint32_t ecc_bits;
	struct nand_run gap[NAND_MOST_STEPS * 3 + 1];
	unsigned gaps;			/* all that is not data, in order */
	bool low_first;			/* of bits that are not whole bytes */
	bool no_marker;			/* its byte is one of the data's */
};

static inline uint32_t nand_raw(const struct nand_chip *c)
{
	return c->page + c->spare;
}

/* The data of a page in one piece at its start, without a code. */
void nand_plain(struct nand_chip *c, uint32_t page, uint32_t spare);

/*
 * Check that every piece lies inside the page, none over another, and the
 * data are a page; make the code. Release it in either case.
 */
int nand_ready(struct nand_chip *c, struct err *e);
void nand_release(struct nand_chip *c);		/* takes a zeroed one too */

/* "2048+64, BCH 8 bits in 512 bytes, kernel layout" */
void nand_describe(const struct nand_chip *c, struct buf *out);

enum page_kind { PAGE_ERASED, PAGE_GOOD, PAGE_LOST };

struct page_state {
	enum page_kind kind;		/* lost: more flips than can be corrected */
	unsigned flips;			/* that were corrected, in all */
	unsigned data_flips;		/* ... in data and spare bytes */
	bool hasty;			/* in: look no further after a failure */
};

/*
 * Take a raw page apart: page bytes of data, corrected, and spare bytes as
 * they were read. raw is nand_raw() bytes; data and spare have their room.
 */
void page_read(const struct nand_chip *c, const uint8_t *raw, uint8_t *data,
	       uint8_t *spare, struct page_state *s);
/* The reverse, with the parity as it stands in spare. */
void page_join(const struct nand_chip *c, const uint8_t *data,
	       const uint8_t *spare, uint8_t *raw);
/* Whether each step holds its code word or is erased, to the bit. */
bool page_fits(const struct nand_chip *c, const uint8_t *raw);
/* Make the parity of a joined page right; that of an erased one is erased. */
void page_encode(const struct nand_chip *c, uint8_t *raw, bool erased);

/*
 * What was added to the parity of step i of a page that is as it should be;
 * false where the step is erased.
 */
bool page_mask(const struct nand_chip *c, const uint8_t *raw, unsigned i,
	       uint8_t mask[BCH_MOST_BYTES]);

/*
 * Of each step of a raw page: whether it holds its code word or one that it
 * can be corrected to.
 */
enum step_state { STEP_ERASED, STEP_RIGHT, STEP_WRONG };
void page_checks(const struct nand_chip *c, const uint8_t *raw,
		 enum step_state state[NAND_MOST_STEPS]);

#endif

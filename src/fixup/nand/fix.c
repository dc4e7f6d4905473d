/* fix.c - wrong bits of code words corrected where they lie in the page */
#include <string.h>

#include "fixup/nand/bits.h"
#include "fixup/nand/word.h"

/* Flip bit `at` of the code word where it lies in the raw page. */
static void flip(const struct nand_chip *c, const struct nand_step *s, uint8_t *raw,
		 uint32_t at, struct page_state *p)
{
	for (unsigned k = 0; k < s->pieces; k++) {
		if (at < s->piece[k].n) {
			bit_flip(raw, s->piece[k].bit + at, c->low_first);
			p->data_flips++;
			return;
		}
		at -= s->piece[k].n;
	}
}

static int fix_hamming(const struct nand_chip *c, const struct nand_step *s,
		       const uint8_t *wrong, const struct word *w, uint8_t *raw,
		       struct page_state *p)
{
	uint32_t bit;
	int r = hamming_locate(c->code.order, wrong, w->n, &bit);

	/* Its bits count from the lowest, ours from where low_first says. */
	if (r == 1 && bit < w->n * 8)
		flip(c, s, raw, c->low_first ? bit : bit ^ 7, p);
	return r;
}

/* What bch_locate() gives, of either code. */
static int locate(const struct nand_chip *c, const uint8_t *wrong, size_t n,
		  uint32_t *where)
{
	return c->code.kind == NAND_RS ? rs_locate(&c->rs, wrong, n, where)
				       : bch_locate(&c->bch, wrong, n, where);
}

static int fix_bits(const struct nand_chip *c, const struct nand_step *s,
		   const uint8_t *wrong, const struct word *w, uint8_t *raw,
		   struct page_state *p)
{
	uint32_t where[BCH_MOST_T];
	int r = locate(c, wrong, w->n, where);

	for (int i = 0; i < r; i++)
		if (where[i] < w->pad)
			return -1;
	for (int i = 0; i < r; i++)
		if (where[i] < w->n * 8)
			flip(c, s, raw, where[i] - w->pad, p);
	return r;
}

static void set_erased(const struct nand_chip *c, const struct nand_step *s,
		       uint8_t *raw, struct page_state *p)
{
	for (unsigned k = 0; k < s->pieces; k++)
		for (uint32_t i = 0; i < s->piece[k].n; i++)
			if (!bit_get(raw, s->piece[k].bit + i, c->low_first)) {
				bit_flip(raw, s->piece[k].bit + i, c->low_first);
				p->data_flips++;
			}
}

/* Correct one step in raw. Returns -1 where that is not possible. */
static int fix_step(const struct nand_chip *c, const struct nand_step *s,
		    uint8_t *raw, struct page_state *p)
{
	uint8_t wrong[BCH_MOST_BYTES];
	struct word w;
	unsigned zero;
	int r;

	word_get(c, s, raw, &w);
	if (!word_wrong(c, s, raw, &w, wrong)) {
		p->kind = PAGE_GOOD;
		return 0;
	}
	if (word_is_erased(c, s, raw, &w, &zero)) {
		set_erased(c, s, raw, p);
		p->flips += zero;
		return 0;
	}
	p->kind = PAGE_GOOD;
	r = c->code.kind == NAND_HAMMING ? fix_hamming(c, s, wrong, &w, raw, p)
					 : fix_bits(c, s, wrong, &w, raw, p);
	p->flips += r > 0 ? (unsigned)r : 0;
	return r;
}

void word_fix_all(const struct nand_chip *c, uint8_t *raw, struct page_state *p)
{
	bool lost = false;

	p->kind = PAGE_ERASED;
	for (unsigned i = 0; i < c->steps && !(lost && p->hasty); i++)
		lost |= fix_step(c, &c->step[i], raw, p) < 0;
	if (lost)
		p->kind = PAGE_LOST;
}

/* Whether a wrong word is near enough to a right one. */
static bool is_near(const struct nand_chip *c, const uint8_t *wrong, size_t n)
{
	uint32_t where[BCH_MOST_T];

	return c->code.kind == NAND_HAMMING
	       ? hamming_locate(c->code.order, wrong, n, where) >= 0
	       : locate(c, wrong, n, where) >= 0;
}

void page_checks(const struct nand_chip *c, const uint8_t *raw,
		 enum step_state state[NAND_MOST_STEPS])
{
	uint8_t wrong[BCH_MOST_BYTES];
	struct word w;
	unsigned zero;

	for (unsigned i = 0; i < c->steps; i++) {
		state[i] = STEP_ERASED;
		word_get(c, &c->step[i], raw, &w);
		if (word_is_erased(c, &c->step[i], raw, &w, &zero))
			continue;
		state[i] = !word_wrong(c, &c->step[i], raw, &w, wrong) ||
			   is_near(c, wrong, w.n) ? STEP_RIGHT : STEP_WRONG;
	}
}

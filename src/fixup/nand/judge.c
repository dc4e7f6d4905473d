/* judge.c - whether a whole layout holds in the sample pages */
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "fixup/nand/bits.h"
#include "fixup/nand/scramble.h"
#include "fixup/nand/search.h"

bool search_may_be_more(const struct search *q)
{
	return q->score && q->t.shape->kind == SHAPE_SHARE;
}

enum { MOST_MASKS = 192 };

/* The constant is the one that most words have: flips make each wrong one new. */
static void find_mask(const struct sample *s, struct nand_chip *c)
{
	uint8_t (*mask)[BCH_MOST_BYTES] = xcalloc(MOST_MASKS, sizeof(*mask));
	unsigned n = 0, best = 0, most = 0;

	memset(c->code.mask, 0, sizeof(c->code.mask));
	for (unsigned i = 0; i < s->n; i++)
		for (unsigned k = 0; k < c->steps && n < MOST_MASKS; k++)
			n += page_mask(c, s->page[i], k, mask[n]);
	for (unsigned i = 0; i < n && most < n / 2 + 1; i++) {
		unsigned same = 0;

		for (unsigned k = 0; k < n; k++)
			same += !memcmp(mask[i], mask[k], BCH_MOST_BYTES);
		if (same > most) {
			most = same;
			best = i;
		}
	}
	memcpy(c->code.mask, mask[best], BCH_MOST_BYTES);
	free(mask);
}

/* Words of the samples that hold; none where one step's never do. */
static struct nand_proof prove(const struct sample *s, const struct nand_chip *c)
{
	unsigned right[NAND_MOST_STEPS] = { 0 }, wrong[NAND_MOST_STEPS] = { 0 };
	enum step_state state[NAND_MOST_STEPS];
	uint8_t room[NAND_MOST_RAW];
	struct nand_proof p = { 0 };

	for (unsigned i = 0; i < s->n; i++) {
		memcpy(room, s->page[i], s->raw);
		page_scramble(c, s->number[i], room);
		page_checks(c, room, state);
		for (unsigned k = 0; k < c->steps; k++) {
			right[k] += state[k] == STEP_RIGHT;
			wrong[k] += state[k] == STEP_WRONG;
		}
		/* Nothing like it. */
		if (c->seeds && i == 2 && !right[0])
			return (struct nand_proof){ 0 };
	}
	for (unsigned k = 0; k < c->steps; k++) {
		p.right += right[k];
		p.used += right[k] + wrong[k];
		if (wrong[k] > 1 && !right[k])
			return (struct nand_proof){ 0 };
	}
	return p;
}

/* The marker is 0xff in all pages, the byte that it may have displaced is not. */
static void find_swap(const struct sample *s, struct nand_chip *c)
{
	unsigned marked = 0, other = 0;
	uint32_t at = 0;

	for (unsigned k = 0; k < c->steps; k++) {
		const struct nand_piece *p = c->step[k].piece;

		if (p[0].bit <= c->marker * 8 && c->marker * 8 < p[0].bit + p[0].n)
			at = p[1].bit / 8;
	}
	for (unsigned i = 0; at && i < s->n; i++) {
		marked += s->page[i][c->marker] == 0xff;
		other += s->page[i][at] != 0xff;
	}
	if (s->n < 4 || marked + 1 < s->n || other < s->n / 2)
		return;
	c->swaps = true;
	c->swap_at = at;
	c->no_marker = false;
}

/*
 * A row of code words is a word of the same cyclic code, with what follows for
 * its parity; but that is constant, and parity is not.
 */
static bool parity_varies(const struct sample *s, const struct nand_chip *c)
{
	uint8_t varies[BCH_MOST_BYTES] = { 0 };

	if (s->n < 4 || c->seeds)
		return true;
	for (unsigned i = 1; i < s->n; i++)
		for (unsigned k = 0; k < c->steps; k++) {
			uint8_t a[BCH_MOST_BYTES] = { 0 }, b[BCH_MOST_BYTES] = { 0 };
			const struct nand_run *run = &c->step[k].ecc[0];

			bits_copy(a, 0, s->page[0], run->bit, run->n, c->low_first);
			bits_copy(b, 0, s->page[i], run->bit, run->n, c->low_first);
			for (unsigned j = 0; j < run->n / 8; j++)
				varies[j] |= a[j] ^ b[j];
		}
	return !memchr(varies, 0, c->step[0].ecc[0].n / 8);
}

void search_judge(struct search *q, unsigned seeds)
{
	struct nand_proof p = { 0 };
	struct nand_chip c;
	struct err ignored;
	unsigned score;

	nand_plain(&c, q->t.page, q->t.spare);
	if (!shape_fill(&q->t, &c))
		return;
	c.code = q->code;
	c.seeds = seeds;
	if (!nand_ready(&c, &ignored)) {
		if (!seeds)
			find_mask(q->s, &c);
		p = prove(q->s, &c);
		if (q->t.shape->may_swap)
			find_swap(q->s, &c);
	}
	score = p.used ? p.right * 1000 / p.used : 0;
	if (p.right >= 2 && score >= 500 && score > q->score - search_may_be_more(q) &&
	    parity_varies(q->s, &c)) {
		nand_release(&q->best);
		q->best = c;
		q->proof = p;
		q->score = score;
		return;
	}
	nand_release(&c);
}

/* places.c - where parity lies, and whether a whole layout holds */
#include <string.h>

#include "fixup/nand/bits.h"
#include "fixup/nand/scramble.h"
#include "fixup/nand/search.h"

bool search_may_be_more(const struct search *q)
{
	return q->score && q->t.shape->kind == SHAPE_SHARE;
}

/* The constant is the one that most pages have. */
static void find_mask(const struct sample *s, struct nand_chip *c)
{
	uint8_t mask[5][BCH_MOST_BYTES];
	unsigned n = s->n < 5 ? s->n : 5, best = 0, most = 0;

	memset(c->code.mask, 0, sizeof(c->code.mask));
	for (unsigned i = 0; i < n; i++)
		page_mask(c, s->page[i], 0, mask[i]);
	for (unsigned i = 0; i < n; i++) {
		unsigned same = 0;

		for (unsigned k = 0; k < n; k++)
			same += !memcmp(mask[i], mask[k], BCH_MOST_BYTES);
		if (same > most) {
			most = same;
			best = i;
		}
	}
	memcpy(c->code.mask, mask[best], BCH_MOST_BYTES);
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

/* Judge one whole layout by the sample pages; keep it where it is best. */
static void judge(struct search *q, unsigned seeds)
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

static void judge_at(struct search *q, uint32_t stride, uint32_t extra_stride)
{
	if (q->score >= SCORE_SURE)
		return;
	q->t.stride = stride;
	q->t.extra_stride = extra_stride;
	judge(q, 0);
}

/* A layout among many: only where the second step's parity is there as well. */
static void judge_some(struct search *q, uint32_t stride, uint32_t extra_stride)
{
	struct nand_step second;

	if (q->score >= SCORE_SURE)
		return;
	q->t.stride = stride;
	q->t.extra_stride = extra_stride;
	shape_word(&q->t, 1, q->t.step * 8, &second);
	if (search_hits(q, &second, second.ecc[0].bit))
		judge(q, 0);
}

/* Data, spare bytes and parity of a step, then those of the next. */
static void rest_mixed(struct search *q)
{
	uint32_t words = q->t.page / q->t.step;
	uint32_t used = q->t.ecc - q->t.shape->lead * 8 + q->t.ecc_bits;

	judge_at(q, used, 0);
	for (uint32_t add = 0; add <= 8; add++)
		judge_at(q, (used + 7) / 8 * 8 + add * 8, 0);
	judge_at(q, (q->t.page + q->t.spare) / words * 8, 0);
}

static void rest_spare(struct search *q)
{
	uint32_t words = q->t.page / q->t.step, share = q->t.spare / words * 8;
	uint32_t bytes = (q->t.ecc_bits + 7) / 8 * 8, extra = q->t.shape->extra * 8;

	judge_at(q, bytes, extra);
	if (words == 1)
		return;
	judge_at(q, share, share);
	/* SmartMedia: the code of the second half comes first. */
	if (words == 2)
		judge_at(q, (uint32_t)-(bytes + 16), extra);
	for (uint32_t stride = bytes; stride <= share + 64; stride += 8) {
		judge_some(q, stride, extra);
		if (extra) {
			judge_some(q, stride, share);
			judge_some(q, stride, stride);
		}
	}
}

/* The first step is known; find how far the next one is. */
static void find_rest(struct search *q, uint32_t ecc)
{
	q->t.ecc = ecc;
	if (q->t.shape->kind == SHAPE_MIXED) {
		rest_mixed(q);
	} else if (q->t.shape->kind == SHAPE_SPARE) {
		rest_spare(q);
	} else {
		q->t.stride = (q->t.page + q->t.spare) / (q->t.page / q->t.step) * 8;
		judge(q, 0);
	}
}

/* Whether the data of a word lies in a page and its spare bytes. */
static bool fits(const struct search *q, const struct nand_step *step)
{
	for (unsigned k = 0; k < step->pieces; k++)
		if ((uint64_t)step->piece[k].bit + step->piece[k].n >
		    (uint64_t)q->s->raw * 8)
			return false;
	return true;
}

static void try_place(struct search *q, const struct nand_step *step,
		      const uint8_t *diff, uint32_t bit, const uint8_t *ecc)
{
	if (q->score < SCORE_SURE && search_at(q, diff, bit, ecc) &&
	    search_hits(q, step, bit))
		find_rest(q, bit);
}

/* One difference of each kind shows the places, all vote on them. */
static void try_range(struct search *q, uint32_t from, uint32_t end)
{
	const struct nand_step *step = &q->first;
	uint8_t ecc[BCH_MOST_BYTES];

	for (unsigned i = 0; i < q->s->diffs; i += i < q->s->real ? 2 : 1) {
		const uint8_t *diff = q->s->diff[i];

		if (q->score >= SCORE_SURE || !search_parity(q, step, i, ecc))
			continue;
		for (uint32_t at = from; at < end; at++) {
			try_place(q, step, diff, at * 8, ecc);
			/* Filled up with zeros in front to whole bytes. */
			if (q->t.ecc_bits % 8)
				try_place(q, step, diff, at * 8 + 8 - q->t.ecc_bits % 8,
					  ecc);
		}
	}
}

void search_places(struct search *q)
{
	const struct shape *h = q->t.shape;
	uint32_t from = q->t.page, end = q->s->raw;

	q->t.ecc = q->t.stride = q->t.extra_stride = 0;
	if (h->kind == SHAPE_MIXED)
		q->t.ecc = (h->lead + q->t.step + h->extra) * 8;
	shape_word(&q->t, 0, h->lead * 8, &q->first);
	if (!fits(q, &q->first))
		return;
	if (h->kind == SHAPE_SHARE)
		q->have = 0;	/* its first step is another with each code */
	if (h->kind == SHAPE_SHARE || h->kind == SHAPE_QCOM) {
		if (search_hits(q, &q->first, q->first.ecc[0].bit))
			find_rest(q, q->first.ecc[0].bit);
		return;
	}
	if (h->kind == SHAPE_MIXED) {
		from = q->t.ecc / 8;
		end = from + q->t.spare / (q->t.page / q->t.step) + 32;
		if (end > q->s->raw)
			end = q->s->raw;
	}
	try_range(q, from, end);
}

void search_randomized(struct search *q)
{
	const struct shape *h = q->t.shape;
	uint32_t behind = h->extra * 8 + (q->t.ecc_bits + 15) / 16 * 16;
	bool mixed = h->kind == SHAPE_MIXED;

	q->t.ecc = ((mixed ? q->t.step : q->t.page) + h->extra) * 8;
	q->t.stride = mixed ? q->t.step * 8 + behind : behind;
	q->t.extra_stride = behind;
	for (unsigned seeds = SEEDS; seeds >= SEEDS / 2 && q->score < SCORE_SURE; seeds /= 2)
		judge(q, seeds);
}

/* places.c - where the parity of the steps lies */
#include "fixup/nand/scramble.h"
#include "fixup/nand/search.h"

static void judge_at(struct search *q, uint32_t stride, uint32_t extra_stride)
{
	if (q->score >= SCORE_SURE)
		return;
	q->t.stride = stride;
	q->t.extra_stride = extra_stride;
	search_judge(q, 0);
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
		search_judge(q, 0);
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
		search_judge(q, 0);
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
		search_judge(q, seeds);
}

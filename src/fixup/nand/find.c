/* find.c - which code and which layout hold in a few pages */
#include <string.h>

#include "fixup/nand/search.h"

/* Fields and polynomials of Linux' software BCH and of controllers. */
static const struct { unsigned m; uint32_t poly; unsigned least, most; } fields[] = {
	{ 13, 0x201b, 512, 512 }, { 14, 0x402b, 512, 1024 },
	{ 14, 0x4443, 512, 1024 }, { 15, 0x8003, 1024, 2048 },
};

enum { FIELDS = sizeof(fields) / sizeof(*fields) };

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

/*
 * A word of a strong code is one of each weaker code too, where parity ends at
 * the same place: then the strongest one is meant.
 */
static bool may_be_more(const struct search *q)
{
	return q->score && q->t.shape->kind == SHAPE_SHARE;
}

/* Judge one whole layout by the sample pages; keep it where it is best. */
static void judge(struct search *q, uint32_t ecc, uint32_t stride)
{
	struct nand_chip c;
	struct nand_proof p = { 0 };
	struct err ignored;
	unsigned score;

	nand_plain(&c, q->t.page, q->t.spare);
	if (!shape_fill(&q->t, ecc, stride, &c))
		return;
	c.code = q->code;
	if (!nand_ready(&c, &ignored)) {
		find_mask(q->s, &c);
		for (unsigned i = 0; i < q->s->n; i++)
			p.right += page_checks(&c, q->s->page[i], &p.used);
	}
	score = p.used ? p.right * 1000 / p.used : 0;
	if (p.right >= 2 && score >= 500 && score > q->score - may_be_more(q)) {
		nand_release(&q->best);
		q->best = c;
		q->proof = p;
		q->score = score;
		return;
	}
	nand_release(&c);
}

/* The first step is known; find how far the next one is. */
static void find_rest(struct search *q, uint32_t ecc)
{
	uint32_t bytes = (q->t.ecc_bits + 7) / 8, words = q->t.page / q->t.step;
	uint32_t share = q->t.spare / words;
	uint32_t whole = (q->t.page + q->t.spare) / words * 8;

	if (q->t.shape->kind == SHAPE_MIXED) {
		uint32_t used = ecc - q->t.shape->lead * 8 + q->t.ecc_bits;

		judge(q, ecc, used);
		for (uint32_t add = 0; q->score < 900 && add <= 8; add++)
			judge(q, ecc, (used + 7) / 8 * 8 + add * 8);
		if (q->score < 900)
			judge(q, ecc, whole);
		return;
	}
	if (q->t.shape->kind != SHAPE_SPARE) {
		judge(q, ecc, whole);
		return;
	}
	judge(q, ecc, bytes * 8);
	if (q->score < 900 && words > 1)
		judge(q, ecc, share * 8);
	/* SmartMedia: the code of the second half comes first. */
	if (q->score < 900 && words == 2)
		judge(q, ecc, (uint32_t)-(bytes + 2) * 8);
	for (uint32_t stride = bytes + 1; q->score < 900 && words > 1 && stride <= share + 8;
	     stride++)
		judge(q, ecc, stride * 8);
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

/* Where the first step's parity may be: try each place. */
static void try_places(struct search *q)
{
	const struct shape *h = q->t.shape;
	struct nand_step step;
	uint32_t from = q->t.page, end = q->s->raw;
	uint8_t ecc[BCH_MOST_BYTES];

	shape_word(&q->t, 0, h->lead * 8, &step);
	if (!fits(q, &step))
		return;
	if (h->kind == SHAPE_SHARE || h->kind == SHAPE_QCOM) {
		if (search_hits(q, &step, step.ecc[0].bit))
			find_rest(q, step.ecc[0].bit);
		return;
	}
	if (h->kind == SHAPE_MIXED) {
		from = h->lead + q->t.step;
		end = from + q->t.spare / (q->t.page / q->t.step) + 32;
		if (end > q->s->raw)
			end = q->s->raw;
	}
	/* One difference of each kind shows the places, all vote on them. */
	for (unsigned i = 0; i < q->s->diffs && q->score < 900; i += i < q->s->real ? 2 : 1) {
		if (!search_parity(q, &step, q->s->diff[i], ecc))
			continue;
		for (uint32_t at = from; at < end && q->score < 900; at++)
			if (search_at(q, q->s->diff[i], at * 8, ecc) &&
			    search_hits(q, &step, at * 8))
				find_rest(q, at * 8);
	}
}

static void try_hamming(struct search *q, uint32_t step)
{
	if (q->hint->kind == NAND_BCH || q->t.page % step)
		return;
	q->t.step = step;
	q->t.ecc_bits = 24;
	for (int o = 0; o < HAMMING_ORDERS && q->score < 900; o++) {
		q->code = (struct nand_code){ .kind = NAND_HAMMING, .order = (enum
			hamming_order)o, .t = 1, .reversed = true };
		try_places(q);
	}
}

static void try_field(struct search *q, const struct field *f, bool reversed)
{
	uint32_t words = q->t.page / q->t.step;
	struct bch b;

	bch_start(&b, f, reversed);
	q->bch = &b;
	while (b.t < BCH_MOST_T && (q->score < 900 || may_be_more(q))) {
		bch_more(&b);
		if ((uint64_t)b.bits * words > q->t.spare * 8 ||
		    q->t.step * 8 + 512 + b.bits > f->n)
			break;
		if (b.t < 2 || (q->hint->t && q->hint->t != b.t))
			continue;
		q->code = (struct nand_code){ .kind = NAND_BCH, .m = f->m, .t = b.t,
			.poly = f->poly, .reversed = reversed };
		q->t.ecc_bits = b.bits;
		bch_ready(&b);
		try_places(q);
	}
	bch_free(&b);
}

static void try_bch(struct search *q, const struct field *field)
{
	for (uint32_t step = 512; step <= 2048 && step <= q->t.page; step *= 2)
		for (unsigned i = 0; i < FIELDS && q->score < 900; i++) {
			if (step < fields[i].least || step > fields[i].most)
				continue;
			if (q->t.shape->kind == SHAPE_QCOM && (step != 512 ||
							       q->t.page < 2048))
				continue;
			q->t.step = step;
			try_field(q, &field[i], false);
			try_field(q, &field[i], true);
		}
}

/* Whether the comma list names the layout; NULL names all. */
static bool is_named(const char *list, const char *name)
{
	size_t n = strlen(name);

	for (const char *p = list; p && *p; p += *p == ',') {
		size_t len = strcspn(p, ",");

		if (len == n && !memcmp(p, name, n))
			return true;
		p += len;
	}
	return !list;
}

static void try_shapes(struct search *q, const struct field *field)
{
	for (const struct shape *h = shapes; h->name && q->score < 900; h++) {
		if (!is_named(q->hint->layouts, h->name))
			continue;
		if (h->kind == SHAPE_SPLIT && q->t.page != 512)
			continue;
		q->t.shape = h;
		if (!h->only_bch) {
			try_hamming(q, 256);
			try_hamming(q, 512);
		}
		if (q->hint->kind != NAND_HAMMING && h->kind != SHAPE_SPLIT)
			try_bch(q, field);
	}
}

int nand_find_code(struct view raw, uint32_t page, uint32_t spare,
		   const struct nand_hint *h, struct nand_chip *c,
		   struct nand_proof *proof)
{
	struct search q = { .hint = h, .t = { .page = page, .spare = spare } };
	struct field field[FIELDS];
	struct sample s;

	sample_take(&s, raw, page, spare);
	q.s = &s;
	for (unsigned i = 0; i < FIELDS; i++)
		field_init(&field[i], fields[i].m, fields[i].poly);
	if (s.n && !h->no_code)
		try_shapes(&q, field);
	for (unsigned i = 0; i < FIELDS; i++)
		field_free(&field[i]);
	sample_free(&s);
	if (!q.score)
		return 0;
	*c = q.best;
	*proof = q.proof;
	/* Pointers into the copy, not into what was copied. */
	c->bch.f = &c->field;
	return 1;
}

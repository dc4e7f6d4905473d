/* find.c - which code and which layout hold in a few pages */
#include <string.h>

#include "fixup/nand/search.h"

/* Fields and polynomials of Linux' software BCH and of controllers. */
static const struct { unsigned m; uint32_t poly; unsigned least, most; } fields[] = {
	{ 13, 0x201b, 512, 512 }, { 14, 0x402b, 512, 1024 },
	{ 14, 0x4443, 512, 1024 }, { 14, 0x5803, 512, 1024 },
	{ 15, 0x8003, 1024, 2048 },
};

/* A code whose generator all usual ones divide, of whole bytes of parity. */
enum { FIELDS = sizeof(fields) / sizeof(*fields), RANDOMIZED = 3, STRONG = 64 };

struct strong { struct field f; struct bch b; };

static void strong_init(struct strong *s, unsigned m, uint32_t poly)
{
	field_init(&s->f, m, poly);
	bch_start(&s->b, &s->f, false);
	while (s->b.t < STRONG)
		bch_more(&s->b);
	bch_ready(&s->b);
}

static void strong_free(struct strong *s)
{
	bch_free(&s->b);
	field_free(&s->f);
}

static void try_hamming(struct search *q, uint32_t step)
{
	if (q->t.page % step)
		return;
	q->t.step = step;
	q->t.ecc_bits = 24;
	for (int o = 0; o < HAMMING_ORDERS && q->score < SCORE_SURE; o++) {
		q->code = (struct nand_code){ .kind = NAND_HAMMING, .order = (enum
			hamming_order)o, .t = 1, .reversed = true };
		search_places(q);
	}
}

/* Those that Allwinner's controller has. */
static bool may_be_random(const struct bch *b)
{
	static const char strengths[] = { 16, 24, 28, 32, 40, 48, 56, 60, 64 };

	return b->f->poly == fields[RANDOMIZED].poly && b->reversed &&
	       memchr(strengths, (int)b->t, sizeof(strengths));
}

static void try_field(struct search *q, const struct strong *s, bool reversed)
{
	uint32_t words = q->t.page / q->t.step;
	const struct field *f = &s->f;
	struct bch b, strong = s->b;

	bch_start(&b, f, reversed);
	strong.reversed = reversed;
	q->strong = &strong;
	q->have = 0;
	q->bch = &b;
	while (b.t < BCH_MOST_T && (q->score < SCORE_SURE || search_may_be_more(q))) {
		bch_more(&b);
		if ((uint64_t)b.bits * words > q->t.spare * 8 ||
		    q->t.step * 8 + 512 + b.bits > f->n)
			break;
		if (b.t < 2 || (q->hint->t && q->hint->t != b.t))
			continue;
		q->code = (struct nand_code){ .kind = NAND_BCH, .m = f->m, .t = b.t,
			.poly = f->poly, .reversed = reversed };
		q->t.ecc_bits = b.bits;
		if (q->t.shape->randomized) {
			if (may_be_random(&b))
				search_randomized(q);
			continue;
		}
		bch_ready(&b);
		search_places(q);
	}
	bch_free(&b);
}

static void try_bch(struct search *q, const struct strong *field)
{
	const struct shape *h = q->t.shape;

	for (uint32_t step = 512; step <= 2048 && step <= q->t.page; step *= 2)
		for (unsigned i = 0; i < FIELDS && q->score < SCORE_SURE; i++) {
			if (step > fields[i].most || (h->step && step != h->step) ||
			    (h->m ? h->m != fields[i].m : step < fields[i].least))
				continue;
			if (h->kind == SHAPE_QCOM && q->t.page < 2048)
				continue;
			q->t.step = step;
			try_field(q, &field[i], false);
			try_field(q, &field[i], true);
		}
}

/*
 * GF(2^10) with bytes for symbols: DaVinci, Kirkwood (backward); GF(2^9) with
 * bits that run on: Ingenic, LPC32xx, Tegra. Which root is the first and which
 * way they go is tried.
 */
static void try_rs(struct search *q)
{
	static const struct { unsigned m, poly, wide, t; } codes[] = {
		{ 10, 0x409, 8, 4 }, { 9, 0x211, 9, 4 }, { 9, 0x211, 9, 6 },
		{ 9, 0x211, 9, 8 },
	};
	struct field f;
	struct rs rs;

	if (q->t.page < 512 || (q->t.shape->step && q->t.shape->step != 512))
		return;
	q->t.step = 512;
	for (unsigned i = 0; i < 4 * sizeof(codes) / sizeof(*codes); i++) {
		unsigned m = codes[i / 4].m;

		if (q->score >= SCORE_SURE)
			break;
		field_init(&f, m, codes[i / 4].poly);
		rs = (struct rs){ .f = &f, .t = codes[i / 4].t, .wide = codes[i / 4].wide,
				  .first = !(i & 1), .backward = i & 2 };
		rs_ready(&rs);
		q->rs = &rs;
		q->code = (struct nand_code){ .kind = NAND_RS, .m = m, .t = rs.t,
			.poly = f.poly, .reversed = true, .wide = rs.wide,
			.first = rs.first, .backward = rs.backward };
		q->t.ecc_bits = rs_bits(&rs);
		if (q->t.ecc_bits * (q->t.page / 512) <= q->t.spare * 8)
			search_places(q);
		field_free(&f);
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

static bool is_wanted(const struct search *q, unsigned code, enum nand_kind kind)
{
	return q->t.shape->codes & code && (!q->hint->kind || q->hint->kind == kind);
}

static void try_shapes(struct search *q, const struct strong *field)
{
	for (const struct shape *h = shapes; h->name && q->score < SCORE_SURE; h++) {
		if (!is_named(q->hint->layouts, h->name))
			continue;
		if (h->kind == SHAPE_SPLIT && q->t.page != 512)
			continue;
		q->t.shape = h;
		if (is_wanted(q, BY_HAMMING, NAND_HAMMING)) {
			try_hamming(q, 256);
			try_hamming(q, 512);
		}
		if (is_wanted(q, BY_BCH, NAND_BCH))
			try_bch(q, field);
		if (is_wanted(q, BY_RS, NAND_RS))
			try_rs(q);
	}
}

int nand_find_code(struct view raw, uint32_t page, uint32_t spare,
		   const struct nand_hint *h, struct nand_chip *c,
		   struct nand_proof *proof)
{
	struct search q = { .hint = h, .t = { .page = page, .spare = spare } };
	struct strong field[FIELDS];
	struct sample s;

	sample_take(&s, raw, page, spare);
	q.s = &s;
	for (unsigned i = 0; i < FIELDS; i++)
		strong_init(&field[i], fields[i].m, fields[i].poly);
	if (s.n && !h->no_code)
		try_shapes(&q, field);
	for (unsigned i = 0; i < FIELDS; i++)
		strong_free(&field[i]);
	sample_free(&s);
	if (!q.score)
		return 0;
	*c = q.best;
	*proof = q.proof;
	/* Pointers into the copy, not into what was copied. */
	c->bch.f = c->rs.f = &c->field;
	return 1;
}

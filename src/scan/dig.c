/* dig.c - looking into packed kernels and boot loaders */
#include "scan/dig.h"

#include "core/codec.h"

enum { MOST_LEVELS = 3, MOST_PAYLOADS = 8 };

static void dig_payload(struct digger *d, const struct region *outer,
			const struct payload *p, int level);

static bool has_magic(const struct format *f, struct view v)
{
	for (const struct magic *m = f->magic; m && m->len; m++)
		if (view_is(v, m->off, m->bytes, m->len))
			return true;
	return false;
}

static void dig_format(struct digger *d, const struct region *outer,
		       const struct format *f, struct view v, int level)
{
	struct payload inner[MOST_PAYLOADS];
	struct region r = { .format = f };
	struct err e;
	int n;

	if (!f->wrap || !has_magic(f, v) || f->probe(v, 0, &r) < PROOF_PLAUSIBLE)
		return;
	n = f->wrap->open(view_upto(v, 0, r.size), inner, MOST_PAYLOADS, &e);
	for (int i = 0; i < n && i < MOST_PAYLOADS; i++)
		dig_payload(d, outer, &inner[i], level + 1);
}

/* A damaged stream still gave what came before the damage. */
static void dig_payload(struct digger *d, const struct region *outer,
			const struct payload *p, int level)
{
	struct buf out = { 0 };
	struct decoded how;
	struct err e;

	if (level > MOST_LEVELS)
		return;
	if (!p->codec) {
		for (size_t i = 0; formats[i]; i++)
			dig_format(d, outer, formats[i], p->v, level);
		return;
	}
	if (!d->budget)
		return;
	p->codec->decode(p->v, d->budget, &out, &how, &e);
	d->budget -= out.len < d->budget ? out.len : d->budget;
	d->see(d->arg, buf_view(&out), outer);
	buf_free(&out);
}

static bool is_packed(const struct region *r)
{
	static const char *const names[] = { "uimage", "zimage", "fit", "trx" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (!strcmp(r->format->name, names[i]))
			return true;
	return false;
}

void dig(struct digger *d, struct view image, const struct scan *s)
{
	for (size_t i = 0; i < s->nfound && d->budget; i++) {
		const struct region *r = &s->found[i].r;

		if (s->found[i].parent < 0 && is_packed(r))
			dig_format(d, r, r->format, view_sub(image, r->at, r->size),
				   0);
	}
}

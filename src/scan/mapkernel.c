/* mapkernel.c - partition maps in compressed kernels */
#include <stdio.h>

#include "core/codec.h"
#include "scan/mapmake.h"

/*
 * Command lines and device trees are compiled into kernels, which are packed:
 * a uImage holds a zImage that holds a gzip stream. Worth a second's thought
 * only where nothing in the open says how the flash is divided.
 */
enum { MOST_LEVELS = 3, MOST_PAYLOADS = 8, MOST_DECODED = 16 << 20,
       MOST_TREES = 64 };

struct dig {
	struct maps *m;
	struct speaker who;
	uint64_t size, budget;		/* of the flash; left to decode */
};

static void search_trees(struct dig *d, struct view v)
{
	const uint8_t *hit;

	for (int i = 0; i < MOST_TREES && v.len; i++) {
		hit = memmem(v.p, v.len, "\xd0\x0d\xfe\xed", 4);
		if (!hit)
			return;
		v = view_from(v, (uint64_t)(hit - v.p));
		maps_tree(d->m, &d->who, v, d->size);
		v = view_from(v, 4);
	}
}

static void search_bytes(struct dig *d, struct view v)
{
	d->who.rank = MAP_DEVICETREE;
	search_trees(d, v);
	d->who.rank = MAP_CMDLINE;
	maps_hunt(d->m, &d->who, v, d->size);
}

static void dig_payload(struct dig *d, const struct payload *p, int level);

static bool has_magic(const struct format *f, struct view v)
{
	for (const struct magic *m = f->magic; m && m->len; m++)
		if (view_is(v, m->off, m->bytes, m->len))
			return true;
	return false;
}

static void dig_format(struct dig *d, const struct format *f, struct view v,
		       int level)
{
	struct payload inner[MOST_PAYLOADS];
	struct region r = { .format = f };
	struct err e;
	int n;

	if (!f->wrap || !has_magic(f, v) || f->probe(v, 0, &r) < PROOF_PLAUSIBLE)
		return;
	n = f->wrap->open(view_upto(v, 0, r.size), inner, MOST_PAYLOADS, &e);
	for (int i = 0; i < n && i < MOST_PAYLOADS; i++)
		dig_payload(d, &inner[i], level + 1);
}

/* A damaged stream still gave what came before the damage. */
static void dig_payload(struct dig *d, const struct payload *p, int level)
{
	struct buf out = { 0 };
	struct decoded how;
	struct err e;

	if (level > MOST_LEVELS)
		return;
	if (!p->codec) {
		for (size_t i = 0; formats[i]; i++)
			dig_format(d, formats[i], p->v, level);
		return;
	}
	if (!d->budget)
		return;
	p->codec->decode(p->v, d->budget, &out, &how, &e);
	d->budget -= out.len < d->budget ? out.len : d->budget;
	search_bytes(d, buf_view(&out));
	buf_free(&out);
}

static bool is_kernel(const struct region *r)
{
	static const char *const names[] = { "uimage", "zimage", "fit", "trx" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (!strcmp(r->format->name, names[i]))
			return true;
	return false;
}

void maps_kernels(struct maps *m, struct view image, const struct scan *s)
{
	char source[64];
	struct dig d = { .m = m, .who = { .source = source }, .size = s->size,
			 .budget = MOST_DECODED };

	for (size_t i = 0; i < s->nfound && d.budget; i++) {
		const struct region *r = &s->found[i].r;

		if (s->found[i].parent >= 0 || !is_kernel(r))
			continue;
		d.who.from = r->at;
		snprintf(source, sizeof(source), "the kernel at 0x%06llx",
			 (unsigned long long)r->at);
		dig_format(&d, r->format, view_sub(image, r->at, r->size), 0);
	}
}

/* fuzz_opened.c - containers opened level by level, and packed again */
#include <stdlib.h>

#include "core/recode.h"
#include "project/opened.h"

/* What unpacks completely can be packed again so that it unpacks to the same. */
static void pack_again(const struct opened *x, struct view was, struct view plain)
{
	struct recoding r = { x->codec, was, plain, plain, true };
	struct buf out = { 0 };
	struct recoded how;
	struct err e = { 0 };

	if (recode(&r, &out, &how, &e) < 0 && strstr(e.text, "this is a bug"))
		abort();
	buf_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct plan p = { .in.fd = -1, .maps.best = -1, .in.v = { data, n, 0 } };
	struct part part = { .dir = "x", .size = n, .main = -1 };
	struct opening o = { .plan = &p, .depth = 4 };
	struct err e;

	p.part = &part;
	p.n = 1;
	if (!n || scan_silently(&p.scan, p.in.v, -1, &(struct scan_opts){ 0 }, &e) < 0)
		return 0;
	opening_part(&o, &part);
	for (size_t i = 0; i < o.n; i++) {
		const struct opened *x = &o.v[i];
		struct payload inner[MOST_PAYLOADS] = { 0 };
		struct view object = view_sub(x->parent < 0 ? p.in.v
					: o.content[x->parent].v, x->at, x->size);

		if (object.len != x->size || x->parent >= (long)i)
			abort();
		if (!is_tree(x) && x->codec && o.content[i].v.len < 1 << 20 &&
		    x->format->wrap->open(object, inner, MOST_PAYLOADS, &e) > x->payload)
			pack_again(x, inner[x->payload].v, o.content[i].v);
	}
	opening_free(&o);
	scan_free(&p.scan);
	return 0;
}

/* fuzz_unhex.c - logs of all dialects, whole and in pieces */
#include <stdlib.h>

#include "fixup/fixup.h"
#include "fixup/hexdump.h"
#include "fixup/join.h"

extern const struct fixup fixup_unhex;
int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static int count(struct view v, void *arg, struct err *e)
{
	uint64_t *left = arg;

	(void)e;
	*left -= *left < v.len ? *left : v.len;
	return *left ? 0 : -1;
}

/* The gaps and the stretches together are the dump, without overlaps. */
static void look(struct hexdump *h, const struct dump *d)
{
	uint64_t at = d->from, left = 1 << 22;
	struct gap g = { 0 };
	struct err e = { 0 };

	for (size_t i = 0; i < d->n; i++) {
		if (d->part[i].at < at || !d->part[i].size)
			abort();
		at = d->part[i].at + d->part[i].size;
	}
	if (at > d->to)
		abort();
	for (at = d->from; dump_gap(d, &g); at = g.at + g.size) {
		if (g.at < at || !g.size)
			abort();
		gap_error(h, d, &g, &e);
	}
	for (size_t i = 0; i < d->nconflict; i++)
		conflict_error(h, d, &d->conflict[i], &e);
	if (d->to - d->from < 1 << 24)
		for (size_t i = 0; i < h->ncrc && i < 16; i++) {
			uint32_t sum;

			dump_crc(h, d, i, &sum);
		}
	dump_each(d, 0xff, count, &left, &e);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct view v = { p, n, 0 };
	struct hexdump h = { .opts = hexdump_defaults };
	struct err e = { 0 };

	if (!n)
		return 0;
	fixup_unhex.suspect(v);
	h.opts.format = p[0] < 16 ? p[0] % 14 : 0;
	h.opts.endian = p[0] & 1;
	/* The second half again, as a log of its own. */
	if (!hexdump_add(&h, v, "first", &e))
		hexdump_add(&h, view_from(v, n / 2), "second", &e);
	for (size_t i = 0; i < h.ndump; i++)
		look(&h, &h.dump[i]);
	hexdump_free(&h);
	return 0;
}

/* fuzz_scan.c - the whole engine over every format: bounds, cover, parents */
#include <stdlib.h>

#include "scan/scan.h"

static void check(const struct scan *s, size_t size)
{
	uint64_t at = 0;

	for (size_t i = 0; i < s->nspan; i++) {
		if (s->span[i].at != at || !s->span[i].size)
			abort();
		at += s->span[i].size;
	}
	if (at != size || s->structure + s->erased + s->unknown != size)
		abort();
	for (size_t i = 0; i < s->nfound; i++) {
		const struct found *f = &s->found[i];

		if (f->parent >= (long)i)
			abort();
		if (f->decoded)
			continue;
		if (f->r.at > size || f->r.size > size - f->r.at || !f->r.size ||
		    f->r.nprop > MOST_PROPS ||
		    f->r.nevidence > MOST_EVIDENCE || f->r.proof == PROOF_NONE)
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct view v = { data, size, 0 };
	uint64_t border[] = { size / 3, size / 2 };
	struct scan s;
	struct err e;

	for (unsigned all = 0; all < 2; all++) {
		struct scan_opts o = { .all = all, .depth = 3, .entropy = all };

		if (scan_run(&s, v, -1, &o, &e) < 0)
			abort();
		check(&s, size);
		scan_cut(&s, v, border, 2);
		check(&s, size);
		if (!all && size < 4096)
			scan_decode(&s, v, &o);
		check(&s, size);
		scan_free(&s);
	}
	return 0;
}

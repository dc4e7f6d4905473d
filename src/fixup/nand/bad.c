/* bad.c - blocks that are marked bad */
#include <stdlib.h>

#include "core/mem.h"
#include "fixup/nand/strip.h"

/* A good block's marker is 0xff; a flip or two make none bad. */
static bool is_marked(uint8_t byte)
{
	return __builtin_popcount(byte) < 6;
}

static bool block_is_bad(const struct nand_chip *c, struct view raw, uint64_t block)
{
	uint64_t size = nand_raw(c), first = block * c->block;

	for (unsigned i = 0; i < 2; i++) {
		struct view page = view_sub(raw, (first + i) * size, size);

		if (page.len && is_marked(page.p[c->marker]))
			return true;
	}
	return false;
}

void nand_bad_blocks(const struct nand_chip *c, struct view raw,
		     struct nand_report *r)
{
	uint64_t pages = raw.len / nand_raw(c);
	uint64_t blocks = (pages + c->block - 1) / c->block;

	for (uint64_t i = 0; !c->no_marker && i < blocks; i++) {
		if (!block_is_bad(c, raw, i))
			continue;
		r->bad = xgrow(r->bad, &r->capbad, r->nbad + 1, sizeof(*r->bad));
		r->bad[r->nbad++] = i;
	}
	/* No chip is sold with so many. */
	if (r->nbad > 4 && r->nbad > blocks / 8) {
		r->no_marker = true;
		r->nbad = 0;
	}
}

static int compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

bool nand_is_bad(const struct nand_report *r, uint64_t block)
{
	return r->nbad && bsearch(&block, r->bad, r->nbad, sizeof(*r->bad), compare);
}

void nand_report_free(struct nand_report *r)
{
	free(r->bad);
	free(r->lost_page);
	free(r->fixed_page);
	*r = (struct nand_report){ 0 };
}

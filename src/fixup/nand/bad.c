/* bad.c - blocks that are marked bad */
#include <stdlib.h>
#include <string.h>

#include "core/hash.h"
#include "core/mem.h"
#include "fixup/nand/bad.h"
#include "fixup/nand/bits.h"
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
		r->bad[r->nbad++] = (struct nand_bad){ .block = i };
	}
	/* No chip is sold with so many. */
	if (r->nbad > 4 && r->nbad > blocks / 8) {
		r->no_marker = true;
		r->nbad = 0;
	}
}

static int compare(const void *a, const void *b)
{
	const struct nand_bad *x = a, *y = b;

	return x->block < y->block ? -1 : x->block > y->block;
}

struct nand_bad *nand_is_bad(const struct nand_report *r, uint64_t block)
{
	struct nand_bad key = { .block = block };

	return r->nbad ? bsearch(&key, r->bad, r->nbad, sizeof(*r->bad), compare)
		       : NULL;
}

/* The data of a block, as far as there are any. */
static struct view data_of(const struct nand_chip *c, struct view data, uint64_t block)
{
	uint64_t size = (uint64_t)c->block * c->page;

	return view_upto(data, block * size, size);
}

void nand_keep_bad(const struct nand_chip *c, const struct nand_report *r,
		   struct buf *data, struct buf *bad)
{
	struct buf was = { 0 };
	uint32_t blanks = 0;

	put32(bad, (uint32_t)r->nbad);
	for (size_t i = 0; i < r->nbad; i++) {
		struct view v = data_of(c, buf_view(data), r->bad[i].block);

		if (!r->bad[i].holds) {
			put_view(&was, v);
			memset(data->p + (v.p - data->p), 0, v.len);
		}
		put32(bad, (uint32_t)r->bad[i].block);
		put32(bad, r->bad[i].holds ? 0 : ++blanks);
		put64(bad, hash_bytes(v));
	}
	put_view(bad, buf_view(&was));
	buf_free(&was);
}

void bad_get(struct cursor *c, const struct nand_chip *chip, struct badlist *b)
{
	uint64_t blank = 0;

	b->list = get_view(c, (uint64_t)get32(c) * BAD_RECORD);
	for (size_t i = 0; view_has(b->list, i, BAD_RECORD); i += BAD_RECORD)
		blank += peek32(b->list, i + 4, LITTLE) != 0;
	b->was = view_upto(view_from(c->v, c->pos), 0,
			   blank * chip->block * chip->page);
	get_skip(c, b->was.len);
}

int bad_check(const struct nand_chip *c, struct view data, const struct badlist *b,
	      struct err *e)
{
	struct cursor at = cursor(b->list, LITTLE);
	int64_t last = -1;

	while (at.pos < b->list.len) {
		uint32_t block = get32(&at);
		struct view v = data_of(c, data, block);

		if (block <= last)
			return fail(e, ERR_FORMAT, "the list of bad blocks that was kept is "
				    "damaged; carve the dump again");
		last = block;
		get32(&at);
		if (get64(&at) != hash_bytes(v))
			return fail(e, ERR_LIMIT, "block %u of the chip is marked bad, and "
				    "something was put there; make what was changed "
				    "smaller, or build the image for another chip with "
				    "fwtool nand --raw", (unsigned)block);
	}
	return 0;
}

struct view bad_was(const struct nand_chip *c, const struct badlist *b, uint64_t page)
{
	uint64_t size = (uint64_t)c->block * c->page;
	size_t from = 0, end = b->list.len / BAD_RECORD;

	while (from < end) {
		size_t i = from + (end - from) / 2;
		uint32_t block = peek32(b->list, i * BAD_RECORD, LITTLE);
		uint64_t blank = peek32(b->list, i * BAD_RECORD + 4, LITTLE);

		if (block == page / c->block)
			return blank ? view_sub(b->was, (blank - 1) * size +
						page % c->block * c->page, c->page)
				     : (struct view){ 0 };
		if (block < page / c->block)
			from = i + 1;
		else
			end = i;
	}
	return (struct view){ 0 };
}

void nand_report_free(struct nand_report *r)
{
	free(r->bad);
	free(r->lost_page);
	free(r->fixed_page);
	*r = (struct nand_report){ 0 };
}

/* geometry.c - how large pages, spare areas and blocks are */
#include "fixup/nand/find.h"

#include <string.h>

#include "core/maps.h"
#include "fixup/nand/bits.h"

/* Those that are sold, likeliest first. */
static const struct nand_size usual[] = {
	{ 2048, 64 }, { 2048, 128 }, { 512, 16 }, { 4096, 128 }, { 4096, 224 },
	{ 4096, 256 }, { 4096, 218 }, { 8192, 640 }, { 8192, 448 }, { 8192, 744 },
	{ 8192, 512 }, { 8192, 436 }, { 16384, 1280 }, { 16384, 1216 }, { 16384, 1264 },
	{ 2048, 112 }, { 2048, 120 }, { 4096, 240 }, { 8192, 376 }, { 8192, 1024 },
	{ 4096, 208 }, { 16384, 1872 }, { 0, 0 },
};

enum { LOOKS = 64, LEAST_LOOKS = 4 };

static uint32_t marker_of(uint32_t page)
{
	return page <= 512 ? page + 5 : page;
}

bool nand_markers_fit(struct view raw, uint32_t page, uint32_t spare)
{
	uint64_t size = page + spare, n = raw.len / size, step = n / LOOKS + 1;
	unsigned looked = 0, fit = 0;

	for (uint64_t i = 0; i < n; i += step) {
		const uint8_t *p = raw.p + i * size;

		maps_touched(view_sub(raw, i * size, size));
		/* Erased pages say nothing. */
		if (!bits_zero(p + page - 64, 64, 8) && !bits_zero(p, 64, 8))
			continue;
		looked++;
		fit += p[marker_of(page)] == 0xff &&
		       (page <= 512 || !bits_zero(p + page, 2, 8));
	}
	return looked >= LEAST_LOOKS && fit >= looked - looked / 8;
}

static bool is_listed(const struct nand_size *size, unsigned n, uint32_t page,
		      uint32_t spare)
{
	for (unsigned i = 0; i < n; i++)
		if (size[i].page == page && size[i].spare == spare)
			return true;
	return false;
}

/* Whole blocks of any page and spare that divide the length. */
static void add_others(struct view raw, struct nand_size *size, unsigned *n)
{
	for (uint32_t page = NAND_LEAST_PAGE; page <= NAND_MOST_PAGE; page *= 2)
		for (uint32_t spare = page / 32; spare <= page / 6; spare += 2) {
			uint64_t block = (uint64_t)(page + spare) * 64;

			if (page == 1024 || raw.len % block || *n == NAND_MOST_SIZES ||
			    is_listed(size, *n, page, spare) ||
			    !nand_markers_fit(raw, page, spare))
				continue;
			size[(*n)++] = (struct nand_size){ page, spare };
		}
}

unsigned nand_sizes(struct view raw, struct nand_size *size)
{
	unsigned n = 0;

	for (const struct nand_size *u = usual; u->page; u++) {
		uint64_t block = (uint64_t)(u->page + u->spare) * 32;

		if (raw.len % block ? nand_markers_fit(raw, u->page, u->spare)
				    : raw.len >= block)
			size[n++] = *u;
	}
	add_others(raw, size, &n);
	return n;
}

static uint64_t gcd(uint64_t a, uint64_t b)
{
	return b ? gcd(b, a % b) : a;
}

/* What stands at the beginning of each block of UBI. */
uint32_t nand_block_of(struct view raw, const struct nand_chip *c)
{
	uint64_t size = nand_raw(c), n = raw.len / size, last = 0, step = 0;
	uint32_t usual_block = c->page <= 512 ? 32 : c->page < 8192 ? 64 : 128;
	unsigned found = 0;

	for (uint64_t i = 0; i < n; i++) {
		if (!view_is(raw, i * size + c->step[0].piece[0].bit / 8, "UBI#", 4))
			continue;
		if (found++)
			step = gcd(step, i - last);
		last = i;
	}
	return found > 2 && step >= 16 && step <= 1024 && !(step & (step - 1))
	       ? (uint32_t)step : usual_block;
}

int nand_find(struct view raw, const struct nand_hint *h, struct nand_chip *c,
	      struct nand_proof *proof)
{
	struct nand_size size[NAND_MOST_SIZES] = { { h->page, h->spare } };
	unsigned n = h->page ? 1 : nand_sizes(raw, size);

	for (unsigned i = 0; i < n; i++) {
		if (nand_find_code(raw, size[i].page, size[i].spare, h, c, proof) <= 0)
			continue;
		c->block = h->block ? h->block : nand_block_of(raw, c);
		return 1;
	}
	return 0;
}

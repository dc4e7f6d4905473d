/* sample.c - a few pages that hold something, and their differences */
#include "fixup/nand/sample.h"

#include <stdlib.h>
#include <string.h>

#include "core/maps.h"
#include "core/mem.h"
#include "fixup/nand/bits.h"

enum { TRIES = 512, MOST_LOOKED = 1 << 16 };

/* Enough goes on in each part of it that no two codes agree by chance. */
static bool is_busy(const uint8_t *p, uint32_t page)
{
	maps_touched((struct view){ p, page, 0 });
	for (uint32_t at = 0; at + 256 <= page; at += 256) {
		size_t zero = bits_zero(p + at, 256, 2048);

		if (zero < 64 || zero > 2048 - 64)
			return false;
	}
	return true;
}

static void add(struct sample *s, struct view image, uint64_t number)
{
	const uint8_t *p = image.p + number * s->raw;

	for (unsigned i = 0; i < s->n; i++)
		if (s->page[i] == p || !memcmp(s->page[i], p, s->raw))
			return;
	s->number[s->n] = number;
	s->page[s->n++] = p;
}

/* Evenly spread; where that gives too few, each page from the first on. */
static void choose(struct sample *s, struct view image, uint32_t page)
{
	uint64_t n = image.len / s->raw, step = n / TRIES + 1;

	for (uint64_t i = 0; i < n && s->n < SAMPLES; i += step)
		if (is_busy(image.p + i * s->raw, page))
			add(s, image, i);
	for (uint64_t i = 0; i < n && i < MOST_LOOKED && s->n < SAMPLES / 2 && step > 1;
	     i++)
		if (is_busy(image.p + i * s->raw, page))
			add(s, image, i);
	/* Of small images take what there is. */
	for (uint64_t i = 0; i < n && i < MOST_LOOKED && s->n < 4; i++)
		if (bits_zero(image.p + i * s->raw, page, 64) > 64)
			add(s, image, i);
}

static void add_difference(struct sample *s, const uint8_t *a, const uint8_t *b,
			   uint8_t fill)
{
	uint8_t *d = xmalloc(s->raw);

	for (uint32_t i = 0; i < s->raw; i++)
		d[i] = a[i] ^ (b ? b[i] : fill);
	s->diff[s->diffs++] = d;
}

void sample_take(struct sample *s, struct view image, uint32_t page, uint32_t spare)
{
	*s = (struct sample){ .raw = page + spare };
	choose(s, image, page);
	for (unsigned i = 0; i + 1 < s->n && s->diffs < REAL; i += 2)
		add_difference(s, s->page[i], s->page[i + 1], 0);
	s->real = s->diffs;
	for (unsigned i = 0; i < s->n && i < MADE; i++)
		add_difference(s, s->page[i], NULL, 0xff);
	for (unsigned i = 0; i < s->n && i < MADE; i++)
		add_difference(s, s->page[i], NULL, 0);
}

void sample_free(struct sample *s)
{
	for (unsigned i = 0; i < s->diffs; i++)
		free(s->diff[i]);
	*s = (struct sample){ 0 };
}

/* swap.c - the bytes of every 16, 32 or 64-bit word reversed */
#include "fixup/swap.h"

#include <stdlib.h>

#include "core/format.h"
#include "core/mem.h"
#include "fixup/fixup.h"

enum { LOOK = 1 << 16 };

/* Eight bytes at once: as one swap of 8 they are two of 4 with halves changed. */
static uint64_t swapped(uint64_t x, unsigned width)
{
	const uint64_t low = 0x00ff00ff00ff00ff;

	if (width == 2)
		return (x >> 8 & low) | (x & low) << 8;
	x = __builtin_bswap64(x);
	return width == 4 ? x >> 32 | x << 32 : x;
}

static inline void swap_all(uint8_t *p, size_t n, unsigned width)
{
	for (size_t i = 0; i + 8 <= n; i += 8) {
		uint64_t x;

		memcpy(&x, p + i, 8);
		x = swapped(x, width);
		memcpy(p + i, &x, 8);
	}
}

void swap_words(uint8_t *p, size_t n, unsigned width)
{
	/* One call each, so that the width is a constant inside the loop. */
	if (width == 2)
		swap_all(p, n, 2);
	if (width == 4)
		swap_all(p, n, 4);
	if (width == 8)
		swap_all(p, n, 8);
	if (width < 2)
		return;
	for (size_t i = n / 8 * 8; i + width <= n; i += width)
		for (unsigned a = 0, b = width - 1; a < b; a++, b--) {
			uint8_t x = p[i + a];

			p[i + a] = p[i + b];
			p[i + b] = x;
		}
}

static unsigned magics(const uint8_t *p, size_t n)
{
	unsigned found = 0;

	for (size_t i = 0; formats[i]; i++)
		for (const struct magic *m = formats[i]->magic; m && m->len; m++)
			found += m->len >= 4 && memmem(p, n, m->bytes, m->len);
	return found;
}

/* More kinds of magics in the swapped beginning than in the one as it is. */
static int suspect(struct view in, unsigned width)
{
	size_t n = in.len < LOOK ? in.len : LOOK;
	uint8_t *copy;
	unsigned was, is;

	if (!n || in.len % width)
		return 0;
	copy = xmalloc(n);
	memcpy(copy, in.p, n);
	was = magics(copy, n);
	swap_words(copy, n, width);
	is = magics(copy, n);
	free(copy);
	return is > was ? 50 : 0;
}

static int apply(struct view in, unsigned width, struct buf *out, struct err *e)
{
	if (in.len % width)
		return fail(e, ERR_FORMAT, "length %zu is not a multiple of %u (%zu "
			    "byte%s over); the dump is cut off, or add --tail keep",
			    in.len, width, in.len % width,
			    in.len % width == 1 ? "" : "s");
	put_view(out, in);
	swap_words(out->p + out->len - in.len, in.len, width);
	return 0;
}

#define SWAP(bits)							\
static int suspect##bits(struct view in)				\
{									\
	return suspect(in, bits / 8);					\
}									\
									\
static int undo##bits(struct view in, struct view keep, struct buf *out,	\
		      struct err *e)					\
{									\
	(void)keep;							\
	return apply(in, bits / 8, out, e);				\
}									\
									\
static int apply##bits(struct view in, const void *opts,			\
		       struct repaired *r, struct err *e)		\
{									\
	(void)opts;							\
	put_text(&r->say, "the bytes of every %d-bit word reversed", bits); \
	return apply(in, bits / 8, &r->bytes, e);			\
}									\
									\
const struct fixup fixup_swap##bits = {					\
	.name = "swap" #bits,						\
	.summary = "reverse the bytes of every " #bits "-bit word",	\
	.suspect = suspect##bits,					\
	.apply = apply##bits,						\
	.undo = undo##bits,						\
};

SWAP(16)
SWAP(32)
SWAP(64)

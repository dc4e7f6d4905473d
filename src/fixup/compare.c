/* compare.c - where two readings differ, and how */
#include "fixup/compare.h"

#include <stdlib.h>

#include "core/mem.h"

static void add_place(struct compared *c, uint64_t at)
{
	struct spot *last = c->n ? &c->place[c->n - 1] : NULL;

	if (c->places && at - c->end < NEAR) {
		if (c->places == c->n) {
			last->size = at + 1 - last->at;
			last->bytes++;
		}
	} else {
		c->places++;
		if (c->n < MOST_PLACES) {
			c->place = xgrow(c->place, &c->cap, c->n + 1, sizeof(*c->place));
			c->place[c->n++] = (struct spot){ at, 1, 1 };
		}
	}
	c->end = at + 1;
}

static void add_byte(struct compared *c, uint64_t at, uint8_t a, uint8_t b)
{
	uint8_t d = a ^ b;

	add_place(c, at);
	c->bytes++;
	c->mask |= d;
	c->single += !(d & (d - 1));
	c->up += (unsigned)__builtin_popcount(d & b);
	c->down += (unsigned)__builtin_popcount(d & a);
	c->ff_a += a == 0xff;
	c->ff_b += b == 0xff;
	c->fill += (a == 0xff && !b) || (b == 0xff && !a);
}

void compare(struct compared *c, struct view a, struct view b)
{
	enum { PIECE = 256 };

	*c = (struct compared){ .size = a.len < b.len ? a.len : b.len };
	for (uint64_t i = 0; i < c->size; i += PIECE) {
		uint64_t end = c->size - i < PIECE ? c->size : i + PIECE;

		if (!memcmp(a.p + i, b.p + i, end - i))
			continue;
		for (uint64_t k = i; k < end; k++)
			if (a.p[k] != b.p[k])
				add_byte(c, k, a.p[k], b.p[k]);
	}
}

void compared_free(struct compared *c)
{
	free(c->place);
	*c = (struct compared){ 0 };
}

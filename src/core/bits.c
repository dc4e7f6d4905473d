/* bits.c - bits into bytes, from the low end */
#include "core/gnudeflate.h"

void bits_flush(struct bits *b)
{
	if (b->n && !b->stopped)
		b->stopped = !b->to->take(b->to, b->byte, b->n);
	b->n = 0;
}

void bits_put(struct bits *b, uint32_t value, unsigned n)
{
	b->held |= (uint64_t)value << b->nheld;
	b->nheld += n;
	while (b->nheld >= 8) {
		b->byte[b->n++] = (uint8_t)b->held;
		b->held >>= 8;
		b->nheld -= 8;
		if (b->n == sizeof(b->byte))
			bits_flush(b);
	}
}

void bits_align(struct bits *b)
{
	bits_put(b, 0, -b->nheld & 7);
}

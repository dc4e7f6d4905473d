/* bits.c - bits into bytes, from the low end */
#include "core/gnudeflate.h"

void bits_hand_over(struct bits *b)
{
	if (b->n && !b->stopped)
		b->stopped = !b->to->take(b->to, b->byte, b->n);
	b->n = 0;
}

void bits_align(struct bits *b)
{
	bits_put(b, 0, -b->nheld & 7);
	for (; b->nheld; b->nheld -= 8, b->held >>= 8)
		b->byte[b->n++] = (uint8_t)b->held;
	if (b->n > sizeof(b->byte) - BITS_ROOM)
		bits_hand_over(b);
}

void bits_flush(struct bits *b)
{
	bits_align(b);
	bits_hand_over(b);
}

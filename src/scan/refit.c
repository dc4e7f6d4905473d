/* refit.c - what the refits of containers share */
#include "scan/refit.h"

enum { BLOCK = 64 << 10 };

uint64_t roundness(uint64_t at)
{
	uint64_t low = at & -at;

	return !low || low > BLOCK ? BLOCK : low;
}

uint64_t round_up(uint64_t n, uint64_t to)
{
	return (n + to - 1) / to * to;
}

void put_tail(struct buf *out, struct view tail, int64_t grown, uint64_t step)
{
	uint8_t fill = tail.len && tail.p[0] == 0xff ? 0xff : 0;
	int64_t run = (int64_t)view_run(tail, fill), left = run - grown;

	if (left < 0)
		left += (int64_t)round_up((uint64_t)-left, step);
	/* All of it is filling: nothing has to move for it. */
	if (run == (int64_t)tail.len && grown > run)
		left = 0;
	put_fill(out, fill, (size_t)left);
	put_view(out, view_from(tail, (uint64_t)run));
}

bool has_object(struct view v)
{
	for (size_t i = 0; formats[i]; i++)
		for (const struct magic *m = formats[i]->magic; m && m->len; m++)
			if (view_is(v, m->off, m->bytes, m->len))
				return true;
	return false;
}

uint64_t ascii_number(struct view text)
{
	uint64_t n = 0;
	size_t i = 0;

	for (; i < text.len && text.p[i] >= '0' && text.p[i] <= '9'; i++)
		n = n * 10 + (uint64_t)(text.p[i] - '0');
	return i && i < 20 && (i == text.len || !text.p[i]) ? n : UINT64_MAX;
}

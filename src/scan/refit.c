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

uint64_t slots_end(const struct slot *s, unsigned n)
{
	uint64_t end = 0;

	for (unsigned i = 0; i < n; i++) {
		if (s[i].at > INT64_MAX || s[i].len > INT64_MAX)
			return UINT64_MAX;
		if (s[i].len && s[i].at + s[i].len > end)
			end = s[i].at + s[i].len;
	}
	return end;
}

void put_slots(struct buf *out, struct view v, struct slot *s, unsigned n,
	       unsigned k, struct view payload, uint64_t step)
{
	uint64_t end = s[k].at + s[k].len, behind = v.len;
	size_t start = out->len;

	for (unsigned i = 0; i < n; i++) {
		if (s[i].at % step)
			step = 1;
		if (i != k && s[i].at >= end && s[i].at < behind)
			behind = s[i].at;
	}
	if (payload.len == s[k].len)
		behind = end;
	else if (round_up(end, step) < behind)
		behind = round_up(end, step);
	put_view(out, view_sub(v, 0, s[k].at));
	put_view(out, payload);
	if (behind > end)
		put_fill(out, 0, (size_t)(round_up(s[k].at + payload.len, step) -
					  (s[k].at + payload.len)));
	for (unsigned i = 0; i < n; i++)
		if (i != k && s[i].at >= end)
			s[i].at += out->len - start - behind;
	s[k].len = payload.len;
	put_view(out, view_from(v, behind));
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
